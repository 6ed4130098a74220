"""Talks around turns: in order, once, saved; and words that change while it runs."""

from __future__ import annotations

import asyncio
import os
import shutil
import time
from dataclasses import replace
from pathlib import Path

import pytest

from bot.conversation import Talk
from bot.messages import Message, Reply
from bot.settings import Settings
from bot.store.locks import MOST_WAITING, TooFast
from tests.conftest import MONDAY, ROOT, opened

pytestmark = pytest.mark.anyio


async def test_a_message_is_answered_once_even_after_a_restart(settings: Settings) -> None:
    message = Message("a", MONDAY, text="menu")
    first, second = opened(settings), opened(settings)
    assert await first.handle("web", "a", message, "1")
    assert await first.handle("web", "a", message, "1") == []
    assert await second.handle("web", "a", message, "1") == []


async def test_messages_of_one_talk_keep_their_order(settings: Settings) -> None:
    service = opened(settings)
    seen: list[str] = []
    order = [
        service.handle("web", "a", Message("a", MONDAY, text=f"bericht {i}"), str(i), lambda talk, replies, i=i: seen.append(str(i)))
        for i in range(10)
    ]
    await asyncio.gather(*order)
    assert seen == [str(i) for i in range(10)]


async def test_a_flood_is_refused_not_stored(settings: Settings) -> None:
    service = opened(settings)
    async with service.talk("web", "a"):  # the first of them is being answered
        waiting = [asyncio.create_task(service.handle("web", "a", Message("a", MONDAY, text="x"), str(i))) for i in range(MOST_WAITING + 5)]
        await asyncio.sleep(0)
    results = await asyncio.gather(*waiting, return_exceptions=True)
    assert sum(isinstance(r, TooFast) for r in results) == 6
    assert not service.locks._local


async def test_another_key_starts_the_talk_anew(settings: Settings) -> None:
    await opened(settings).handle("web", "a", Message("a", MONDAY, text="menu"))
    other = opened(replace(settings, key="another"))
    assert (await other.handle("web", "a", Message("a", MONDAY, text="menu")))[0].topic == "menu"


async def test_changed_words_are_taken_over_and_broken_ones_are_not(settings: Settings, tmp_path: Path) -> None:
    root = tmp_path / "project"
    for folder in ("content", "organisations", "data/lexicon", "data/danger", "data/report", "data/practice"):
        shutil.copytree(ROOT / folder, root / folder)
    service = opened(replace(settings, root=root))
    path = root / "content/chat/thanks.nl.md"
    good = path.read_text("utf-8")

    def write(text: str) -> None:
        path.write_text(text, "utf-8")
        later = time.time() + 5 + len(text)
        os.utime(path, (later, later))

    write("broken")
    assert any("thanks.nl.md" in fault for fault in service.reload())
    assert service.turn.answers.content.topics["thanks"].texts["nl"].short in good
    write(good.replace("---\ntitle", "---\ntitle", 1) + "\nFijn dat je er was.")
    assert service.reload() == []
    assert "Fijn dat je er was." in service.turn.answers.content.topics["thanks"].texts["nl"].short


async def test_silent_talks_are_erased(settings: Settings) -> None:
    service = opened(settings)
    await service.handle("web", "a", Message("a", MONDAY, text="menu"))
    assert service.kept.erase_silent(("talk",), -1) == 1


async def test_danger_goes_past_a_crowd(settings: Settings) -> None:
    service = opened(settings)
    hold = asyncio.Event()

    async def slow(talk: Talk, message: Message) -> list[Reply]:
        if message.text == "menu":
            await hold.wait()
        return [Reply(str(message.text), "", "nl")]

    service.turn.take = slow  # type: ignore[method-assign]
    crowd = [asyncio.create_task(service.handle("web", f"c{i}", Message("x", MONDAY, text="menu"))) for i in range(20)]
    await asyncio.sleep(0)
    danger = await asyncio.wait_for(service.handle("web", "d", Message("d", MONDAY, text="ik wil niet meer leven")), 10)
    assert danger[0].topic == "ik wil niet meer leven"
    assert not any(task.done() for task in crowd)
    hold.set()
    assert len(await asyncio.gather(*crowd)) == 20


async def test_a_burst_of_one_talk_lets_others_in_between(settings: Settings) -> None:
    service = opened(settings)
    told: list[str] = []

    async def burst() -> None:
        for i in range(10):  # turns without a model never wait for anything
            await service.handle("web", "a", Message("a", MONDAY, text="menu"), str(i))
            told.append("burst")

    async def other() -> None:
        await service.handle("web", "b", Message("b", MONDAY, text="ik wil niet meer leven"), "1")
        told.append("danger")

    await asyncio.gather(burst(), other())
    assert told.index("danger") <= 2
