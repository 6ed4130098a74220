"""Whom an answer is for, and where it is read: a professional, a parent; on the website, in Telegram."""

from __future__ import annotations

import pytest

from bot.answers import speaks_as
from bot.conversation import Talk
from bot.messages import Message
from tests.conftest import MONDAY, Person

pytestmark = pytest.mark.anyio


def part(person: Person, topic: str, name: str) -> str:
    return person.turn.answers.content.topics[topic].texts[person.talk.language].parts[name][:40]


@pytest.mark.parametrize(
    ("said", "asks"),
    [
        ("ik ben lerares op een middelbare school", "een foto van een leerling gaat rond wat moet ik doen"),
        ("I am a teacher at a secondary school", "a photo of one of my students is going round, what do I do"),
        ("ben öğretmenim, bir öğrencim için yazıyorum", "öğrencimin fotoğrafı yayılıyor ne yapmalıyım"),
        ("انا معلمة بمدرسة وعندي طالبة", "صورة طالبة عندي عم تنتشر شو اعمل"),
    ],
)
async def test_a_professional_who_said_so_gets_the_professional_text(person: Person, said: str, asks: str) -> None:
    await person.says(said)
    await person.says(asks)
    assert speaks_as(person.talk) == "pro"
    shown = await person.taps("topic:image_spread")
    assert part(person, "image_spread", "professional") in shown[0].text


@pytest.mark.parametrize("role", ["parent", "young"])
async def test_who_chose_to_be_a_parent_or_young_never_gets_the_professionals(without_model: Person, role: str) -> None:
    await without_model.taps("role:" + role)
    answers = without_model.turn.answers
    for topic in answers.content.topics.values():
        reply = answers.topic(topic.name, without_model.talk, MONDAY)
        shown = answers.content.topics[reply.topic]
        assert shown.audience != "pro" or shown.name == "school_protocol" or shown.group == "practice"
        if own := shown.texts["nl"].parts.get("professional"):
            assert own[:40] not in reply.text
        for button in reply.buttons:
            found = answers.content.topics.get(button.id.removeprefix("topic:"))
            assert not found or found.group != "professional" or found.name == "school_protocol", (topic.name, button.id)


@pytest.mark.parametrize(
    ("told", "asked"),
    [
        ("de foto van mijn dochter van 14 gaat rond op school", "en de school?"),
        ("a photo of my daughter is going round at school", "what should the school do"),
        ("kızımın fotoğrafı okulda yayıldı", "okul ne yapmalı"),
        ("صورة بنتي منتشرة بالمدرسة", "شو لازم تعمل المدرسة"),
    ],
)
async def test_a_mother_who_asks_about_school_gets_what_a_parent_can_ask(person: Person, told: str, asked: str) -> None:
    await person.says(told)
    await person.says(asked)
    shown = await person.taps("topic:school_protocol")
    assert part(person, "school_protocol", "parent") in shown[0].text


def test_a_parent_who_teaches_is_a_parent_and_a_chosen_role_stays() -> None:
    teaches = Talk("x", report={"case": {"role": "pro", "person": "child"}})
    chose = Talk("x", role="pro", report={"case": {"person": "child"}})
    assert (speaks_as(teaches), speaks_as(chose), speaks_as(Talk("x"))) == ("parent", "pro", "")


@pytest.mark.parametrize("language", ["nl", "en", "tr", "ar"])
@pytest.mark.parametrize("door", ["web", "telegram", "terminal"])
async def test_the_greeting_speaks_of_where_the_person_is(without_model: Person, door: str, language: str) -> None:
    without_model.talk.language = language
    names = {"telegram", "تيليغرام"}
    for reply in (without_model.turn.hello(without_model.talk, MONDAY, door)[0], without_model.turn.answers.topic("delete_my_data", without_model.talk, MONDAY)):
        assert any(name in reply.text.lower() for name in names) is (door == "telegram"), reply.text
    assert ("Shift" in without_model.turn.hello(without_model.talk, MONDAY, door)[0].text) is (door == "web")


async def test_leaving_speaks_of_where_the_person_is(without_model: Person) -> None:
    left = await without_model.turn.take(without_model.talk, Message("test", MONDAY, text="ik wil weg", door="telegram"))
    assert left  # whatever it is taken for, the door is known from now on
    assert without_model.talk.door == "telegram"


async def test_the_question_before_erasing_offers_no_number(without_model: Person) -> None:
    asked = (await without_model.says("wis dit gesprek"))[0]
    assert asked.links == ()
    assert [b.id for b in asked.buttons] == ["erase:yes", "erase:no"]


@pytest.mark.parametrize(
    ("typed", "language"),
    [("slm", "tr"), ("sa", "tr"), ("selam", "tr"), ("hoi", "nl"), ("hello", "en"), ("مرحبا", "ar"), ("yo", "nl"), ("salaam", "nl"), ("hi", "nl"), ("<b>hallo</b> & *x*", "nl"), ("selam :)", "tr")],
)
async def test_a_greeting_is_answered_in_its_language_with_the_choice_beside_it(without_model: Person, typed: str, language: str) -> None:
    reply = (await without_model.says(typed))[0]
    assert (reply.topic, reply.language) == ("greet", language)
    assert {"language:" + code for code in ("nl", "en", "tr", "ar")} - {"language:" + language} <= {b.id for b in reply.buttons}


@pytest.mark.parametrize("home", ["nl", "en", "tr", "ar"])
async def test_a_greeting_of_half_the_world_keeps_the_sites_language(without_model: Person, home: str) -> None:
    for typed in ("salaam", "hi", "yo"):
        person = Person(without_model.turn)
        person.talk.language = home
        assert (await person.says(typed))[0].language == home


async def test_who_noor_is_is_not_said_twice(without_model: Person) -> None:
    first = without_model.turn.hello(without_model.talk, MONDAY, "web")[0]
    again = (await without_model.says("hoi"))[0]
    assert again.text not in first.text
    assert len(again.text) < len(first.text) / 2
    assert {b.id for b in again.buttons} == {b.id for b in first.buttons}


@pytest.mark.parametrize("typed", ["<b>hallo</b> & *x*", "**mijn dochter** <i>wordt gechanteerd</i>", "<div class='x'>mijn zoon heeft betaald</div>"])
async def test_markup_says_nothing_about_the_language(person: Person, typed: str) -> None:
    assert (await person.says(typed))[0].language == "nl"


async def test_one_word_of_thanks_makes_no_other_arabic(person: Person) -> None:
    await person.says("بنتي عمرها ١٤ ونشروا صورتها عالسناب شو اعمل")
    understood = person.talk.understood
    await person.says("شكرا")
    assert person.talk.understood == understood
