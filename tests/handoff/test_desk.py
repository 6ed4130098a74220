"""The four calls of a helpdesk: offered, claimed, said, ended. First: two at once, and words that come twice."""

from __future__ import annotations

import asyncio
import datetime

import pytest

from tests.handoff.conftest import House

pytestmark = pytest.mark.anyio


async def test_of_two_who_claim_at_once_one_wins_and_the_person_is_told_once(house: House) -> None:
    handoff = await house.waits()
    won = await asyncio.gather(*(house.desk.claim(handoff.id, name, house.at) for name in ("els", "omar", "ayse")))
    assert sum(won) == 1
    assert [topic for _, topic, _, _ in house.door.brought] == ["handoff_claimed"]
    assert (await house.talk()).answered_by == "human"


async def test_words_go_both_ways_once_and_in_order(house: House) -> None:
    handoff = await house.waits()
    await house.says("a", "ik wacht")
    await house.desk.claim(handoff.id, "els", house.at)
    line = await house.desk.say(handoff.id, "els", "Dag, ik ben er voor je.\n<b>Vertel</b>", "1", house.at)
    assert line
    assert await house.desk.say(handoff.id, "els", "Dag, ik ben er voor je.", "1", house.at) is None
    await house.says("a", "dank u", "x")
    await house.says("a", "dank u", "x")
    assert [(line.sender, line.text) for line in house.desk.lines(handoff.id)] == [
        ("person", "ik wacht"),
        ("human", "Dag, ik ben er voor je.\n<b>Vertel</b>"),
        ("person", "dank u"),
    ]
    said = [e for e in house.log() if e.get("sender") == "human"]
    assert [e["html"] for e in said] == ["<p dir=\"auto\">Dag, ik ben er voor je.</p><p dir=\"auto\">&lt;b&gt;Vertel&lt;/b&gt;</p>"]


async def test_a_stranger_to_the_talk_can_say_and_end_nothing(house: House) -> None:
    handoff = await house.waits()
    assert await house.desk.say(handoff.id, "els", "hallo", "1", house.at) is None  # not claimed yet
    await house.desk.claim(handoff.id, "els", house.at)
    assert await house.desk.say(handoff.id, "omar", "hallo", "2", house.at) is None
    assert not await house.desk.close(handoff.id, "omar", house.at)
    assert not await house.desk.hand_back("nowhere", "omar", house.at)
    assert (await house.talk()).answered_by == "human"


async def test_a_talk_is_a_colleagues_when_she_accepts_and_the_person_is_told(house: House) -> None:
    handoff = await house.waits()
    await house.desk.claim(handoff.id, "els", house.at)
    assert not house.desk.ask(handoff.id, "ayse", "omar")  # not hers to give
    assert house.desk.ask(handoff.id, "els", "omar")
    assert not await house.desk.accept(handoff.id, "ayse", house.at)  # not asked
    assert await house.desk.say(handoff.id, "els", "een ogenblik", "0", house.at)
    assert await house.desk.accept(handoff.id, "omar", house.at)
    assert not await house.desk.accept(handoff.id, "omar", house.at)
    assert await house.desk.say(handoff.id, "els", "nog iets", "1", house.at) is None
    assert await house.desk.say(handoff.id, "omar", "Dag, ik neem het over.", "1", house.at)
    assert [topic for _, topic, _, _ in house.door.brought] == ["handoff_claimed", "human_message", "handoff_transferred", "human_message"]


@pytest.mark.parametrize("how", ["declined", "withdrawn", "fell away", "ended"])
async def test_a_question_that_is_over_gives_the_talk_to_nobody(house: House, how: str) -> None:
    handoff = await house.waits()
    await house.desk.claim(handoff.id, "els", house.at)
    house.desk.ask(handoff.id, "els", "omar")
    if how == "declined":
        assert house.desk.decline(handoff.id, "omar")
    elif how == "withdrawn":
        assert house.desk.ask(handoff.id, "els", "")
    elif how == "fell away":
        await house.later(60)
    else:
        await house.desk.close(handoff.id, "els", house.at)
    assert not await house.desk.accept(handoff.id, "omar", house.at)
    assert not house.desk.decline(handoff.id, "omar")
    held = house.desk.get(handoff.id)
    assert held
    assert (held.counsellor, held.state) == {"fell away": ("", "waiting"), "ended": ("els", "ended")}.get(how, ("els", "human"))


async def test_a_note_is_for_colleagues_alone(house: House) -> None:
    handoff = await house.waits()
    await house.desk.claim(handoff.id, "els", house.at)
    house.desk.note(handoff.id, "els", "plantedword", "n1", house.at)
    await house.desk.say(handoff.id, "els", "Dag.", "1", house.at)
    assert "plantedword" not in str(house.door.brought)
    assert "plantedword" not in str(house.log())
    assert [line.sender for line in house.desk.lines(handoff.id)] == ["note", "human"]


@pytest.mark.parametrize("how", ["hand_back", "close"])
async def test_after_it_noor_says_that_it_is_a_computer_and_asks_one_thing(house: House, how: str) -> None:
    handoff = await house.waits()
    await house.desk.claim(handoff.id, "els", house.at)
    await house.desk.say(handoff.id, "els", "Dag.", "1", house.at)
    assert await getattr(house.desk, how)(handoff.id, "els", house.at)
    assert not await getattr(house.desk, how)(handoff.id, "els", house.at)
    _, topic, text, _ = house.door.brought[-1]
    assert topic in ("handoff_handed_back", "handoff_closed")
    assert "computer" in text
    assert (await house.talk()).answered_by == "bot"
    assert (await house.says("a", "menu"))[0].topic == "menu"
    assert (await house.taps("a", "handoff:helped_no"))[0].topic == "handoff_thanks"
    found = house.desk.get(handoff.id)
    assert found
    assert found.helped == 0
    assert found.address is None  # nobody is written to any more
    assert await house.desk.say(handoff.id, "els", "nog iets", "2", house.at) is None


async def test_a_person_can_end_it(house: House) -> None:
    handoff = await house.waits()
    await house.desk.claim(handoff.id, "els", house.at)
    reply = (await house.taps("a", "handoff:end"))[0]
    assert reply.topic == "handoff_left"
    assert "handoff:helped_yes" in {b.id for b in reply.buttons}
    assert await house.desk.say(handoff.id, "els", "ben je er nog?", "1", house.at) is None


async def test_words_are_not_readable_on_disk(house: House) -> None:
    handoff = await house.waits("plantedperson")
    await house.says("plantedperson", "plantedword één")
    await house.desk.claim(handoff.id, "els", house.at)
    await house.desk.say(handoff.id, "els", "plantedword twee", "1", house.at)
    files = [p for p in house.settings.data.rglob("*") if p.is_file()]
    assert files
    assert not any(b"planted" in p.read_bytes() for p in files)


async def test_asking_again_finds_the_same_place(house: House) -> None:
    first = await house.waits()
    again = house.queue.join(("web", "a"), "nl", [], False, house.at.timestamp())
    assert again.id == first.id
    assert len(house.desk.waiting()) == 1


async def test_events_carry_no_words(house: House) -> None:
    heard: list[dict[str, object]] = []
    house.desk.listen(heard.append)
    handoff = await house.waits()
    await house.says("a", "plantedword")
    await house.desk.claim(handoff.id, "els", house.at)
    await house.desk.close(handoff.id, "els", house.at)
    assert [e["kind"] for e in heard] == ["offered", "said", "claimed", "ended"]
    assert "planted" not in str(heard)


async def test_who_is_there(house: House) -> None:
    house.desk.on_duty("els", house.at)
    house.desk.on_duty("els", house.at)
    assert house.queue.present(house.at.timestamp()) == ["els"]
    assert house.queue.present((house.at + datetime.timedelta(minutes=2)).timestamp()) == []
