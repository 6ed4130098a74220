"""The person's side: asked, agreed, waiting, silent, ended. First what happens when nobody is there."""

from __future__ import annotations

import datetime
from dataclasses import replace

import pytest
import sqlalchemy as sa
from icalendar import Calendar

from bot.handoff.calendar_file import calendar_file
from bot.handoff.notices import open_now
from bot.store.kept import Kept
from bot.turn import Turn
from tests.conftest import MONDAY, Person
from tests.handoff.conftest import House

pytestmark = pytest.mark.anyio
SUNDAY = MONDAY - datetime.timedelta(days=1)


async def test_closed_says_when_it_opens_and_who_is_there_now(without_model: Person) -> None:
    without_model.at = SUNDAY.replace(hour=23)
    reply = (await without_model.says("ik wil een mens"))[0]
    assert reply.topic == "talk_to_person"
    assert "Morgen" in reply.text
    assert {"tel:112", "tel:113", "tel:08002000"} <= {link.href for link in reply.links}
    assert "tel:08000432" not in {link.href for link in reply.links}  # the Kindertelefoon has closed by then
    assert "handoff:yes" not in {b.id for b in reply.buttons}
    assert without_model.talk.answered_by == "bot"


@pytest.mark.parametrize(
    ("language", "typed", "today", "tomorrow", "weekday"),
    [
        ("nl", "ik wil een mens", "Vandaag", "Morgen", "maandag"),
        ("en", "i want to talk to a person", "today", "tomorrow", "Monday"),
        ("tr", "bir insanla konuşmak istiyorum", "Bugün", "Yarın", "Pazartesi"),
        ("ar", "أريد أن أتحدث مع إنسان", "اليوم", "غدًا", "الاثنين"),
    ],
)
async def test_when_it_opens_in_every_language(without_model: Person, language: str, typed: str, today: str, tomorrow: str, weekday: str) -> None:
    without_model.talk.language = language
    for at, word in ((MONDAY.replace(hour=9), today), (SUNDAY, tomorrow), (SUNDAY - datetime.timedelta(days=1), weekday)):
        without_model.at = at
        assert word in (await without_model.taps("topic:talk_to_person"))[0].text


def test_open_now_goes_by_the_hour(without_model: Person) -> None:
    answers = without_model.turn.answers
    assert "kindertelefoon" in open_now(answers, MONDAY)
    assert "kindertelefoon" not in open_now(answers, MONDAY.replace(hour=22))
    assert {"emergency", "suicide_113", "veilig_thuis"} <= set(open_now(answers, MONDAY.replace(hour=3)))


def test_the_calendar_file_says_when_and_not_what(without_model: Person) -> None:
    data = calendar_file(without_model.turn.answers, "nl", SUNDAY)
    assert data
    event = next(iter(Calendar.from_ical(data).walk("VEVENT")))
    assert event.decoded("dtstart") == MONDAY.replace(hour=13)
    text = data.decode().lower()
    assert not any(word in text for word in ("chat", "sexting", "qpido", "noor//", "hulp")) or "noor//nl" in text


async def test_only_what_was_shown_is_passed_on(house: House) -> None:
    await house.taps("a", "role:parent")
    await house.taps("a", "topic:already_paid")
    shown = (await house.says("a", "ik wil een mens"))[0]
    assert "Ik heb al betaald" in shown.text
    await house.taps("a", "topic:being_blackmailed")  # asked after the summary was shown
    assert (await house.taps("a", "handoff:yes"))[0].topic == "handoff_waiting"
    passed = house.desk.waiting()[0].summary
    assert {"kind": "topic", "value": "already_paid"} in passed
    assert {"kind": "role", "value": "parent"} in passed
    assert "being_blackmailed" not in str(passed)
    assert house.desk.lines(house.desk.waiting()[0].id) == []


@pytest.mark.parametrize(("said", "state"), [("ja", "waiting"), ("Ja graag!", "waiting"), ("nee", "bot"), ("liever niet", "bot")])
async def test_yes_and_no_by_word(house: House, said: str, state: str) -> None:
    await house.says("a", "ik wil een mens")
    await house.says("a", said)
    assert (await house.talk()).answered_by == state
    assert len(house.desk.waiting()) == (state == "waiting")


async def test_yes_to_something_else_passes_nothing_on(house: House) -> None:
    await house.says("a", "ik wil een mens")
    await house.taps("a", "menu")
    await house.says("a", "ja")
    assert house.desk.waiting() == []


async def test_agreeing_after_closing_time_does_not_open_a_queue(house: House) -> None:
    await house.says("a", "ik wil een mens")
    house.at = house.at.replace(hour=18)
    assert (await house.taps("a", "handoff:yes"))[0].topic == "talk_to_person"
    assert house.desk.waiting() == []


async def test_place_estimate_and_leaving(house: House) -> None:
    await house.waits("a")
    await house.waits("b")
    reply = (await house.taps("b", "handoff:place"))[0]
    assert "2" in reply.text
    assert "minuten" not in reply.text  # nobody knows yet how long talks last
    await house.says("b", "ik typ alvast iets")
    left = (await house.taps("b", "handoff:leave"))[0]
    assert left.topic == "handoff_left"
    assert "computer" in left.text
    assert (await house.talk("b")).answered_by == "bot"
    assert [h.talk for h in house.desk.waiting()] == [house.service.kept.name("web", "a")]
    assert house.queue.read((await house.talk("b")).handoff["id"]) == []


async def test_an_estimate_only_from_talks_that_were(house: House) -> None:
    for i in range(5):
        handoff = await house.waits(f"old{i}")
        await house.desk.claim(handoff.id, "els", house.at)
        house.at += datetime.timedelta(minutes=8)
        await house.desk.close(handoff.id, "els", house.at)
    house.desk.on_duty("els", house.at)
    await house.waits("a")
    assert "8 minuten" in (await house.taps("a", "handoff:place"))[0].text


async def test_danger_goes_first_and_the_numbers_come_at_once(house: House) -> None:
    await house.waits("a")
    await house.waits("b")
    replies = await house.says("b", "ik wil niet meer leven")
    assert [r.topic for r in replies] == ["danger_suicide"]
    assert replies[0].urgent
    assert {"tel:113", "tel:112"} <= {link.href for link in replies[0].links}
    assert house.desk.waiting()[0].talk == house.service.kept.name("web", "b")
    line = house.desk.lines(house.desk.waiting()[0].id)[0]
    assert (line.text, line.danger) == ("ik wil niet meer leven", "danger_suicide")


@pytest.mark.parametrize("typed", ["hallo?", "wat is sexting", "menu", "help", "😭", "/menu", "wis dit gesprek", "ja"])
async def test_noor_is_silent_while_a_person_waits_or_talks(house: House, typed: str) -> None:
    handoff = await house.waits()
    assert await house.says("a", typed) == []
    await house.desk.claim(handoff.id, "els", house.at)
    assert await house.says("a", typed) == []
    assert [line.text for line in house.desk.lines(handoff.id)] == [typed, typed]


async def test_old_buttons_are_passed_on_as_words(house: House) -> None:
    await house.says("a", "menu")
    await house.waits()
    assert await house.taps("a", "topic:what_is_shame_sexting") == []
    assert house.desk.lines(house.desk.waiting()[0].id)[0].text


async def test_erasing_works_while_waiting_and_after(house: House) -> None:
    handoff = await house.waits()
    await house.says("a", "plantedword")
    assert (await house.taps("a", "topic:delete_my_data"))[0].topic == "delete_my_data"
    heard: list[str] = []
    house.desk.listen(lambda event: heard.append(event["kind"]))
    assert (await house.taps("a", "erase:yes"))[0].topic == "erase_done"
    assert house.desk.get(handoff.id) is None
    assert house.desk.lines(handoff.id) == []
    assert (await house.talk()).answered_by == "bot"
    assert heard == ["erased"]


async def test_erasing_afterwards_erases_the_talk_with_the_counsellor_too(house: House) -> None:
    handoff = await house.waits()
    await house.desk.claim(handoff.id, "els", house.at)
    await house.says("a", "plantedword")
    await house.desk.close(handoff.id, "els", house.at)
    assert house.desk.lines(handoff.id)
    await house.says("a", "wis dit gesprek")
    await house.taps("a", "erase:yes")
    assert house.desk.lines(handoff.id) == []


async def test_a_photo_is_never_passed_on(house: House) -> None:
    from bot.messages import Message

    handoff = await house.waits()
    replies = await house.service.handle("web", "a", Message("a", house.at, media="photo"), "p1")
    assert [r.topic for r in replies] == ["media_refused"]
    await house.desk.claim(handoff.id, "els", house.at)
    assert await house.service.handle("web", "a", Message("a", house.at, media="photo"), "p2") == []
    assert [(line.sender, line.text) for line in house.desk.lines(handoff.id)] == [("noor", "media:photo"), ("noor", "media:photo")]


async def test_when_the_store_is_away_the_numbers_come_and_nobody_believes_that_a_word_arrived(house: House) -> None:
    await house.waits()
    house.service.kept.engine.dispose()
    with house.service.kept.engine.begin() as connection:
        connection.execute(sa.text("DROP TABLE handoff_lines"))
    assert [r.topic for r in await house.says("a", "hallo?")] == ["handoff_not_arrived"]
    replies = await house.says("a", "ik wil niet meer leven")
    assert [r.topic for r in replies] == ["danger_suicide", "handoff_not_arrived"]
    assert any(link.href == "tel:113" for link in replies[0].links)
    with house.service.kept.engine.begin() as connection:
        connection.execute(sa.text("DROP TABLE handoffs"))
    await house.says("b", "ik wil een mens")
    assert (await house.taps("b", "handoff:yes"))[0].topic == "handoff_not_arrived"
    assert (await house.talk("b")).answered_by == "bot"


async def test_an_organisation_without_counsellors_gives_its_own_chat(without_model: Person) -> None:
    turn = without_model.turn
    content = replace(turn.answers.content, organisation={**turn.answers.content.organisation, "staffed": False})
    turn.answers = turn.answers.__class__(content, turn.answers.starters, turn.answers.report, turn.answers.practice)
    reply = (await without_model.says("ik wil een mens"))[0]
    assert reply.topic == "talk_to_person"
    assert "qpido.nl" in reply.text
    assert "handoff:yes" not in {b.id for b in reply.buttons}


async def test_rasa_is_not_called_and_stores_nothing(person: Person, trackers: Kept) -> None:
    """With the real model: Rasa's own store is read before and after."""
    await person.says("mijn zoon van 14 wordt gechanteerd met een naaktfoto")
    await person.says("ik wil een mens")
    await person.says("ja")
    assert person.talk.answered_by == "waiting"
    before = trackers.get("tracker", person.talk.id)
    assert before
    for typed in ("plantedword staat op snapchat", "ik wil niet meer leven plantedword", "menu"):
        await person.says(typed)
    await person.taps("topic:already_paid")
    after = trackers.get("tracker", person.talk.id)
    assert after == before
    assert "plantedword" not in str(after)
    await person.taps("handoff:leave")
    await person.says("hoe bewaar ik bewijs van een dreigbericht")
    assert trackers.get("tracker", person.talk.id) != before  # the store is the one that Rasa writes


async def test_yes_with_the_model_in_other_words(person: Person) -> None:
    await person.says("ik wil een mens")
    await person.says("ja hoor doe dat maar alsjeblieft")
    assert person.talk.answered_by == "waiting"


def test_a_turn_without_a_server_has_a_queue_of_its_own(without_model: Person) -> None:
    other = Turn(without_model.turn.answers, without_model.turn.safety, without_model.turn.understanding)
    assert other.handoff.queue is not without_model.turn.handoff.queue
