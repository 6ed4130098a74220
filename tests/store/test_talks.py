"""A store that goes away: people are answered, nothing acknowledged is lost, nothing is answered twice, and erased stays erased."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from structlog.testing import capture_logs

from bench.servers import postgres
from bot.conversation import Talk
from bot.doors import frames
from bot.messages import Message
from bot.service import Service, remember
from bot.settings import Settings
from bot.store.talks import join
from tests.conftest import MONDAY, opened

pytestmark = pytest.mark.anyio


class Broken:
    """Makes a store fail as a full disk does, and mends it."""

    def __init__(self, service: Service) -> None:
        self._kept, self._whole = service.kept, {n: getattr(service.kept, n) for n in ("get", "put", "erase", "erase_silent")}
        for name in self._whole:
            setattr(service.kept, name, self._fail)

    def _fail(self, *args: Any) -> None:
        raise OSError(28, "No space left on device")

    def mend(self) -> None:
        for name, method in self._whole.items():
            setattr(self._kept, name, method)


async def say(service: Service, text: str | None, message_id: str, tap: str | None = None) -> list[str]:
    return [r.topic for r in await service.handle("web", "a", Message("a", MONDAY, text=text, tap=tap), message_id)]


async def test_a_store_that_is_away_costs_no_answer_and_nothing_is_lost(settings: Settings) -> None:
    service = opened(settings)
    assert await say(service, "menu", "1") == ["menu"]
    broken = Broken(service)
    with capture_logs() as logged:
        assert (await say(service, "ik wil niet meer leven", "2"))[0] == "danger_suicide"
        assert await say(service, "menu", "3") == ["menu"]
        assert await say(service, "menu", "3") == []  # not twice, also from memory
    assert [line["event"] for line in logged] == ["the store fails; talks are held in memory until it is back"]
    assert not service.is_kept("web", "a")
    settled = asyncio.create_task(service.talks.settled(service.kept.name("web", "a")))
    await service.talks.mend()
    assert not settled.done()
    broken.mend()
    await service.talks.mend()
    await asyncio.wait_for(settled, 10)
    assert service.is_kept("web", "a")
    other = opened(settings)  # after a restart all of it is there
    assert other.look("web", "a").danger == "danger_suicide"
    assert await say(other, "menu", "3") == await say(other, "menu", "2") == []


async def test_a_talk_begun_blind_is_joined_to_what_was_kept(settings: Settings) -> None:
    first = opened(settings)
    async with first.talk("web", "a") as talk:
        talk.role, talk.seq, talk.log = "parent", 1, [{"seq": 1, "text": "before"}]
    service = opened(settings)  # a process that never saw this talk
    broken = Broken(service)
    async with service.talk("web", "a") as talk:
        assert talk.log == []
        talk.seq += 1
        talk.log.append({"seq": talk.seq, "text": "blind"})
    broken.mend()
    await service.talks.mend()
    again = opened(settings)
    said = again.said("web", "a", 0)
    assert ([e["text"] for e in said], again.look("web", "a").role) == (["before", "blind"], "parent")
    assert again.said("web", "a", 1) == said[1:]


async def test_erasing_while_the_store_is_away_says_so_and_is_done_when_it_is_back(settings: Settings) -> None:
    service = opened(settings)
    await say(service, "ik wil niet meer leven", "1")
    await say(service, "wis dit gesprek", "2")
    broken = Broken(service)
    assert await say(service, None, "3", tap="erase:yes") == ["erase_waits"]
    broken.mend()
    await service.talks.mend()
    again = opened(settings)
    talk = again.look("web", "a")
    assert (talk.danger, again.said("web", "a", 0), list(talk.seen)) == ("", [], ["3"])


async def test_a_postgresql_that_stops_and_comes_back(settings: Settings) -> None:
    with postgres() as server:
        own = replace(settings, database=server.database())
        service = opened(own)
        await say(service, "menu", "1")
        server.stop()
        assert (await say(service, "ik wil niet meer leven", "2"))[0] == "danger_suicide"
        server.start()
        for _ in range(50):
            await service.talks.mend()
            if service.is_kept("web", "a"):
                break
            await asyncio.sleep(0.1)
        assert list(opened(own).look("web", "a").seen) == ["1", "2"]


def test_joining_keeps_every_message_and_the_later_state() -> None:
    stored = Talk("one", seq=2, topic="old", role="parent", seen={"a": 2})
    held = Talk("one", seq=9, topic="new", role="", log=[{"seq": 9}], seen={"b": 9})
    talk = join(stored, held)
    assert ([e["seq"] for e in talk.log], list(talk.seen), talk.topic, talk.role, talk.seq) == ([9], ["a", "b"], "new", "", 9)


async def test_two_that_answer_one_talk_at_once_lose_nothing(settings: Settings) -> None:
    """As two processes do when the lock of one ran out: both read the talk, both write it."""
    one, other = opened(settings), opened(settings)
    name = one.kept.name("web", "a")
    await say(one, "menu", "m0")
    first, second = one.talks.load(name), other.talks.load(name)
    for service, talk, word in ((one, first, "m1"), (other, second, "m2")):
        frames.note(talk, {"from": "person", "text": word, "id": word})
        frames.note(talk, {"from": "noor", "text": "answer", "id": ""})
        remember(talk, word)
        assert service.talks.save(name, talk)
    said = one.talks.said(name, 0)
    assert [event["id"] for event in said if event["from"] == "person"][-2:] == ["m1", "m2"]
    numbers = [event["seq"] for event in said]
    assert numbers == sorted(set(numbers))
    talk = one.talks.load(name)
    assert {"m1", "m2"} <= set(talk.seen)  # neither is answered again
    assert talk.seq == numbers[-1]
