"""How fast danger is answered while the edges are attacked: idle sockets, floods of many kinds, slow callers, pages that read nothing.

    uv run python -m bench.edges              prints a table; the last column is the ratio to a quiet Noor in the same run

One Noor with all its limits on, no model loaded (the danger rules need none). The attackers are processes of their own (bench/attackers.py);
`--nice 19` lets them have only what Noor and the person leave, as if they sat elsewhere.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import resource
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator

import httpx
import websockets

from bench.__main__ import ROOT, memory, until

DANGER = "ik wil niet meer leven"
ATTACKS = {  # what callers do -> how many of them
    "5,000 idle sockets": ("idle", 5000), "messages from 40 addresses": ("messages", 40), "messages of 20,000 characters from 40": ("longest", 40),
    "packets of 5,000 empty frames from 40": ("tiny", 40), "40 addresses opening and closing pages": ("storm", 40), "500 bodies, a byte a second": ("slow", 500),
    "40 pages that read nothing": ("deaf", 40),
}  # fmt: skip


def at(times: list[float], share: float) -> float:
    """Milliseconds below which this share of the times lies."""
    return 1000 * sorted(times)[min(len(times) - 1, int(len(times) * share))]


async def danger(base: str, messages: int) -> tuple[list[float], list[float]]:
    """Seconds until a page was open, and until the danger answer came; one person after another, so that no limit is met."""
    opened, answered = [], []
    for i in range(messages):
        headers = {"X-Forwarded-For": f"10.9.{i // 200}.{i % 200 + 1}"}
        begun = time.perf_counter()
        async with websockets.connect(base.replace("http", "ws") + "/api/socket", extra_headers=headers, ping_interval=None, open_timeout=60) as line:
            await line.send(json.dumps({"talk": f"{'danger':a<20}{time.time_ns()}", "after": 0}))
            opened.append(time.perf_counter() - begun)
            begun = time.perf_counter()
            await line.send(json.dumps({"id": "1", "text": DANGER}))
            while json.loads(await line.recv()).get("message", {}).get("topic") != "danger_suicide":
                pass
            answered.append(time.perf_counter() - begun)
        await asyncio.sleep(0.02)
    return opened, answered


@contextlib.contextmanager
def noor() -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    with tempfile.TemporaryDirectory(prefix="noor-edges-") as data, socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
        free.close()
        environment = {**os.environ, "NOOR_DATA": data, "NOOR_PORT": str(port), "NOOR_KEY": "edges"}
        process = subprocess.Popen([sys.executable, "-W", "ignore", "-m", "bench.serving"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        try:
            until(f"http://127.0.0.1:{port}/health")
            yield f"http://127.0.0.1:{port}", process
        finally:
            process.terminate()
            process.wait(20)


@contextlib.contextmanager
def attacked(kind: str, base: str, many: int, nice: int) -> Iterator[dict[str, object]]:
    """While it lasts; afterwards the dictionary holds what came of it."""
    command = [*(["nice", "-n", str(nice)] if nice else []), sys.executable, "-W", "ignore", "-m", "bench.attackers", kind, "--base", base, "--many", str(many)]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    came: dict[str, object] = {}
    try:
        assert process.stdout.readline() == "ready\n", f"the attackers of kind {kind} did not start"
        yield came
    finally:
        said, _ = process.communicate("", timeout=60)
        came.update(json.loads(said))


def measure(only: list[str], messages: int, nice: int) -> None:
    """The table, a row as soon as it is measured."""
    quiet = 0.0
    print("| | danger p50 ms | p95 ms | slowest ms | page open p95 ms | memory MB | p95 / quiet | they sent a second | their lines ended |\n|" + " --- |" * 9, flush=True)
    with noor() as (base, process):
        asyncio.run(danger(base, 5))
        for name, (kind, many) in {"quiet": ("", 0), **ATTACKS}.items():
            if only and kind and kind not in only:
                continue
            with attacked(kind, base, many, nice) if kind else contextlib.nullcontext({}) as came:
                time.sleep(1)
                opened, answered = asyncio.run(danger(base, messages))
                used = memory(process)
            quiet = quiet or at(answered, 0.95)
            print(
                f"| {name} | {at(answered, 0.5):.1f} | {at(answered, 0.95):.1f} | {1000 * max(answered):.0f} | {at(opened, 0.95):.1f} | {used:.0f} | {at(answered, 0.95) / quiet:.1f} "
                f"| {came.get('a second', '-')} | {came.get('ends', '-') or '-'} |", flush=True,
            )  # fmt: skip
        alive = httpx.get(base + "/health", timeout=30).status_code
    print(f"\nNoor answers {alive} afterwards. {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}, attackers at nice {nice}.")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", nargs="*", default=[], choices=[kind for kind, _ in ATTACKS.values()])
    parser.add_argument("--messages", type=int, default=150)
    parser.add_argument("--nice", type=int, default=0)
    args = parser.parse_args()
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))  # Noor inherits it
    measure(args.only, args.messages, args.nice)


if __name__ == "__main__":
    main()
