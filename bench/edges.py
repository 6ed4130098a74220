"""How fast danger is answered while the edges are attacked: idle sockets, a flood from many addresses, pages that read nothing.

    uv run python -m bench.edges              prints a table; the last column is the ratio to a quiet Noor in the same run

One Noor with all its limits on, no model loaded (the danger rules need none). Each caller says another address in X-Forwarded-For.
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
from collections import Counter
from collections.abc import Iterator
from typing import Any

import httpx
import websockets

from bench.__main__ import ROOT, memory, until

DANGER = "ik wil niet meer leven"


def at(times: list[float], share: float) -> float:
    """Milliseconds below which this share of the times lies."""
    return 1000 * sorted(times)[min(len(times) - 1, int(len(times) * share))]


async def danger(base: str, messages: int) -> list[float]:
    """Seconds until the danger answer came, one message after another, from new people so that no limit is met."""
    times = []
    for i in range(messages):
        headers = {"X-Forwarded-For": f"10.9.{i // 200}.{i % 200 + 1}"}
        async with websockets.connect(base.replace("http", "ws") + "/api/socket", extra_headers=headers, ping_interval=None, open_timeout=60) as line:
            await line.send(json.dumps({"talk": f"{'danger':a<20}{time.time_ns()}", "after": 0}))
            begun = time.perf_counter()
            await line.send(json.dumps({"id": "1", "text": DANGER}))
            while json.loads(await line.recv()).get("message", {}).get("topic") != "danger_suicide":
                pass
            times.append(time.perf_counter() - begun)
        await asyncio.sleep(0.02)
    return times


async def idle(base: str, many: int) -> list[Any]:
    """Open pages that say nothing."""
    gate = asyncio.Semaphore(50)

    async def one(i: int) -> Any:
        async with gate:
            headers = {"X-Forwarded-For": f"10.1.{i // 200}.{i % 200 + 1}"}
            line = await websockets.connect(
                base.replace("http", "ws") + "/api/socket", extra_headers=headers, ping_interval=None, open_timeout=60, max_queue=1, compression=None
            )
            await line.send(json.dumps({"talk": f"idle{i:020}", "after": 0}))
            return line

    return await asyncio.gather(*(one(i) for i in range(many)))


async def flood(base: str, who: int, sent: list[int], ends: Counter[str]) -> None:
    """As many messages as fit, on and on."""
    url, headers = base.replace("http", "ws") + "/api/socket", {"X-Forwarded-For": f"10.2.0.{who + 1}"}
    while True:
        try:
            async with websockets.connect(url, extra_headers=headers, ping_interval=None, open_timeout=60) as line:
                await line.send(json.dumps({"talk": f"flood{who:020}", "after": 0}))
                for i in range(10**9):
                    await line.send(json.dumps({"id": str(i), "text": "menu " * 50}))
                    sent[0] += 1
                    if i % 20 == 0:
                        await asyncio.sleep(0.01)  # the client shares this machine's processor
        except (websockets.exceptions.WebSocketException, OSError) as error:
            ends[error.__class__.__name__] += 1
            await asyncio.sleep(0.05)


async def deaf(base: str, port: int, who: int) -> socket.socket:
    """A page that asks and asks and never reads what comes."""
    line = socket.create_connection(("127.0.0.1", port))
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    handshake = f"GET /api/socket HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nX-Forwarded-For: 10.3.0.{who + 1}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    line.sendall(handshake.encode())
    line.setblocking(False)
    return line


@contextlib.contextmanager
def noor() -> Iterator[tuple[str, int, subprocess.Popen[bytes]]]:
    with tempfile.TemporaryDirectory(prefix="noor-edges-") as data, socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
        free.close()
        environment = {**os.environ, "NOOR_DATA": data, "NOOR_PORT": str(port), "NOOR_KEY": "edges"}
        process = subprocess.Popen([sys.executable, "-W", "ignore", "-m", "bench.serving"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        try:
            until(f"http://127.0.0.1:{port}/health")
            yield f"http://127.0.0.1:{port}", port, process
        finally:
            process.terminate()
            process.wait(20)


async def measure(sockets: int, flooders: int, deafs: int, messages: int) -> None:
    quiet = 0.0

    def row(name: str, times: list[float], megabytes: float) -> None:
        print(f"| {name} | {at(times, 0.5):.1f} | {at(times, 0.95):.1f} | {1000 * max(times):.0f} | {megabytes:.0f} | {at(times, 0.95) / (quiet or at(times, 0.95)):.1f} |", flush=True)

    print("| | danger p50 ms | p95 ms | slowest ms | memory MB | p95 / quiet |\n| --- | --- | --- | --- | --- | --- |", flush=True)
    with noor() as (base, port, process):
        await danger(base, 5)
        times = await danger(base, messages)
        row("quiet", times, memory(process))
        quiet = at(times, 0.95)
        lines = await idle(base, sockets)
        row(f"{sockets} idle sockets", await danger(base, messages), memory(process))
        for line in lines:
            line.transport.abort()
        del lines
        await asyncio.sleep(1)
        sent, ends = [0], Counter[str]()
        floods = [asyncio.create_task(flood(base, i, sent, ends)) for i in range(flooders)]
        silent = [await deaf(base, port, i) for i in range(deafs)]
        await asyncio.sleep(1)
        begun = time.perf_counter()
        row(f"flood from {flooders} addresses, {deafs} that read nothing", await danger(base, messages), memory(process))
        rate = sent[0] / (time.perf_counter() - begun + 1)
        for task in floods:
            task.cancel()
        await asyncio.gather(*floods, return_exceptions=True)
        for one in silent:
            one.close()
        alive = (await asyncio.to_thread(httpx.get, base + "/health")).status_code
    print(f"\nThe flood got rid of {rate:.0f} messages a second; its lines ended: {dict(ends)}; Noor answers {alive} afterwards.")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--sockets", type=int, default=5000)
    parser.add_argument("--flooders", type=int, default=40)
    parser.add_argument("--deaf", type=int, default=40)
    parser.add_argument("--messages", type=int, default=150)
    args = parser.parse_args()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    print(f"open files allowed: {soft} -> {hard}", file=sys.stderr)
    asyncio.run(measure(args.sockets, args.flooders, args.deaf, args.messages))


if __name__ == "__main__":
    main()
