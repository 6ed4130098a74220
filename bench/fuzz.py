"""Random frames and Telegram updates against a running Noor: does it stay up, does anybody get another's answer, does memory grow?

    python -m bench.fuzz [number] [seed]      10,000 and seed 1 when left out; four fifths are frames, the rest updates

Each talk types words of its own; no other talk may ever be shown one of them. The server runs in a process of its own, with its model.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import httpx
import websockets
import websockets.exceptions

from bench import fuzz_telegram
from bench.__main__ import ROOT, running, until
from bench.servers import free_port
from bot.training import model_path
from tests.doors.bot_api import TOKEN, BotApi

TALKS = 12
BITS: list[Any] = [None, True, -1, 0, 2**70, 1e308, "", "x", "\u0000", "\ud83d\ude00", "ا" * 300, "\u202e112", [], {}, [[[]]], {"a": {"b": 1}}]
TAPS = ["menu", "card", "languages", "role:parent", "role:", "topic:already_paid", "topic:../../x", "language:ar", "language:zz", "part:more",
        "perspective:islam", "erase:no", "source", "retry", "practise:x", "report:who.child", "handoff:join", "x" * 500]  # fmt: skip
SAID = ["help", "ik wil niet meer leven", "foto van mijn dochter gaat rond", "<script>alert(1)</script>", "/start", "{police}", "```x```", "a" * 5_000]


def frame(chance: random.Random, number: int, own: str) -> Any:
    """A frame: most nearly right, some not frames at all. `own` is the word that only this talk types."""
    kind = chance.random()
    if kind < 0.1:
        return chance.choice(BITS)
    made: dict[str, Any] = {"id": f"{number}"}
    if kind < 0.45:
        made["text"] = f"{chance.choice(SAID)} {own}"
    elif kind < 0.8:
        made["tap"] = chance.choice(TAPS)
    else:
        made |= {chance.choice(["id", "text", "tap", "language", "after", "talk", "ping", chance.choice("abc")]): chance.choice(BITS) for _ in range(3)}
    return made


def raw(chance: random.Random, value: Any) -> str:
    """As JSON, now and then cut off or with a stray character in it."""
    text = json.dumps(value, ensure_ascii=chance.random() < 0.5)
    if chance.random() < 0.05:
        text = text[: chance.randrange(len(text) + 1)]
    if chance.random() < 0.03:
        text = chance.choice('{}[],"\\') + text
    return text


class Talk:
    """One person who sends whatever comes up, over the socket or over HTTP, and looks at everything that comes back."""

    def __init__(self, base: str, number: int, seed: int) -> None:
        self.base, self.chance = base, random.Random(seed * 1000 + number)
        self.own = f"woordvan{chr(97 + number)}{seed}"
        self.token, self.shown, self.faults = "", 0, []  # type: ignore[var-annotated]

    def look(self, text: str) -> None:
        self.shown += 1
        for number in range(TALKS):
            other = f"woordvan{chr(97 + number)}"
            if other in text and not self.own.startswith(other):
                self.faults.append(f"{self.own} was shown {other}")

    async def run(self, frames: int) -> None:
        # A connection of its own for each request: one that waited may be closed by the server at the very moment it is used again.
        alone = httpx.Limits(max_keepalive_connections=0)
        async with httpx.AsyncClient(base_url=self.base, timeout=60, limits=alone) as client:
            self.token = (await client.post("/api/talk")).json()["talk"]
            sent = 0
            while sent < frames:
                if self.chance.random() < 0.3:
                    for _ in range(10):
                        value = frame(self.chance, sent, self.own)
                        body = raw(self.chance, {"talk": self.token, **value} if isinstance(value, dict) and self.chance.random() < 0.9 else value)
                        answer = await client.post(self.chance.choice(["/api/say", "/api/say", "/api/messages", "/api/file"]), content=body.encode("utf-8", "replace"))
                        if answer.status_code >= 500:
                            self.faults.append(f"{answer.status_code} for {body[:200]!r}")
                        if not answer.headers.get("content-type", "").startswith("image/"):
                            self.look(answer.text)
                        sent += 1
                else:
                    sent += await self.socket(min(40, frames - sent), sent)

    async def socket(self, frames: int, start: int) -> int:
        address = self.base.replace("http", "ws") + "/api/socket"
        with contextlib.suppress(websockets.exceptions.ConnectionClosed, TimeoutError):
            async with websockets.connect(address, max_size=None) as socket:
                await socket.send(json.dumps({"talk": self.token, "after": self.chance.choice([0, 0, 5, -1, 10**9])}))
                for number in range(frames):
                    if self.chance.random() < 0.02:
                        await socket.send(self.chance.randbytes(30))
                    await socket.send(raw(self.chance, frame(self.chance, start + number, self.own)).encode("utf-8", "replace").decode())
                await socket.send('{"ping": true}')
                while "pong" not in (event := await asyncio.wait_for(socket.recv(), 60)):
                    self.look(str(event))
        return frames


async def storm(base: str, frames: int, seed: int) -> tuple[int, list[str]]:
    """(answers looked at, faults) after `frames` frames of TALKS talks at once. The server must still answer after it."""
    talks = [Talk(base, number, seed) for number in range(TALKS)]
    await asyncio.gather(*(t.run(max(1, frames // TALKS)) for t in talks))
    async with httpx.AsyncClient(base_url=base, timeout=30) as client:
        token = (await client.post("/api/talk")).json()["talk"]
        answer = (await client.post("/api/say", json={"talk": token, "id": "1", "text": "ik wil niet meer leven"})).json()
    faults = [f for t in talks for f in t.faults]
    if answer["messages"][-1].get("topic") != "danger_suicide":
        faults.append("after the storm danger is not answered")
    return sum(t.shown for t in talks), faults


def memory(process: subprocess.Popen[bytes]) -> float:
    """Resident megabytes of Noor itself: a training of the phrase coach beside it is not a leak."""
    return int(Path(f"/proc/{process.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


async def both(base: str, api: BotApi, number: int, seed: int) -> tuple[int, list[str]]:
    (shown, faults), (sent, more) = await asyncio.gather(storm(base, number * 4 // 5, seed), fuzz_telegram.storm(base, api, number // 5, seed))
    return shown + sent, faults + more


def main() -> int:
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    if not model_path(ROOT.resolve(), ROOT.resolve() / "models").exists():
        raise SystemExit("there is no trained model of this data; run `make train` first: training would count as memory")
    port = free_port()  # never one that another Noor may have
    base = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory() as folder, BotApi() as api:
        settings = {
            "NOOR_PORT": str(port), "NOOR_DATA": folder, "NOOR_PUBLIC_URL": base,
            "TELEGRAM_TOKEN": TOKEN, "TELEGRAM_API_BASE": api.address, "TELEGRAM_SECRET": fuzz_telegram.SECRET,
        }  # fmt: skip
        with running([sys.executable, "-m", "bench.unlimited"], **settings) as process:
            until(base + "/ready")
            first, faults = asyncio.run(both(base, api, number // 2, seed))  # caches fill up; what counts is what grows after that
            before = memory(process)
            second, more = asyncio.run(both(base, api, number // 2, seed + 1))
            after = memory(process)
            faults += more
            if process.poll() is not None:
                faults.append(f"Noor ended with {process.returncode}")
    print(f"{number} frames and updates of {TALKS} talks and {fuzz_telegram.PEOPLE} people: {first + second} answers looked at, {len(faults)} faults")
    print(f"memory: {before:.0f} MB after half, {after:.0f} MB after all: {100 * (after / before - 1):+.1f} %")
    print("\n".join(faults[:20]))
    return 1 if faults or after > before * 1.05 else 0


if __name__ == "__main__":
    sys.exit(main())
