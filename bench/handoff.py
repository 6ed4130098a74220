"""How long a person's message takes to her counsellor: 200 open talks, 20 counsellors, one server process, real sockets on both sides.

    uv run python -m bench.handoff       prints the latency from the person's send to the counsellor's screen, and back

Each talk stands in a window of its own on the counsellor's side, with its signs of life; beside them each counsellor has the list open, which
is asked for again whenever it changes, as the page does. People's pages send typing signs. "Calm" is a message of each person every ten seconds,
answered at once: one answer a second of each counsellor, more than anybody types. "Rush" is five times as much.

Without a model: while a human holds a talk Rasa is not called. Seconds depend on the machine, which plays all the people as well; the same
messages in an empty house (1 talk, 1 counsellor) are measured beside it, so that the ratio says what the crowd costs.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx
import websockets

from bench.__main__ import ENV, ROOT, until
from bot.accounts.sessions import Sessions
from bot.accounts.users import Users
from bot.clock import now
from bot.handoff.queue import Queue
from bot.store.kept import Kept, key_from

TALKS, COUNSELLORS = 200, 20
PACES = (("calm", 10.0, 4), ("rush", 2.0, 10))  # seconds between two messages of one person, and how many she writes
SOON = 0.3  # seconds in which several changes of the list ask for it once: web/console/files/calls.js
SIGN = 10.0  # seconds between two signs of life: web/console/files/line.js
KEY = "bench"
SERVER = """
import asyncio, socket, sys, uvicorn
from pathlib import Path
import bot.app
from bot.store import limits
from bot.service import Service
from bot.settings import from_environment
from bot.understand import Understanding
async def never(*args, **kwargs): await asyncio.sleep(1e6)
bot.app.keep_model = never
limits.Limit._here = lambda self, name, cost: True  # one machine plays two hundred people
settings = from_environment()
service = Service.open(settings, Understanding(lambda path: None))
uvicorn.run(bot.app.create_app(settings, service), port=settings.port, ws="wsproto", log_level="error")
"""


class Visitor:
    """A person's page and the talk it is in."""

    def __init__(self, handoff: str, socket: Any) -> None:
        self.handoff, self.socket = handoff, socket
        self.lines: asyncio.Queue[float] = asyncio.Queue()

    async def read(self) -> None:
        async for text in self.socket:
            if json.loads(text).get("message", {}).get("sender") == "human":
                self.lines.put_nowait(time.monotonic())


class Desk:
    """A window of a counsellor: one talk, or the list ("")."""

    def __init__(self, socket: Any, web: httpx.AsyncClient, cookie: str) -> None:
        self.socket, self._web, self._cookie = socket, web, cookie
        self.lines: asyncio.Queue[float] = asyncio.Queue()
        self._soon: asyncio.Task[None] | None = None
        self.lists = 0

    async def live(self) -> None:
        await asyncio.sleep(secrets.randbelow(int(SIGN * 1000)) / 1000)
        while True:
            await self.socket.send(json.dumps({"alive": 1, "acted": 0, "duty": True}))
            await asyncio.sleep(SIGN)

    async def read(self, redraws: bool) -> None:
        async for text in self.socket:
            event = json.loads(text)
            if event.get("line", {}).get("sender") == "person":
                self.lines.put_nowait(time.monotonic())
            if redraws and "list" in event and (self._soon is None or self._soon.done()):
                self._soon = asyncio.create_task(self._redraw())

    async def _redraw(self) -> None:
        await asyncio.sleep(SOON)
        (await self._web.get("/console/strip", headers={"Cookie": self._cookie})).raise_for_status()
        self.lists += 1


async def measure(address: str, folder: Path, talks: int, counsellors: int, offset: int, pace: float, messages: int) -> tuple[list[float], list[float]]:
    """Milliseconds there and back, of every message."""
    kept = Kept(f"sqlite:///{folder}/noor.db", key_from(KEY, folder))
    queue, users, sessions, at = Queue(kept), Users(kept), Sessions(kept), now().timestamp()
    socket_address, there, back, tasks = address.replace("http", "ws"), [], [], []  # type: ignore[var-annotated]
    limits = httpx.Limits(max_connections=counsellors, max_keepalive_connections=counsellors)
    async with httpx.AsyncClient(base_url=address, timeout=60, limits=limits) as web:

        async def window(name: str, talk: str) -> Desk:
            word = sessions.start(name, "full", at)
            found, cookie = sessions.find(word, at), f"noor_console={word}"
            assert found
            socket = await websockets.connect(socket_address + "/console/socket", extra_headers={"Cookie": cookie, "Origin": address})  # type: ignore[attr-defined]
            await socket.send(json.dumps({"csrf": found.csrf}))
            if talk:
                await socket.send(json.dumps({"open": talk, "after": 0}))
            made = Desk(socket, web, cookie)
            tasks.extend([asyncio.create_task(made.read(not talk)), asyncio.create_task(made.live())])
            return made

        lists = []
        for i in range(counsellors):
            users.add(f"c{offset + i}", "counsellor", at)
            lists.append(await window(f"c{offset + i}", ""))
        people: list[tuple[Visitor, Desk]] = []
        for i in range(talks):
            name = f"c{offset + i % counsellors}"
            token = (await web.post("/api/talk")).json()["talk"]
            handoff = queue.join(("web", token), "nl", [], False, at).id
            talk = kept.get("talk", kept.name("web", token)) or {}
            kept.put("talk", kept.name("web", token), {**talk, "answered_by": "human", "handoff": {"id": handoff, "shown": 0}})
            queue.claim(handoff, name, now().timestamp())
            socket = await websockets.connect(socket_address + "/api/socket")  # type: ignore[attr-defined]
            await socket.send(json.dumps({"talk": token, "after": 99}))
            people.append((Visitor(handoff, socket), await window(name, handoff)))
            tasks.append(asyncio.create_task(people[-1][0].read()))

        async def one(person: Visitor, desk: Desk) -> None:
            for number in range(messages):
                await asyncio.sleep(secrets.randbelow(int(2000 * pace)) / 1000)
                await person.socket.send(json.dumps({"typing": True}))
                begun = time.monotonic()
                await person.socket.send(json.dumps({"id": f"m{number}", "text": "een bericht van een bezoeker"}))
                there.append((await asyncio.wait_for(desk.lines.get(), 60) - begun) * 1000)
                begun = time.monotonic()
                await desk.socket.send(json.dumps({"say": "een antwoord", "id": f"c{number}", "talk": person.handoff}))
                back.append((await asyncio.wait_for(person.lines.get(), 60) - begun) * 1000)

        await asyncio.gather(*(one(*pair) for pair in people))
        assert counsellors == 1 or all(page.lists for page in lists)
        for task in tasks:
            task.cancel()
        for person, desk in people:
            queue.end(person.handoff, "closed", now().timestamp())
            queue.settle(person.handoff)
            await desk.socket.close()
            await person.socket.close()
        for page in lists:
            await page.socket.close()
    kept.close()
    return there, back


def p(values: list[float], share: int) -> float:
    """The percentile `share` of values in milliseconds."""
    return statistics.quantiles(values, n=100)[share - 1]


def table(label: str, found: list[tuple[list[float], list[float]]]) -> None:
    """Two lines of the table."""
    for way, values in (("to the counsellor", [v for there, _ in found for v in there]), ("to the visitor", [v for _, back in found for v in back])):
        print(f"| {label}, {way} | {len(values)} | {p(values, 50):.1f} | {p(values, 95):.1f} | {p(values, 99):.1f} |", flush=True)


def main() -> int:
    """Prints the table. 1 when something did not arrive."""
    with tempfile.TemporaryDirectory() as name:
        folder, port = Path(name), 18000 + secrets.randbelow(2000)
        address = f"http://127.0.0.1:{port}"
        server = subprocess.Popen([sys.executable, "-W", "ignore", "-c", SERVER], cwd=ROOT, env={**ENV, "NOOR_DATA": name, "NOOR_KEY": KEY, "NOOR_PORT": str(port)})
        try:
            until(address + "/health")
            print("| | messages | p50 ms | p95 ms | p99 ms |\n| --- | --- | --- | --- | --- |")
            alone = [asyncio.run(measure(address, folder, 1, 1, n, 0.2, 10)) for n in range(3)]
            table("1 talk, 1 counsellor", alone)
            for n, (label, pace, messages) in enumerate(PACES, 1):
                table(f"{TALKS} talks, {COUNSELLORS} counsellors, {label}", [asyncio.run(measure(address, folder, TALKS, COUNSELLORS, 100 * n, pace, messages))])
            return 0
        finally:
            server.terminate()
            server.wait(20)


if __name__ == "__main__":
    sys.exit(main())
