"""What turn 5,000 of a talk costs beside turn 10, through the web door and with the real model.

    uv run python -m bench.long_talk           prints {"turn 10 ms", "turn 5000 ms", "ratio"}

One talk is made long; then it and fresh talks say the same things in turn, so that whatever else the machine does meets both alike.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import shutil
import statistics
import sys
import time
from typing import Any

import httpx
import websockets

from bench.__main__ import QUESTIONS, WORK, running, until
from bench.servers import LOCAL, free_port

TURN = 10  # the turn of a fresh talk that the long one is held against
ROUNDS = 5  # of all questions


async def say(socket: Any, number: int) -> float:
    """Seconds until the answer is acknowledged."""
    begun = time.perf_counter()
    await socket.send(json.dumps({"id": str(number), "text": QUESTIONS[number % len(QUESTIONS)]}))
    while "ack" not in json.loads(await socket.recv()):
        pass
    return time.perf_counter() - begun


async def talk(http: httpx.AsyncClient, base: str, stack: contextlib.AsyncExitStack) -> Any:
    """The open socket of a new talk."""
    token = (await http.post(base + "/api/talk")).json()["talk"]
    socket = await stack.enter_async_context(websockets.connect(base.replace("http", "ws") + "/api/socket", max_size=None, ping_interval=None))
    await socket.send(json.dumps({"talk": token, "after": 1}))
    return socket


async def measure(base: str, turns: int) -> dict[str, float]:
    young: list[float] = []
    old: list[float] = []
    async with contextlib.AsyncExitStack() as stack, httpx.AsyncClient(timeout=60) as http:
        long = await talk(http, base, stack)
        for number in range(turns):
            await say(long, number)
        for number in range(turns, turns + ROUNDS * len(QUESTIONS)):
            fresh = await talk(http, base, stack)
            for before in range(number - TURN + 1, number):
                await say(fresh, before)
            young.append(await say(fresh, number))
            await say(long, number - 1)  # both have just been used
            old.append(await say(long, number))
    ten, last = statistics.median(young), statistics.median(old)
    return {f"turn {TURN} ms": round(1000 * ten, 2), f"turn {turns} ms": round(1000 * last, 2), "ratio": round(last / ten, 2)}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--turns", type=int, default=5_000)
    args = parser.parse_args()
    folder, port = WORK / "long", free_port()
    shutil.rmtree(folder, ignore_errors=True)
    with running([sys.executable, "-m", "bench.unlimited"], NOOR_PORT=str(port), NOOR_DATA=str(folder)):
        base = f"http://{LOCAL}:{port}"
        until(base + "/ready")
        print(json.dumps(asyncio.run(measure(base, args.turns))))


if __name__ == "__main__":
    main()
