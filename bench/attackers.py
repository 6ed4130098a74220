"""Those who attack a Noor, in a process of their own so that their work is not taken for hers: `python -m bench.attackers KIND --base URL`.

Prints "ready", goes on until standard input ends, then prints {"sent": frames or connections, "ends": {how a line ended: number}}. Each caller says
another address in X-Forwarded-For. Raw sockets: a client library would spend more time on a message than Noor does.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import resource
import socket
import struct
import sys
from collections import Counter
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

UPGRADE = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n"
Line = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Attack:
    """`many` callers against one address; `sent` and `ends` are what came of it."""

    def __init__(self, base: str, many: int) -> None:
        self.host, self.port = urlsplit(base).hostname or "", urlsplit(base).port or 80
        self.many, self.sent, self.ends = many, 0, Counter[str]()

    async def line(self, who: int, kind: int, more: str = UPGRADE) -> Line:
        """A socket of caller `who` that Noor has taken."""
        reader, writer = await asyncio.open_connection(self.host, self.port, limit=1 << 16)
        address = f"10.{kind}.{who // 200}.{who % 200 + 1}"
        writer.write(f"GET /api/socket HTTP/1.1\r\nHost: {self.host}:{self.port}\r\nX-Forwarded-For: {address}\r\n{more}\r\n".encode())
        await reader.readuntil(b"\r\n\r\n")
        return reader, writer

    async def idle(self) -> None:
        """Open pages that say nothing."""
        few = asyncio.Semaphore(20)

        async def one(who: int) -> Line:
            async with few:
                reader, writer = await self.line(who, 1)
                writer.write(frame({"talk": f"idle{who:020}", "after": 0}) + frame({"ping": True}))
                await reader.read(10)  # Noor serves it
                return reader, writer

        self._kept = await asyncio.gather(*(one(i) for i in range(self.many)))

    async def talk(self, who: int, kind: int, frames: bytes) -> None:
        """The same frames again and again, as fast as they are taken."""
        reader, writer = await self.line(who, kind)
        writer.write(frame({"talk": f"flood{kind}x{who:020}", "after": 0}))
        reading = asyncio.create_task(self._read(reader))
        try:
            while True:
                writer.write(frames)
                self.sent += 1
                await writer.drain()
                await asyncio.sleep(0.001)
        finally:
            reading.cancel()
            writer.close()

    async def storm(self, who: int) -> None:
        """Opens a page and closes it, on and on."""
        reader, writer = await self.line(who, 4)
        writer.write(frame({"talk": f"storm{who:020}", "after": 0}) + frame({"ping": True}))
        self.sent += 1
        await reader.read(10)
        writer.close()

    async def slow(self, who: int) -> None:
        """A request whose body comes a byte a second, for ever."""
        _, writer = await asyncio.open_connection(self.host, self.port)
        writer.write(f"POST /api/say HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 10.5.{who // 200}.{who % 200 + 1}\r\nContent-Length: 90000\r\n\r\n".encode())
        while True:
            writer.write(b" ")
            self.sent += 1
            await writer.drain()
            await asyncio.sleep(1)

    async def deaf(self, who: int) -> None:
        """A page that asks and asks and never reads what comes."""
        near = socket.create_connection((self.host, self.port))
        near.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        near.sendall(f"GET /api/socket HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 10.3.0.{who + 1}\r\n{UPGRADE}\r\n".encode())
        near.setblocking(False)
        loop = asyncio.get_running_loop()
        await loop.sock_sendall(near, frame({"talk": f"deaf{who:020}", "after": 0}))
        for i in range(10**9):
            await loop.sock_sendall(near, frame({"id": str(i), "text": "menu"}))
            self.sent += 1

    async def _read(self, reader: asyncio.StreamReader) -> None:
        while await reader.read(65_536):
            pass

    async def on_and_on(self, one: Callable[[int], Awaitable[None]], who: int) -> None:
        """A caller who comes back whenever the line ends."""
        while True:
            try:
                await one(who)
            except (OSError, EOFError, asyncio.LimitOverrunError) as error:
                self.ends[error.__class__.__name__] += 1
                await asyncio.sleep(0.05)


def frame(what: object) -> bytes:
    """A masked text frame, as a browser sends it; the mask of zeros leaves the words as they are."""
    words = json.dumps(what).encode()
    size = struct.pack("!B", 0x80 | len(words)) if len(words) < 126 else struct.pack("!BH", 0xFE, len(words)) if len(words) < 65_536 else struct.pack("!BQ", 0xFF, len(words))
    return b"\x81" + size + b"\0\0\0\0" + words


def kinds(attack: Attack) -> dict[str, Callable[[int], Awaitable[None]]]:
    """What each caller does. Texts are chosen to cost much: many words that begin as names do, many that begin as danger does."""
    texts = {"messages": "menu " * 50, "longest": "Jan Van Der 06 12345678 ik wil niet meer " * 500}
    made = {kind: frame({"id": "1", "text": text}) for kind, text in texts.items()} | {"tiny": frame({}) * 5_000}
    numbers = {"messages": 2, "longest": 6, "tiny": 7}
    talks = {kind: (lambda who, kind=kind: attack.talk(who, numbers[kind], made[kind])) for kind in made}
    return {**talks, "storm": attack.storm, "slow": attack.slow, "deaf": attack.deaf}  # type: ignore[dict-item]


async def run(kind: str, base: str, many: int) -> dict[str, object]:
    attack = Attack(base, many)
    tasks = []
    if kind == "idle":
        await attack.idle()
    else:
        one = kinds(attack)[kind]
        tasks = [asyncio.create_task(attack.on_and_on(one, i)) for i in range(many)]
    print("ready", flush=True)
    begun = asyncio.get_running_loop().time()
    await asyncio.to_thread(sys.stdin.read)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return {"a second": round(attack.sent / (asyncio.get_running_loop().time() - begun)), "ends": dict(attack.ends)}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("kind", choices=["idle", "messages", "longest", "tiny", "storm", "slow", "deaf"])
    parser.add_argument("--base", required=True)
    parser.add_argument("--many", type=int, default=40)
    args = parser.parse_args()
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with contextlib.suppress(KeyboardInterrupt):
        print(json.dumps(asyncio.run(run(args.kind, args.base, args.many))), flush=True)


if __name__ == "__main__":
    main()
