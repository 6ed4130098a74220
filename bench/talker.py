"""A person at a page, as docs/web-door.md says a client behaves: what was not acknowledged is sent again, what was missed is asked for."""

from __future__ import annotations

import asyncio
import contextlib
import json
from typing import Any

import httpx
import websockets

from bot.store.kept import KEEPS


class Talker:
    """One talk over sockets. `acked` are ids that Noor said are written; `got` the messages as they came, each once."""

    def __init__(self, base: str, token: str = "", letter: str = "m") -> None:
        self.base, self.token, self.letter = base, token, letter  # ids begin with the letter: two pages of a talk need two
        self.seen = 0
        self.outbox: dict[str, dict[str, Any]] = {}
        self.acked: list[str] = []
        self.got: list[dict[str, Any]] = []
        self.said: list[str] = []
        self.reconnects = -1
        self._socket: Any = None
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begins a talk (or goes on with the given one) and keeps the line up until `stop`."""
        while not self.token:
            with contextlib.suppress(httpx.HTTPError, KeyError, ValueError):
                async with httpx.AsyncClient() as client:
                    self.token = (await client.post(self.base + "/api/talk")).json()["talk"]
                continue
            await asyncio.sleep(0.05)
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        assert self._task
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def say(self, text: str) -> str:
        """Sends a message now, or when there is a line again; returns its id."""
        message_id = f"{self.letter}{len(self.said)}"
        self.said.append(message_id)
        self.outbox[message_id] = {"id": message_id, "text": text}
        with contextlib.suppress(Exception):
            if self._socket is not None:
                await self._socket.send(json.dumps(self.outbox[message_id]))
        return message_id

    def under_way(self) -> bool:
        """Whether something was sent on the present line and not acknowledged yet."""
        return self._socket is not None and bool(self.outbox)

    async def settled(self, seconds: float = 60) -> None:
        """Returns when everything said is acknowledged. Raises TimeoutError."""
        async with asyncio.timeout(seconds):
            while self.outbox:
                await asyncio.sleep(0.01)

    async def kept(self) -> list[dict[str, Any]]:
        """What Noor has of the talk now."""
        async with httpx.AsyncClient(timeout=30) as client, asyncio.timeout(60):
            while True:  # a Noor that was killed may not be back yet, or a proxy may hold it for away: a page asks again
                with contextlib.suppress(httpx.TransportError):
                    answer = await client.post(self.base + "/api/messages", json={"talk": self.token, "after": 0})
                    if answer.status_code == 200:
                        messages: list[dict[str, Any]] = answer.json()["messages"]
                        return messages
                await asyncio.sleep(0.2)

    async def _run(self) -> None:
        while True:
            try:
                async with websockets.connect(self.base.replace("http", "ws") + "/api/socket", ping_interval=None, open_timeout=5) as socket:
                    self.reconnects += 1
                    await socket.send(json.dumps({"talk": self.token, "after": self.seen}))
                    for frame in list(self.outbox.values()):
                        await socket.send(json.dumps(frame))
                    self._socket = socket
                    async for line in socket:
                        self._take(json.loads(line))
            except (TimeoutError, OSError, websockets.exceptions.WebSocketException, EOFError):
                pass
            self._socket = None
            await asyncio.sleep(0.05)

    def _take(self, event: dict[str, Any]) -> None:
        if "ack" in event:
            if self.outbox.pop(event["ack"], None):
                self.acked.append(event["ack"])
        elif "message" in event and event["message"]["seq"] > self.seen:
            self.seen = event["message"]["seq"]
            self.got.append(event["message"])


def faults(talker: Talker, kept: list[dict[str, Any]], most: int = 1) -> list[str]:
    """What went wrong in a talk: lost, doubled, out of order or unanswered. A message has one answer, or up to `most` when a model reads it.

    Of a long talk the newest KEEPS events can be asked for; what is older is known by its acknowledgement alone."""
    found = []
    ids = [m["id"] for m in kept if m["from"] == "person"]
    older = int(ids[0][1:]) if ids and len(kept) >= KEEPS else 0
    if missing := [i for i in talker.acked if i not in ids and int(i[1:]) >= older]:
        found.append(f"acknowledged and lost: {missing}")
    if len(set(ids)) != len(ids):
        found.append(f"answered twice: {sorted(i for i in set(ids) if ids.count(i) > 1)}")
    if ids != sorted(ids, key=lambda i: int(i[1:])):
        found.append(f"out of order: {ids}")
    seqs = [m["seq"] for m in kept]
    if seqs != sorted(set(seqs)):
        found.append(f"numbers do not grow: {seqs}")
    after: dict[str, int] = {}
    last = ""
    for message in kept:
        if message["from"] == "person":
            last = message["id"]
            after[last] = 0
        elif last:
            after[last] += 1
    if wrong := {i: n for i, n in after.items() if not 1 <= n <= most}:
        found.append(f"answers to a message that has 1 to {most}: {wrong}")
    if [m["seq"] for m in talker.got] != sorted({m["seq"] for m in talker.got}):
        found.append("the page saw something twice or out of order")
    return found
