"""How much 1, 2 and 4 Noors carry together, on PostgreSQL and Redis behind nginx, with the real model.

    uv run python -m bench.workers             prints the table of docs/costs.md

Everything, the people included, runs on this machine: beyond as many Noors as it has free processors the figures say nothing about Noor.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.__main__ import ROOT, Talks, client, memory, messages, noor_talk, until
from bench.servers import LOCAL, free_port, nginx, postgres, redis


async def crowd(base: str, talks: int, turns: int) -> tuple[float, Talks]:
    """Seconds for all talks together, and the time of each message."""
    counted = Talks()
    begun = time.perf_counter()
    async with client() as http:
        await asyncio.gather(*(noor_talk(http, base, messages(i, turns), counted) for i in range(talks)))
    return time.perf_counter() - begun, counted


def measure(workers: int, talks: int, turns: int, model: bool) -> str:
    """One row."""
    with tempfile.TemporaryDirectory(prefix="noor-workers-") as name, postgres() as database, redis(Path(name)) as shared, contextlib.ExitStack() as stack:
        ports, port = [free_port() for _ in range(workers)], free_port()
        environment = {**os.environ, "NOOR_DATABASE": database.database(), "NOOR_REDIS": shared.url, "NOOR_KEY": "w", "NOOR_DATA": name}
        processes = []
        for one in ports:
            command = [sys.executable, "-W", "ignore", "-m", *(["bench.unlimited"] if model else ["bench.serving", "--unlimited"])]
            process = subprocess.Popen(command, cwd=ROOT, env={**environment, "NOOR_PORT": str(one)}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
            stack.callback(process.wait, 20)
            stack.callback(process.terminate)
            processes.append(process)
        proxy = nginx(Path(name), port, ports)
        stack.callback(proxy.wait, 20)
        stack.callback(proxy.terminate)
        for one in ports:
            until(f"http://{LOCAL}:{one}/{'ready' if model else 'health'}", 240)
        base = f"http://{LOCAL}:{port}"
        asyncio.run(crowd(base, 4, 2))
        alone = asyncio.run(crowd(base, 1, 30))[1]
        seconds, counted = asyncio.run(crowd(base, talks, turns))
        used = sum(memory(p) for p in processes)
        return f"| {workers} | {talks * turns / seconds:.0f} | {alone.at(0.5):.0f} / {alone.at(0.95):.0f} | {counted.at(0.5):.0f} / {counted.at(0.95):.0f} | {counted.empty} | {used:.0f} |"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--workers", type=int, nargs="*", default=[1, 2, 4])
    parser.add_argument("--talks", type=int, default=40)
    parser.add_argument("--turns", type=int, default=6)
    parser.add_argument("--without-model", action="store_true", help="what door, rules and stores carry without Rasa")
    args = parser.parse_args()
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f} before the start", file=sys.stderr)
    print(f"| Noors | messages/s, {args.talks} talks at once | alone p50 / p95 ms | crowd p50 / p95 ms | empty replies | memory MB |\n| --- | --- | --- | --- | --- | --- |", flush=True)
    for workers in args.workers:
        print(measure(workers, args.talks, args.turns, not args.without_model), flush=True)


if __name__ == "__main__":
    main()
