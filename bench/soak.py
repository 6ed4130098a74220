"""Two hundred talks at once for ten minutes over two Noors on PostgreSQL and Redis behind nginx; one is killed half way and comes back.

    uv run python -m bench.soak                prints {"messages", "errors", "lost", "faults", "alone p95 ms", "crowd p95 ms", "ratio", "memory MB" ...}

With the real model. A person reads for 5 to 15 seconds before she says something again. The limit per address is off: one machine plays them
all. Exit code 1 when something was lost, doubled or out of order. Speed and memory are figures to read: other work on the machine shows in them.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx

from bench.__main__ import ENV, QUESTIONS, ROOT, memory, until
from bench.servers import LOCAL, free_port, nginx, postgres, redis
from bench.talker import Talker, faults

SAY = (*QUESTIONS, "menu", "ik wil niet meer leven")


class Timed(Talker):
    """Counts the time from saying to the acknowledgement, which follows the answer."""

    def __init__(self, base: str) -> None:
        super().__init__(base)
        self.sent_at: dict[str, float] = {}
        self.times: list[float] = []

    async def say(self, text: str) -> str:
        self.sent_at[f"{self.letter}{len(self.said)}"] = time.perf_counter()
        return await super().say(text)

    def _take(self, event: dict[str, Any]) -> None:
        if (begun := self.sent_at.pop(str(event.get("ack")), None)) is not None:
            self.times.append(time.perf_counter() - begun)
        super()._take(event)


def at(times: list[float], share: float) -> float:
    """Milliseconds below which this share of the times lies."""
    return round(1000 * sorted(times)[min(len(times) - 1, int(len(times) * share))], 1)


class Place:
    """Two Noors and what they stand on."""

    def __init__(self, folder: str, database: str, shared: str, model: bool) -> None:
        self.ports, self.processes, self.model = [free_port(), free_port()], [], model  # type: ignore[var-annotated]
        self._environment = {**ENV, "NOOR_DATABASE": database, "NOOR_REDIS": shared, "NOOR_KEY": "soak", "NOOR_DATA": folder}

    def start(self, which: int) -> None:
        module = ["bench.unlimited"] if self.model else ["bench.serving", "--unlimited"]
        process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", *module], cwd=ROOT, env={**self._environment, "NOOR_PORT": str(self.ports[which])},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        self.processes[which : which + 1] = [process]

    def wait(self) -> None:
        for port in self.ports:
            until(f"http://{LOCAL}:{port}/{'ready' if self.model else 'health'}", 300)

    def megabytes(self) -> float:
        return round(sum(memory(p) for p in self.processes))


async def alone(base: str, messages: int) -> list[float]:
    """One person, nobody else there."""
    person = Timed(base)
    await person.start()
    for i in range(messages):
        await person.say(SAY[i % len(SAY)])
        await person.settled()
    await person.stop()
    return person.times[5:]


async def crowd(base: str, place: Place, talks: int, minutes: float) -> tuple[list[Timed], list[float], list[tuple[float, float]]]:
    """All of them; returns the people, the times that no kill is in, and (minute, megabytes)."""
    dice, begun, used = random.Random(5), time.monotonic(), []
    people = [Timed(base) for _ in range(talks)]
    await asyncio.gather(*(p.start() for p in people))

    async def talk(person: Timed) -> None:
        await asyncio.sleep(dice.uniform(0, 10))
        i = dice.randrange(len(SAY))
        while time.monotonic() - begun < 60 * minutes:
            await person.say(SAY[i % len(SAY)])
            i += 1
            await asyncio.sleep(dice.uniform(5, 15))

    async def watch() -> None:
        while True:
            used.append((round((time.monotonic() - begun) / 60, 1), place.megabytes()))
            await asyncio.sleep(30)

    talking, watching = [asyncio.create_task(talk(p)) for p in people], asyncio.create_task(watch())
    await asyncio.sleep(30 * minutes)
    before = [t for p in people for t in p.times]
    place.processes[0].send_signal(signal.SIGKILL)
    place.processes[0].wait()
    place.start(0)
    await asyncio.to_thread(place.wait)
    await asyncio.sleep(20)  # who waited for the killed one has her answer
    marks = [len(p.times) for p in people]
    await asyncio.gather(*talking)
    await asyncio.gather(*(p.settled(120) for p in people))
    watching.cancel()
    used.append((round((time.monotonic() - begun) / 60, 1), place.megabytes()))
    return people, before + [t for p, mark in zip(people, marks, strict=True) for t in p.times[mark:]], used


async def measure(base: str, place: Place, talks: int, minutes: float) -> dict[str, Any]:
    single = await alone(base, 45)
    people, times, used = await crowd(base, place, talks, minutes)
    found = [fault for p in people for fault in faults(p, await p.kept(), 3)]
    figures = {
        "talks": talks, "minutes": minutes, "messages": sum(len(p.said) for p in people), "acknowledged": sum(len(p.acked) for p in people),
        "lost": sum(len(p.said) - len(p.acked) for p in people), "faults": found, "lines that came back": sum(p.reconnects for p in people),
        "alone p50 / p95 ms": [at(single, 0.5), at(single, 0.95)], "crowd p50 / p95 ms": [at(times, 0.5), at(times, 0.95)],
        "p95 ratio": round(at(times, 0.95) / at(single, 0.95), 2), "slowest over the kill ms": at([t for p in people for t in p.times], 1.0),
        "minute, memory MB of both": used, "load": round(os.getloadavg()[0], 1),
    }  # fmt: skip
    for person in people:
        await person.stop()
    return figures


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--talks", type=int, default=200)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--without-model", action="store_true")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="noor-soak-") as name, postgres() as database, redis(Path(name)) as shared, contextlib.ExitStack() as stack:
        place, port = Place(name, database.database(), shared.url, not args.without_model), free_port()
        stack.callback(lambda: [p.terminate() for p in place.processes] and [p.wait(20) for p in place.processes])
        for which in range(2):
            place.start(which)
        proxy = nginx(Path(name), port, place.ports)
        stack.callback(proxy.wait, 20)
        stack.callback(proxy.terminate)
        place.wait()
        base = f"http://{LOCAL}:{port}"
        with contextlib.suppress(httpx.HTTPError):
            httpx.get(base + "/health")
        figures = asyncio.run(measure(base, place, args.talks, args.minutes))
    print(json.dumps(figures))
    sys.exit(1 if figures["faults"] or figures["lost"] else 0)


if __name__ == "__main__":
    main()
