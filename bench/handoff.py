"""How long a person's message takes to her counsellor: 200 open talks, 20 counsellors, one server process, real sockets on both sides.

    uv run python -m bench.handoff       prints the latency from the person's send to the counsellor's screen, and back

Without a model: while a human holds a talk Rasa is not called. Seconds depend on the machine; the same messages through the same sockets
in an empty house (1 talk, 1 counsellor) are measured beside it, so that the ratio says what the crowd costs.
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
from bot.handoff.queue import Queue
from bot.service import now
from bot.store.kept import Kept, key_from

TALKS, COUNSELLORS, MESSAGES = 200, 20, 5
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
limits.Limit._here = lambda self, name: True  # one machine plays two hundred people
settings = from_environment()
service = Service.open(settings, Understanding(lambda path: None))
uvicorn.run(bot.app.create_app(settings, service), port=settings.port, ws="wsproto", log_level="error")
"""


class Visitor:
    """A page and the talk it is in."""

    def __init__(self, token: str, handoff: str, socket: Any) -> None:
        self.token, self.handoff, self.socket = token, handoff, socket


async def measure(address: str, folder: Path, talks: int, counsellors: int, offset: int) -> tuple[list[float], list[float]]:
    """Milliseconds there and back, of every message."""
    kept = Kept(f"sqlite:///{folder}/noor.db", key_from(KEY, folder))
    queue, users, sessions, at = Queue(kept), Users(kept), Sessions(kept), now().timestamp()
    socket_address, host = address.replace("http", "ws"), address
    lines: dict[str, asyncio.Queue[float]] = {}
    visitors: list[Visitor] = []
    async with httpx.AsyncClient(base_url=address, timeout=60) as web:
        for i in range(talks):
            token = (await web.post("/api/talk")).json()["talk"]
            handoff = queue.join(("web", token), "nl", [], False, at).id
            talk = kept.get("talk", kept.name("web", token)) or {}
            kept.put("talk", kept.name("web", token), {**talk, "answered_by": "human", "handoff": {"id": handoff, "shown": 0}})
            name = f"c{offset + i % counsellors}"
            queue.claim(handoff, name, at)
            socket = await websockets.connect(socket_address + "/api/socket")  # type: ignore[attr-defined]
            await socket.send(json.dumps({"talk": token, "after": 99}))
            visitors.append(Visitor(token, handoff, socket))
    words = {}
    for i in range(counsellors):
        users.add(f"c{offset + i}", "counsellor", at)
        words[f"c{offset + i}"] = sessions.start(f"c{offset + i}", "full", at)
    readers, desks = [], {}
    for i, visitor in enumerate(visitors):
        word = words[f"c{offset + i % counsellors}"]
        found = sessions.find(word, at)
        assert found
        desk = await websockets.connect(socket_address + "/console/socket", extra_headers={"Cookie": f"noor_console={word}", "Origin": host})  # type: ignore[attr-defined]
        await desk.send(json.dumps({"csrf": found.csrf, "talk": visitor.handoff, "after": 0}))
        desks[visitor.handoff] = desk
        for side, connection in (("desk", desk), ("page", visitor.socket)):
            lines[side + visitor.handoff] = asyncio.Queue()
            readers.append(asyncio.create_task(read(connection, lines[side + visitor.handoff])))
    there: list[float] = []
    back: list[float] = []

    async def one(visitor: Visitor) -> None:
        for number in range(MESSAGES):
            await asyncio.sleep(secrets.randbelow(3000) / 1000)
            begun = time.monotonic()
            await visitor.socket.send(json.dumps({"id": f"m{number}", "text": "een bericht van een bezoeker"}))
            there.append((await asyncio.wait_for(lines["desk" + visitor.handoff].get(), 60) - begun) * 1000)
            begun = time.monotonic()
            await desks[visitor.handoff].send(json.dumps({"say": "een antwoord", "id": f"c{number}"}))
            back.append((await asyncio.wait_for(lines["page" + visitor.handoff].get(), 60) - begun) * 1000)

    await asyncio.gather(*(one(v) for v in visitors))
    for reader in readers:
        reader.cancel()
    for desk in desks.values():
        await desk.close()
    for visitor in visitors:
        await visitor.socket.close()
    kept.close()
    return there, back


async def read(connection: Any, found: asyncio.Queue[float]) -> None:
    """Notes when a line of the other side arrives."""
    async for text in connection:
        event = json.loads(text)
        if event.get("line", {}).get("sender") == "person" or event.get("message", {}).get("sender") == "human":
            found.put_nowait(time.monotonic())


def p(values: list[float], share: int) -> float:
    """The percentile `share` of values in milliseconds."""
    return statistics.quantiles(values, n=100)[share - 1]


def main() -> int:
    """Prints the table. 1 when something did not arrive."""
    with tempfile.TemporaryDirectory() as name:
        folder, port = Path(name), 18000 + secrets.randbelow(2000)
        address = f"http://127.0.0.1:{port}"
        server = subprocess.Popen([sys.executable, "-W", "ignore", "-c", SERVER], cwd=ROOT, env={**ENV, "NOOR_DATA": name, "NOOR_KEY": KEY, "NOOR_PORT": str(port)})
        try:
            until(address + "/health")
            print("| | messages | p50 ms | p95 ms | p99 ms |\n| --- | --- | --- | --- | --- |")
            for label, talks, counsellors, offset in (("1 talk, 1 counsellor", 1, 1, 0), (f"{TALKS} talks, {COUNSELLORS} counsellors", TALKS, COUNSELLORS, 100)):
                found = [asyncio.run(measure(address, folder, talks, counsellors, offset))]
                if talks == 1:  # a few messages more: five are no percentile
                    found += [asyncio.run(measure(address, folder, 1, 1, n)) for n in range(1, 6)]
                for way, values in (("to the counsellor", [v for t, _ in found for v in t]), ("to the visitor", [v for _, b in found for v in b])):
                    print(f"| {label}, {way} | {len(values)} | {p(values, 50):.1f} | {p(values, 95):.1f} | {p(values, 99):.1f} |", flush=True)
            return 0
        finally:
            server.terminate()
            server.wait(20)


if __name__ == "__main__":
    sys.exit(main())
