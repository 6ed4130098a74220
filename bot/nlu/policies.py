"""Rasa's policies for rules and stories, asked only what could have an answer. They decide the same; a test holds them to Rasa's own.

Rasa tries all rules one by one at each step, and ever shorter pasts of the talk on all stories: most of a turn's time.
"""

from __future__ import annotations

import base64
import json
import re
import zlib
from collections import defaultdict
from functools import cached_property
from typing import Any

from rasa.core.policies.memoization import AugmentedMemoizationPolicy
from rasa.core.policies.rule_policy import RULES, RULES_FOR_LOOP_UNHAPPY_PATH, RulePolicy
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted
from rasa.shared.core.trackers import DialogueStateTracker


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=True)
class FiledRulePolicy(RulePolicy):
    """RulePolicy that files its rules under the newest action and intent they are about, and looks back as far as the longest of them."""

    def _find_action_from_rules(self, tracker: DialogueStateTracker, domain: Domain, use_text_for_last_user_input: bool) -> Any:
        if use_text_for_last_user_input and not self._could_match_text:
            return None, None, False
        return super()._find_action_from_rules(tracker, domain, use_text_for_last_user_input)

    @cached_property
    def _could_match_text(self) -> bool:
        """Whether a rule could match a message by its text: one that has a text, or that stands after action_listen and leaves the intent open."""
        newest = [json.loads(key)[-1] for lookup in self._lookups for key in lookup]
        return any("text" in (s.get("user") or {}) or (about(s)[0] in (None, ACTION_LISTEN_NAME) and about(s)[1] is None) for s in newest)

    @cached_property
    def _longest(self) -> int:
        return max((len(json.loads(key)) for lookup in self._lookups for key in lookup), default=1)

    @property
    def _lookups(self) -> list[dict[str, str]]:
        return [self.lookup[RULES], self.lookup[RULES_FOR_LOOP_UNHAPPY_PATH]]

    def _prediction_states(
        self, tracker: DialogueStateTracker, domain: Domain, use_text_for_last_user_input: bool = False, rule_only_data: dict[str, Any] | None = None
    ) -> list[Any]:
        if use_text_for_last_user_input:
            return list(super()._prediction_states(tracker, domain, True, rule_only_data))
        return newest_states(tracker, domain, self._longest)

    def _get_possible_keys(self, lookup: dict[str, str], states: list[Any]) -> set[str]:
        if not states:
            return set(super()._get_possible_keys(lookup, states))
        filed = self._filed(lookup)
        action, intent = about(states[-1])
        near = [key for about in {(action, intent), (action, None), (None, intent), (None, None)} for key in filed.get(about, ())]
        return set(super()._get_possible_keys({key: lookup[key] for key in near}, states))

    def _filed(self, lookup: dict[str, str]) -> dict[tuple[Any, Any], list[str]]:
        name = (id(lookup), len(lookup))
        cache: dict[Any, Any] = self.__dict__.setdefault("_cabinet", {})
        if name not in cache:
            found: dict[tuple[Any, Any], list[str]] = defaultdict(list)
            for key in lookup:
                found[about(json.loads(key)[-1])].append(key)
            cache.clear()
            cache[name] = found
        return cache[name]  # type: ignore[no-any-return]


def newest_states(tracker: DialogueStateTracker, domain: Domain, many: int) -> list[Any]:
    """The last `many` of tracker.past_states(domain): a state at each action that was run, and the present one."""
    replayed, states = tracker.init_copy(), []
    events = tracker.applied_events()
    actions = sum(isinstance(event, ActionExecuted) for event in events)
    for event in events:
        if isinstance(event, ActionExecuted):
            if actions < many:
                states.append(domain._clean_state(domain.get_active_state(replayed)))
            actions -= 1
        replayed.update(event)
    return [*states, domain._clean_state(domain.get_active_state(replayed))]


def about(state: Any) -> tuple[Any, Any]:
    """(newest action, intent) of a state; None for what it leaves open."""
    return (state.get("prev_action") or {}).get("action_name"), (state.get("user") or {}).get("intent")


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=True)
class StoryPolicy(AugmentedMemoizationPolicy):
    """AugmentedMemoizationPolicy for talks whose newest message is a later step of some story."""

    @cached_property
    def later_steps(self) -> set[str]:
        """The intents of messages that have another message before them in a story."""
        found = set()
        for key in self.lookup:
            # A key is a list of states as JSON without its quotes; each state repeats the message it stands after.
            intents = re.findall(r"intent: (\w+)", zlib.decompress(base64.b64decode(key)).decode())
            if len(set(intents)) > 1:
                found.add(intents[-1])
        return found

    def predict_action_probabilities(
        self, tracker: DialogueStateTracker, domain: Domain, rule_only_data: dict[str, Any] | None = None, **kwargs: Any
    ) -> Any:
        """As Rasa's policy; nothing, at once, where no story could match."""
        intent = (tracker.latest_message.intent or {}).get("name") if tracker.latest_message else None
        if intent not in self.later_steps:
            return self._prediction(self._default_predictions(domain))
        return super().predict_action_probabilities(tracker, domain, rule_only_data, **kwargs)
