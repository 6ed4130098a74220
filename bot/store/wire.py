"""Tells every open page that something happened in a talk, whichever process it is connected to.

In one process an event goes straight to who listens. With NOOR_REDIS it goes to the other processes too, without words: of a message
they get its number alone and read it from the store. Redis may lose an event; the number of the next one tells what was missed.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
from collections.abc import Callable
from typing import Any

import structlog

log = structlog.get_logger()
CHANNEL = "noor:wire"
MOST = 10_000  # events that may wait for a Redis that is away; pages look again when it is back
Listener = Callable[[str, dict[str, Any]], None]


class Wire:
    """`publish` and `listen` from the event loop's thread; `run` keeps the line to Redis while Noor lives. Neither ever raises."""

    def __init__(self, redis: Any = None) -> None:
        """`redis` is a redis.asyncio client, None for one process alone."""
        self._redis = redis
        self._me = secrets.token_hex(8)
        self._listeners: list[Listener] = []
        self._out: asyncio.Queue[str] = asyncio.Queue(MOST)

    def listen(self, callback: Listener) -> None:
        """`callback(name, event)` for every event: of this process whole, of another one without words.

        A message of another process comes as {"seq": number}. {"again": True} under the name "" means that events may have been
        missed: whoever shows a talk reads it again.
        """
        self._listeners.append(callback)

    def publish(self, name: str, event: dict[str, Any]) -> None:
        """Something happened in the talk `name` (Kept.name of door and person, or a name that a capability makes, as "queue")."""
        self._tell(name, event)
        if self._redis is not None:
            with contextlib.suppress(asyncio.QueueFull):
                self._out.put_nowait(json.dumps({"from": self._me, "name": name, "event": without_words(event)}))

    async def run(self) -> None:
        """Runs for ever: carries events to and from the other processes. Returns at once when there are none."""
        if self._redis is not None:
            await asyncio.gather(self._send(), self._receive())

    async def _send(self) -> None:
        while True:
            line = await self._out.get()
            try:
                await self._redis.publish(CHANNEL, line)
            except Exception as error:
                log.error("redis took no event; pages read the store when it is back", error=error.__class__.__name__)
                await asyncio.sleep(1)

    async def _receive(self) -> None:
        failing = False
        while True:
            try:
                async with self._redis.pubsub() as line:
                    await line.subscribe(CHANNEL)
                    if failing:
                        log.warning("redis is back")
                        self._tell("", {"again": True})
                    failing = False
                    async for said in line.listen():
                        if said["type"] == "message":
                            self._take(said["data"])
            except Exception as error:
                if not failing:
                    log.error("redis is away; pages in other processes wait for it", error=error.__class__.__name__)
                failing = True
                await asyncio.sleep(0.5)

    def _take(self, data: bytes) -> None:
        with contextlib.suppress(ValueError, KeyError, TypeError):
            said = json.loads(data)
            if said["from"] != self._me:
                self._tell(str(said["name"]), dict(said["event"]))

    def _tell(self, name: str, event: dict[str, Any]) -> None:
        for listener in self._listeners:
            try:
                listener(name, event)
            except Exception as error:  # one page that fails must not silence the others
                log.error("a listener failed", error=error.__class__.__name__)


def without_words(event: dict[str, Any]) -> dict[str, Any]:
    """What may pass through Redis: of a message its number alone."""
    return {"seq": event["message"]["seq"]} if "message" in event else event
