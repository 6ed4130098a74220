"""Rasa in its own process: answers from any loop, and is done without, ended and loaded anew when it dies or hangs."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path
from typing import Any

import pytest

from bot.apart import Apart, Failed
from bot.store.kept import key_from
from bot.understand import Understanding

KEY = key_from("apart", Path())


def test_one_process_answers_several_loops_and_many_at_once(reader: Any) -> None:
    async def ask() -> list[str]:
        asked = ("wat is grooming", "Sexting nedir? ğüşıöç", "ما هو الابتزاز الجنسي؟", "odd \ud83d half of a pair")
        return [found["text"] for found in await asyncio.gather(*(reader.parse(text) for text in asked))]

    assert asyncio.run(ask()) == asyncio.run(ask())
    assert asyncio.run(ask())[2] == "ما هو الابتزاز الجنسي؟"


@pytest.mark.anyio
async def test_an_error_of_rasa_reaches_the_one_who_asked(reader: Any) -> None:
    with pytest.raises(Failed, match="KeyError"):
        await reader._ask("no such question")
    assert (await reader.parse("wat is grooming"))["intent"]["name"] == "what_is_grooming"


def test_a_damaged_model_is_refused(tmp_path: Path) -> None:
    model = tmp_path / "noor-damaged.tar.gz"
    model.write_bytes(b"no model")
    with pytest.raises(Failed):
        Apart(model, f"sqlite:///{tmp_path}/a.db", KEY)


@pytest.mark.anyio
async def test_killed_it_is_loaded_anew_and_hung_it_is_ended(model: Path, tmp_path: Path) -> None:
    made: list[Apart] = []

    def load(path: Path) -> Apart:
        made.append(Apart(path, f"sqlite:///{tmp_path}/a.db", KEY))
        return made[-1]

    understanding = Understanding(load, deadline=20)
    assert await understanding.use(model)
    made[0]._process.kill()
    assert await understanding.parse("wat is grooming") is None  # at once: nobody waits for a process that is gone
    assert not understanding.ready
    assert await understanding.use(model)  # what Understanding.watch does
    seen = await understanding.parse("wat is grooming")
    assert seen
    assert seen.topic == "what_is_grooming"

    made[1]._process.send_signal(signal.SIGSTOP)
    understanding._deadline = 0.2
    assert await understanding.parse("wat is grooming") is None
    understanding.close()
    assert await asyncio.to_thread(made[1]._process.wait, 60) == -signal.SIGKILL
