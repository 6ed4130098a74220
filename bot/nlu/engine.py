"""Rasa's Agent with one loaded model, as it is asked by the process that holds it (bot/apart.py)."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from bot.nlu.quiet import quiet

quiet()

from rasa.core.agent import Agent  # noqa: E402
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage  # noqa: E402
from rasa.shared.core.trackers import DialogueStateTracker  # noqa: E402
from threadpoolctl import threadpool_limits  # noqa: E402

from bot.nlu.local_actions import LocalActions, skip_schema_check  # noqa: E402
from bot.nlu.lock_store import AsyncioLockStore  # noqa: E402
from bot.nlu.runner import DirectRunner  # noqa: E402
from bot.nlu.settled import Settled  # noqa: E402
from bot.nlu.tracker_store import KeptTrackerStore  # noqa: E402
from bot.store.kept import Kept  # noqa: E402


class Engine:
    """One loaded model. Everything in Agent.handle_message is synchronous inside, and so is this."""

    def __init__(self, model: Path, database: str, key: bytes) -> None:
        """Loads the model; raises whatever Rasa raises for one that it can't load."""
        skip_schema_check()
        # A message is too small to share out: a second thread of the matrix library only spins, and doubled the processor time of a turn.
        threadpool_limits(1)
        self._loop = asyncio.SelectorEventLoop()  # uvloop's, which Rasa chooses, makes a socket pair at each question
        # Stores and actions are handed in; endpoints.yml is for plain `rasa run`.
        self.agent = Agent(tracker_store=KeptTrackerStore(kept=Kept(database, key)), lock_store=AsyncioLockStore(), action_endpoint=LocalActions())
        self.agent.load_model(model)
        self.agent.processor.graph_runner = DirectRunner(self.agent.processor.graph_runner)
        Settled(self.agent.processor)
        self._empty = DialogueStateTracker.from_events("parse", [])

    def parse(self, text: str) -> dict[str, Any]:
        """What config.yml's graph makes of a text: intent, intent_ranking, entities, language, noor."""
        found: dict[str, Any] = self.agent.processor._parse_message_with_graph(UserMessage(text), self._empty, True)
        return found

    def names(self, talk: str, text: str, intent: dict[str, Any], entities: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Lets forms, rules and stories go one turn on; returns the `custom` parts of what they say: [{"topic": ...}, ...]."""
        channel = CollectingOutputChannel()
        told = {"text": text, "intent": intent, "entities": entities}
        self.wait(self.agent.handle_message(UserMessage(text, channel, talk, parse_data=told, input_channel="noor")))
        return [m["custom"] for m in channel.messages if "custom" in m]

    def wait(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Runs something of Rasa's to its end."""
        return self._loop.run_until_complete(work)

    def close(self) -> None:
        """Ends the loop."""
        self._loop.close()
