"""Latency, load, memory, training and readiness of Noor and of plain Rasa (`rasa run` + `rasa run actions`) on the same data.

    uv run python -m bench      prints the table of the README

Plain Rasa has the same data and the same understanding, and else what Rasa brings: its policies, its way of running a model, its SQLite
tracker store, lock and action server. A last row gives it our policies too.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aiohttp
import httpx
import uvloop

from bot.training import model_path

ROOT = Path(__file__).resolve().parent.parent
WORK = Path(tempfile.gettempdir()) / "noor-bench"
QUESTIONS = [
    "foto van mijn dochter gaat rond wat moet ik", "mijn zoon wordt gechanteerd met een naaktfoto", "wat is grooming", "hoe begin ik een gesprek met mijn kind",
    "is het strafbaar om een naaktfoto door te sturen", "wat is het nummer van veilig thuis", "how do I get a picture removed from snapchat", "hoe bewaar ik bewijs",
]  # fmt: skip
# So that two hundred talks are two hundred people: nobody else says it in the same words.
OPENINGS = ["", "hoi ", "dag ", "sorry ", "help ", "goedemiddag ", "mag ik vragen ", "ik wil graag weten ", "even een vraag ", "hallo ", "weet u ", "beste ", "goedenavond ", "kunt u zeggen ", "eh "]
ENDINGS = ["", " alstublieft", " bedankt", " ik weet het niet", " ik ben bezorgd", "?", " aub", " alvast dank", " graag", " groetjes", " ik hoop dat u helpt", " ik schrok ervan", " dank u wel", "...", " help"]
OURS = {"bot.nlu.policies.FiledRulePolicy": "RulePolicy", "bot.nlu.policies.StoryPolicy": "AugmentedMemoizationPolicy"}  # and what Rasa has
ENV = {
    **os.environ,
    "RASA_TELEMETRY_ENABLED": "false",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "LOG_LEVEL": "ERROR",
}


@contextlib.contextmanager
def running(command: list[str], **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        command, cwd=ROOT, env={**ENV, **environment}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        yield process
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(20)


def until(url: str, seconds: float = 180) -> float:
    """Seconds until the address answers 200."""
    start = time.monotonic()
    while time.monotonic() - start < seconds:
        with contextlib.suppress(httpx.HTTPError):
            if httpx.get(url, timeout=2).status_code == 200:
                return time.monotonic() - start
        time.sleep(0.1)
    raise SystemExit(f"{url} did not answer within {seconds} s")


def memory(process: subprocess.Popen[bytes]) -> float:
    """Resident megabytes of a process and its children."""
    pages = 0
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, ValueError):
            fields = path.read_text().rsplit(")", 1)[1].split()
            if int(fields[2]) == process.pid:  # process group
                pages += int(Path(path.parent, "statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


class Talks:
    """Counts replies, empty ones and the time each took."""

    def __init__(self) -> None:
        self.times: list[float] = []
        self.empty = 0

    def add(self, seconds: float, replies: int) -> None:
        self.times.append(seconds)
        self.empty += not replies

    def at(self, share: float) -> float:
        return 1000 * sorted(self.times)[min(len(self.times) - 1, int(len(self.times) * share))]


def client() -> aiohttp.ClientSession:
    """One for all talks of a run: making one costs more than an answer. The people share the machine with who answers them, so they are to cost little."""
    return aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(300), connector=aiohttp.TCPConnector(limit=0))


def messages(talk: int, turns: int) -> list[str]:
    """What somebody types: the questions in her own words, those of no other talk (of 225), so that no answer can be one that is still at hand."""
    opening, ending = OPENINGS[talk % len(OPENINGS)], ENDINGS[talk // len(OPENINGS) % len(ENDINGS)]
    return [opening + QUESTIONS[i % len(QUESTIONS)] + ending for i in range(turns)]


async def noor_talk(http: aiohttp.ClientSession, base: str, typed: list[str], talks: Talks) -> None:
    async with http.post(base + "/api/talk") as begun:
        token = (await begun.json())["talk"]
    async with http.ws_connect(base + "/api/socket", max_msg_size=0) as socket:
        await socket.send_str(json.dumps({"talk": token, "after": 1}))
        for i, text in enumerate(typed):
            start, replies = time.perf_counter(), 0
            await socket.send_str(json.dumps({"id": str(i), "text": text}))
            while "ack" not in (frame := json.loads(await socket.receive_str())):
                replies += frame.get("message", {}).get("from") == "noor"
            talks.add(time.perf_counter() - start, replies)


async def rasa_talk(http: aiohttp.ClientSession, base: str, typed: list[str], talks: Talks, name: str) -> None:
    for text in typed:
        start, replies = time.perf_counter(), 0
        with contextlib.suppress(aiohttp.ClientOSError):  # a server that can't keep up lets a line go with the message in it
            async with http.post(base + "/webhooks/rest/webhook", json={"sender": name, "message": text}) as answer:
                replies = len(await answer.json()) if answer.status == 200 else 0
        talks.add(time.perf_counter() - start, replies)


async def load(one: Any, many: int, turns: int) -> dict[str, Any]:
    """Four talks one after the other, each alone, then many at once."""
    alone, crowd = Talks(), Talks()
    async with client() as http:
        await one(http, Talks(), "warm", messages(many, 4))
        for i in range(4):  # the p95 of one talk's sixty messages was three messages' luck
            await one(http, alone, f"alone{i}", messages(many + i, 60))
        start = time.perf_counter()
        await asyncio.gather(*(one(http, crowd, f"c{i}", messages(i, turns)) for i in range(many)))
        seconds = time.perf_counter() - start
    return {
        "p50 ms": alone.at(0.5),
        "p95 ms": alone.at(0.95),
        f"messages/s at {many} talks": many * turns / seconds,
        "empty replies": alone.empty + crowd.empty,
    }


def measure_noor(many: int, turns: int) -> dict[str, Any]:
    shutil.rmtree(WORK / "noor", ignore_errors=True)
    base = "http://127.0.0.1:8411"
    # The limit on one address is for strangers; here one address is two hundred people.
    with running([sys.executable, "-m", "bench.unlimited"], NOOR_PORT="8411", NOOR_DATA=str(WORK / "noor")) as process:
        ready = until(base + "/ready")
        figures = uvloop.run(load(lambda http, talks, name, typed: noor_talk(http, base, typed, talks), many, turns))
        return {"ready s": ready, **figures, "memory MB": memory(process)}


def plain_model() -> Path:
    """A model with Rasa's own policies."""
    config = (ROOT / "config.yml").read_text("utf-8")
    for ours, theirs in OURS.items():
        assert ours in config
        config = config.replace(ours, theirs)
    WORK.mkdir(exist_ok=True)
    (WORK / "config.yml").write_text(config, "utf-8")
    command = [sys.executable, "-m", "rasa", "train", "--config", str(WORK / "config.yml"), "--out", str(WORK / "models"), "--augmentation", "0"]
    subprocess.run([*command, "--fixed-model-name", "plain"], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ROOT, env=ENV)
    return WORK / "models" / "plain.tar.gz"


def measure_rasa(model: Path, many: int, turns: int) -> dict[str, Any]:
    base, folder = "http://127.0.0.1:8412", WORK / "plain"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    stores = {
        "action_endpoint": {"url": "http://127.0.0.1:8413/webhook"},
        "tracker_store": {"type": "SQL", "dialect": "sqlite", "db": f"{folder}/plain.db"},
    }
    (folder / "endpoints.yml").write_text(json.dumps(stores))
    (folder / "credentials.yml").write_text("rest:\n")
    with (
        running([sys.executable, "-m", "rasa", "run", "actions", "--actions", "actions", "--port", "8413"]) as actions,
        running(
            [
                sys.executable,
                "-m",
                "rasa",
                "run",
                "-m",
                str(model),
                "--endpoints",
                str(folder / "endpoints.yml"),
                "--credentials",
                str(folder / "credentials.yml"),
                "-p",
                "8412",
            ]
        ) as server,
    ):
        ready = until(base)
        until("http://127.0.0.1:8413/health")
        figures = uvloop.run(load(lambda http, talks, name, typed: rasa_talk(http, base, typed, talks, name), many, turns))
        return {"ready s": ready, **figures, "memory MB": memory(server) + memory(actions)}


def main() -> None:
    many, turns = 200, 8
    start = time.monotonic()
    subprocess.run(
        [sys.executable, "-m", "bot.training", str(ROOT), str(WORK / "models")],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
    )
    noor_training = time.monotonic() - start
    subprocess.run([sys.executable, "-m", "bot.cli", "train"], check=True, cwd=ROOT)
    rows = {
        "Noor": {"training s": noor_training, **measure_noor(many, turns)},
        "plain Rasa": measure_rasa(plain_model(), many, turns),
        "Rasa with our policies": measure_rasa(model_path(ROOT, ROOT / "models"), many, turns),
    }
    heads = list(rows["Noor"])
    print("| | " + " | ".join(heads) + " |\n| --- |" + " --- |" * len(heads))
    for name, row in rows.items():
        cells = (f"{row[h]:.0f}" if isinstance(row[h], int) or row[h] >= 100 else f"{row[h]:.1f}" for h in heads if h in row)
        print(f"| {name} | " + ("- | " if "training s" not in row else "") + " | ".join(cells) + " |")
    plain = rows["plain Rasa"]
    print("| Noor / plain Rasa | " + " | ".join(f"{rows['Noor'][h] / plain[h]:.2f}" if plain.get(h) else "-" for h in heads) + " |")


if __name__ == "__main__":
    main()
