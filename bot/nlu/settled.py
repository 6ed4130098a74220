"""What Rasa's rules say to a message that no story, form or older message could change: asked once, then said again.

Most questions are of that kind: one rule, one answer. Predicting it took two runs of all policies and several copies of the tracker.
"""

from __future__ import annotations

import copy
import json
import time
from typing import Any

from rasa.core.policies.rule_policy import RULES
from rasa.core.processor import MessageProcessor
from rasa.shared.constants import UTTER_PREFIX
from rasa.shared.core.constants import ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME
from rasa.shared.core.events import ActionExecuted, ActiveLoop, BotUttered, DefinePrevUserUtteredFeaturization, Event
from rasa.shared.core.trackers import DialogueStateTracker

from bot.nlu.policies import FiledRulePolicy, StoryPolicy, about


class Settled:
    """Stands before a processor's prediction loop; the events it adds to a tracker are those that the loop would add."""

    def __init__(self, processor: MessageProcessor) -> None:
        self._processor, self._predict = processor, processor._run_prediction_loop
        self._known: dict[str, list[Event]] = {}
        self._open: set[str | None] = set()  # intents whose answer hangs on more than themselves; None when all do
        for node in processor.graph_runner.nodes.values():
            if isinstance(node._component, StoryPolicy):
                self._open |= node._component.later_steps
            elif isinstance(node._component, FiledRulePolicy):
                self._open |= {intent for states in map(json.loads, node._component.lookup[RULES]) for intent in _leaning(states)}
        processor._run_prediction_loop = self.run

    async def run(self, channel: Any, tracker: DialogueStateTracker) -> None:
        """MessageProcessor._run_prediction_loop."""
        intent = (tracker.latest_message.intent or {}).get("name") if tracker.latest_message else None
        if None in self._open or intent is None or intent in self._open or not _plain(tracker):
            await self._predict(channel, tracker)
        elif intent in self._known:
            for event in map(copy.copy, self._known[intent]):
                event.timestamp = time.time()
                tracker.update(event, self._processor.domain)
                if isinstance(event, BotUttered):
                    await channel.send_response(tracker.sender_id, event.message())
        else:
            before = len(tracker.events)
            await self._predict(channel, tracker)
            added = list(tracker.events)[before:]
            if all(isinstance(e, (BotUttered, DefinePrevUserUtteredFeaturization)) or (isinstance(e, ActionExecuted) and _says_only(e.action_name)) for e in added):
                self._known[intent] = [copy.copy(e) for e in added]


def _plain(tracker: DialogueStateTracker) -> bool:
    """Whether nothing was done in the talk but answering: no form, no action of ours, nothing ordered, no pause."""
    if tracker.followup_action or tracker.is_paused():
        return False
    return not any(isinstance(e, ActiveLoop) or (isinstance(e, ActionExecuted) and not _says_only(e.action_name)) for e in tracker.events)


def _says_only(action: str | None) -> bool:
    return action in (None, ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME) or str(action).startswith(UTTER_PREFIX)


def _leaning(states: list[Any]) -> list[str | None]:
    """The intents whose answer a rule makes hang on a slot, a form or an earlier message; None stands for every intent."""
    if not all(_says_only(about(state)[0]) for state in states):
        return []  # it needs a talk that is not plain
    before = states[:-1] if len(states) > 1 and about(states[-2])[0] == ACTION_LISTEN_NAME and about(states[-1])[0] != ACTION_LISTEN_NAME else states
    intent = about(before[-1])[1]
    return [intent] if len(before) > 1 or intent is None or any(state.keys() - {"prev_action", "user"} for state in states) else []
