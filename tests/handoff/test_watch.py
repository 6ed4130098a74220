"""When something fails: the person knows within a minute, has other routes, and loses nothing she typed."""

from __future__ import annotations

import datetime

import pytest

from bot.handoff.watch import KEPT_DAYS
from tests.handoff.conftest import House

pytestmark = pytest.mark.anyio


def topics(brought: list[tuple[str, str, str, str]]) -> list[str]:
    return [topic for _, topic, _, _ in brought]


async def test_nobody_on_duty_is_told_once_within_a_minute_with_other_routes(house: House) -> None:
    await house.waits()
    assert await house.later(30) == []
    told = await house.later(25)
    assert topics(told) == ["handoff_nobody"]
    assert "113" in told[0][2]
    assert await house.later(60) == []
    assert len(house.desk.waiting()) == 1  # her place is kept


async def test_with_somebody_on_duty_she_just_waits(house: House) -> None:
    await house.waits()
    house.at += datetime.timedelta(seconds=50)
    house.desk.on_duty("els", house.at)
    assert await house.later(5) == []


async def test_a_counsellor_whose_line_breaks(house: House) -> None:
    other = await house.waits("b")
    handoff = await house.waits("a")
    await house.desk.claim(handoff.id, "els", house.at)
    await house.says("a", "ik vertel iets")
    house.desk.on_duty("omar", house.at + datetime.timedelta(seconds=50))
    told = await house.later(50)
    assert topics(told) == ["handoff_gone"]
    assert "113" in told[0][2]
    assert [h.id for h in house.desk.waiting()] == [handoff.id, other.id]  # first in the queue again
    assert [line.text for line in house.desk.lines(handoff.id)] == ["ik vertel iets"]
    assert (await house.talk()).answered_by == "waiting"
    assert await house.desk.claim(handoff.id, "omar", house.at)


async def test_a_counsellor_who_sleeps(house: House) -> None:
    handoff = await house.waits()
    await house.desk.claim(handoff.id, "els", house.at)
    await house.says("a", "ben je daar?")
    told = []
    for _ in range(12):
        house.desk.alive("els", house.at)  # her page is open, she does nothing
        told += await house.later(5)
    assert topics(told) == ["handoff_asleep"]
    for _ in range(60):
        house.desk.alive("els", house.at)
        told += await house.later(5)
    assert topics(told) == ["handoff_asleep", "handoff_gone"]


async def test_a_counsellor_who_types_is_awake(house: House) -> None:
    handoff = await house.waits()
    await house.desk.claim(handoff.id, "els", house.at)
    await house.says("a", "ben je daar?")
    for _ in range(30):
        house.desk.acted(handoff.id, "els", house.at)
        assert await house.later(5) == []


async def test_the_end_of_the_hours_while_she_waits(house: House) -> None:
    handoff = await house.waits()
    await house.says("a", "ik typ alvast")
    house.at = house.at.replace(hour=16, minute=59, second=58)
    house.desk.on_duty("els", house.at)
    told = await house.later(5)
    assert topics(told) == ["handoff_hours"]
    assert "19:30" in told[0][2]
    assert "113" in told[0][2]
    assert (await house.talk()).answered_by == "bot"
    assert house.desk.get(handoff.id) is None


async def test_the_end_of_the_hours_in_the_middle_of_a_talk(house: House) -> None:
    handoff = await house.waits()
    house.at = house.at.replace(hour=16, minute=59, second=58)
    await house.desk.claim(handoff.id, "els", house.at)
    assert topics(await house.later(5)) == ["handoff_over_time"]
    assert await house.later(5) == []
    assert await house.desk.say(handoff.id, "els", "we maken het rustig af", "1", house.at)
    assert (await house.talk()).answered_by == "human"


async def test_a_stop_between_the_word_and_the_person(house: House) -> None:
    handoff = await house.waits()
    await house.desk.claim(handoff.id, "els", house.at)
    house.queue.add(handoff.id, "human", "plantedword", language="nl", message_id="1", at=house.at.timestamp(), by="els")  # and then it stopped
    house.start()
    assert [text for _, _, text, _ in await house.later(1)] == ["plantedword"]
    assert await house.later(1) == []
    assert sum("plantedword" in str(e) for e in house.log()) == 1


async def test_a_stop_between_the_end_and_the_person(house: House) -> None:
    handoff = await house.waits()
    await house.desk.claim(handoff.id, "els", house.at)
    house.queue.end(handoff.id, "closed", house.at.timestamp(), "els")  # and then it stopped
    house.start()
    assert topics(await house.later(10)) == ["handoff_closed"]
    assert await house.later(10) == []
    assert (await house.talk()).answered_by == "bot"


async def test_a_talk_that_goes_on_after_a_restart(house: House) -> None:
    handoff = await house.waits()
    await house.desk.claim(handoff.id, "els", house.at)
    house.start()
    assert await house.says("a", "ben je er nog?") == []
    assert await house.desk.say(handoff.id, "els", "Ja.", "1", house.at)
    assert [e["text"] for e in house.log() if e.get("sender") == "human"] == ["Ja."]


async def test_after_a_long_stop_everybody_has_time_to_come_back(house: House) -> None:
    """While Noor was off nobody could give a sign: that is no counsellor who fell away, and no queue without one."""
    handoff = await house.waits("a")
    await house.desk.claim(handoff.id, "els", house.at)
    await house.says("a", "ben je er nog?")
    await house.waits("b")
    house.at += datetime.timedelta(minutes=10)
    house.start()
    assert await house.later(5) == []
    house.desk.alive("els", house.at)  # her page is back
    house.desk.on_duty("els", house.at)
    assert topics(await house.later(44)) == []
    house.desk.alive("els", house.at)
    house.desk.on_duty("els", house.at)
    assert topics(await house.later(5)) == ["handoff_asleep"]  # 50 seconds after the start, not 10 minutes
    house.start()
    house.at += datetime.timedelta(minutes=10)
    assert sorted(topics(await house.later(50))) == ["handoff_gone", "handoff_nobody"]  # nobody came back


async def test_words_are_kept_thirty_days_and_no_longer(house: House) -> None:
    handoff = await house.waits()
    await house.desk.claim(handoff.id, "els", house.at)
    await house.says("a", "plantedword")
    await house.desk.close(handoff.id, "els", house.at)
    await house.later((KEPT_DAYS - 1) * 86400)
    assert house.desk.lines(handoff.id)
    await house.later(2 * 86400)
    assert house.desk.lines(handoff.id) == []
    assert house.desk.get(handoff.id) is None


async def test_a_reminder_is_sent_once_and_says_nothing(house: House) -> None:
    house.queue.remind(("web", "a"), "nl", house.at.timestamp() + 60)
    assert await house.later(30) == []
    told = await house.later(31)
    assert topics(told) == ["reminder"]
    assert not any(word in told[0][2].lower() for word in ("chat", "qpido", "noor", "hulp"))
    assert await house.later(60) == []
