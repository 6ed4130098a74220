"""How long a turn of practice takes, with no Rasa model loaded: hearing, trust, the next line, feedback.

    uv run python -m bench.practice      prints one line a language

Each scene is played once with sentences of tests/practice/players.py through the whole turn (bot/turn.py); the coach is the real one.
"""

from __future__ import annotations

import asyncio
import datetime
import statistics
import time
from pathlib import Path

from bot.conversation import Talk
from bot.messages import Message
from bot.practice.history import Fleeting
from bot.practice.opening import open_practice
from bot.service import load_words
from bot.turn import Turn
from bot.understand import Understanding
from tests.practice.players import LINES

ROOT = Path(__file__).resolve().parent.parent
NOW = datetime.datetime.now(datetime.UTC)


async def measure() -> None:
    answers, safety, _ = load_words(ROOT, "qpido")
    practice = open_practice(ROOT, ROOT / "models", Fleeting())
    turn = Turn(answers, safety, Understanding(lambda path: None), practice=practice)  # type: ignore[arg-type, return-value]
    await practice.ear.wake()
    for language, scenes in answers.practice.scenes.items():
        took: list[float] = []
        for scene in scenes:
            talk = Talk(scene, language=language)
            for tap in ("topic:practise_start", f"practice:scene_{scene}", "practice:length_long", "practice:level_normal"):
                await turn.take(talk, Message(scene, NOW, tap=tap))
            for text in list(LINES[language])[:17]:
                begun = time.perf_counter()
                replies = await turn.take(talk, Message(scene, NOW, text=text))
                took.append((time.perf_counter() - begun) * 1000)
                assert [r.topic for r in replies] == ["practice_line", "practice_feedback"], (scene, text)
        cuts = statistics.quantiles(took, n=100)
        print(f"{language}: {len(took)} turns, p50 {cuts[49]:.1f} ms, p95 {cuts[94]:.1f} ms, worst {max(took):.1f} ms")


if __name__ == "__main__":
    asyncio.run(measure())
