"""Rasa's Agent in a thread and event loop of its own.

Everything in Agent.handle_message is synchronous inside; on the door's loop it stopped everybody else for up to 3.5 s.
"""

from __future__ import annotations

import asyncio
import threading
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
    """One loaded model. All methods may be called from any loop; each runs in the engine's thread."""

    def __init__(self, model: Path, database: str, key: bytes) -> None:
        """Loads the model; raises whatever Rasa raises for one that it can't load."""
        skip_schema_check()
        # A message is too small to share out: a second thread of the matrix library only spins, and doubled the processor time of a turn.
        threadpool_limits(1)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="rasa", daemon=True)
        self._thread.start()
        try:
            self._agent = self._wait(self._load(model, database, key))
        except BaseException:
            self.close()
            raise

    async def _load(self, model: Path, database: str, key: bytes) -> Agent:
        # Stores and actions are handed in; endpoints.yml is for plain `rasa run`.
        agent = Agent(
            tracker_store=KeptTrackerStore(kept=Kept(database, key)), lock_store=AsyncioLockStore(), action_endpoint=LocalActions()
        )
        agent.load_model(model)
        agent.processor.graph_runner = DirectRunner(agent.processor.graph_runner)
        Settled(agent.processor)
        self._empty = DialogueStateTracker.from_events("parse", [])
        return agent

    async def parse(self, text: str) -> dict[str, Any]:
        """What config.yml's graph makes of a text: intent, intent_ranking, entities, language, noor."""

        async def run() -> dict[str, Any]:
            result: dict[str, Any] = self._agent.processor._parse_message_with_graph(UserMessage(text), self._empty, True)
            return result

        found: dict[str, Any] = await self._call(run())
        return found

    async def names(self, talk: str, text: str, parsed: dict[str, Any]) -> list[dict[str, Any]]:
        """Lets forms, rules and stories go one turn on; returns the `custom` parts of what they say: [{"topic": ...}, ...]."""

        # Only what rules, stories and actions look at: the rest would be kept in the tracker.
        told = {"text": text, "intent": parsed["intent"], "entities": parsed.get("entities") or []}

        async def run() -> list[dict[str, Any]]:
            channel = CollectingOutputChannel()
            await self._agent.handle_message(UserMessage(text, channel, talk, parse_data=told, input_channel="noor"))
            return [m["custom"] for m in channel.messages if "custom" in m]

        said: list[dict[str, Any]] = await self._call(run())
        return said

    def close(self) -> None:
        """Stops the thread."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=5)

    async def _call(self, work: Coroutine[Any, Any, Any]) -> Any:
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, self._loop))

    def _wait(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()
