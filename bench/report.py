"""How long the turns of a report conversation take, through Noor's turn with the real model: `uv run python -m bench.report`.

Prints one table row: turns, p50 and p95 in milliseconds for the conversation and for a plain question on the same machine, and their ratio.
Plays the cases of tests/conversations as somebody who types everything.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import yaml

from bot.clock import now
from bot.conversation import Talk
from bot.messages import Message, Reply
from bot.service import load_words
from bot.settings import Settings
from bot.training import model_path, newest_model
from bot.turn import Turn
from bot.understand import Understanding

ROOT = Path(__file__).resolve().parent.parent
PLAIN = ["wat is grooming", "is doorsturen strafbaar", "hoe begin ik een gesprek met mijn kind", "what is sextortion", "namus ne demek"]
AIM = 60.0  # milliseconds, p95 of a turn in the conversation


async def main() -> int:
    """Runs the bench; exit code 1 when the aim is missed."""
    from bot.doors.terminal import loader

    settings = Settings(root=ROOT, data=Path(tempfile.mkdtemp(prefix="noor-bench-")), key="bench")
    answers, safety, faults = load_words(ROOT, settings.organisation)
    assert not faults, faults
    understanding = Understanding(loader(settings), 20)
    present = model_path(ROOT, ROOT / "models")
    model = present if present.exists() else newest_model(present.parent)
    assert model and await understanding.use(model), "no trained model: run `noor train`"
    turn = Turn(answers, safety, understanding)
    cases: list[tuple[str, dict[str, Any]]] = [
        (path.parent.name, case) for path in sorted((ROOT / "tests" / "conversations").glob("*/report.yml")) for case in yaml.safe_load(path.read_text("utf-8"))
    ]
    asked, plain = [], []
    for number, (language, case) in enumerate(cases * 2):
        talk = Talk(f"bench-{number}", language={"ary": "ar"}.get(language, language))
        took: list[float] = []
        replies = [r for text in case["says"] for r in await timed(turn, talk, took, text=text)]
        if not any(r.topic.startswith("report_") for r in replies):
            replies = await timed(turn, talk, took, tap="report:start")
        while replies[-1].topic != "report_plan":
            slot = replies[-1].topic.removeprefix("report_")
            title = next(b.title for b in replies[-1].buttons if b.id == f"report:{slot}.{case['answers'][slot]}")
            replies = await timed(turn, talk, took, text=title)
        if number >= len(cases):  # the first round warms up
            asked += took
    for number, text in enumerate(PLAIN * 8):
        await timed(turn, Talk(f"plain-{number}"), plain, text=text)
    understanding.close()
    p95, plain_p95 = percentile(asked), percentile(plain[len(PLAIN) :])
    print("| turns | p50 ms | p95 ms | plain question p95 ms | ratio |\n| --- | --- | --- | --- | --- |")
    print(f"| {len(asked)} | {statistics.median(asked):.1f} | {p95:.1f} | {plain_p95:.1f} | {p95 / plain_p95:.2f} |")
    return 0 if p95 < AIM else 1


async def timed(turn: Turn, talk: Talk, took: list[float], **said: str) -> list[Reply]:
    """One turn; its milliseconds go into `took`."""
    start = time.perf_counter()
    replies = await turn.take(talk, Message("bench", now(), **said))  # type: ignore[arg-type]
    took.append((time.perf_counter() - start) * 1000)
    return replies


def percentile(values: list[float], part: float = 0.95) -> float:
    """The value below which `part` of the values lie."""
    return sorted(values)[min(len(values) - 1, int(len(values) * part))]


if __name__ == "__main__":
    raise SystemExit(asyncio.run(main()))
