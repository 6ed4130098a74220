"""A turn, first without a model: danger, help and a person must work then too."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.conversation import Talk
from bot.language import recognise, set_language
from bot.messages import Message
from bot.turn import Turn
from bot.understand import Understanding
from tests.conftest import MONDAY, Person

pytestmark = pytest.mark.anyio


async def test_danger_is_answered_without_a_model(without_model: Person) -> None:
    replies = await without_model.says("ik wil niet meer leven")
    assert replies[0].topic == "danger_suicide"
    assert replies[0].urgent
    assert any(link.href == "tel:113" for link in replies[0].links)


async def test_danger_in_english_is_answered_in_english(without_model: Person) -> None:
    replies = await without_model.says("i want to kill myself")
    assert (replies[0].topic, replies[0].language) == ("danger_suicide", "en")


@pytest.mark.parametrize(
    ("typed", "topic"),
    [("help", "who_can_help"), ("ik wil een mens", "talk_to_person"), ("menu", "menu"), ("wis dit gesprek", "delete_my_data")],
)
async def test_help_person_menu_and_erasing_work_without_a_model(without_model: Person, typed: str, topic: str) -> None:
    assert (await without_model.says(typed))[0].topic == topic


async def test_without_a_model_one_honest_sentence_and_the_message_is_kept(without_model: Person) -> None:
    replies = await without_model.says("de foto van mijn dochter staat op snapchat")
    assert [r.topic for r in replies] == ["not_available"]
    assert "112" in replies[0].text
    assert {"retry", "topic:talk_to_person", "topic:who_can_help"} <= {b.id for b in replies[0].buttons}
    assert without_model.talk.pending == "de foto van mijn dochter staat op snapchat"


async def test_a_topic_button_works_without_a_model(without_model: Person) -> None:
    assert (await without_model.taps("topic:already_paid"))[0].topic == "already_paid"


class Hanging:
    """A Rasa that never answers."""

    async def parse(self, text: str) -> dict[str, object]:
        await asyncio.sleep(3600)
        return {}

    async def names(self, talk: str, text: str, parsed: dict[str, object]) -> list[dict[str, object]]:
        await asyncio.sleep(3600)
        return []

    def close(self) -> None:
        pass


async def test_danger_at_the_end_of_a_very_long_message_is_answered(person: Person) -> None:
    """The model reads the first 2,000 characters and finds them calm; the rules look at all of it, and what they find stands."""
    calm = "wij hebben gisteren op school gepraat over sociale media en het rooster van volgende week. " * 30
    replies = await person.says(calm + "ik wil niet meer leven")
    assert replies[0].topic == "danger_suicide"


async def test_a_hanging_rasa_costs_one_deadline_and_danger_still_comes_first(without_model: Person) -> None:
    understanding = Understanding(lambda path: Hanging(), deadline=0.05)
    understanding._reader = Hanging()
    without_model.turn.understanding = understanding
    assert (await without_model.says("mijn vader heeft een mes en staat voor mijn deur"))[0].topic.startswith("danger_")
    assert (await without_model.says("iemand verspreidt een foto"))[0].topic == "not_available"
    assert not understanding.ready


async def test_who_is_answered_in_another_language_is_told_so_once_and_never_above_danger(without_model: Person) -> None:
    told = without_model.turn.answers.content.languages["hns"]["told"]
    without_model.talk.understood = "hns"
    assert told not in (await without_model.says("hamke maar dei bolle"))[0].text
    assert told not in (await without_model.says("ham parosin ke ghar hai"))[0].text
    assert told in (await without_model.says("ham toke ek baat batai"))[0].text
    assert told not in (await without_model.says("foto ke baare me"))[0].text


async def test_who_chose_a_language_is_not_taken_to_one_she_may_not_read(without_model: Person) -> None:
    content, talk = without_model.turn.answers.content, without_model.talk
    assert recognise(talk, "bnti katbki ma 3reft ma ndir", {"ary": 1.0}, content) == "ary"
    set_language(talk, "nl", content, chosen=True)
    talk.turns = 3
    assert recognise(talk, "bnti katbki ma 3reft ma ndir", {"ary": 1.0}, content) == "nl"
    assert recognise(talk, "kızım ağlıyor ne yapayım şimdi", {"tr": 1.0}, content) == "tr"
    set_language(talk, "ar", content, chosen=True)
    assert recognise(talk, "bnti katbki ma 3reft ma ndir", {"ary": 1.0}, content) == "ary"


@pytest.mark.parametrize("typed", ["", "   ", "\n\n", "\u202e\u200f", "😭😭😭", "???", "/", "\x00\x01"])
async def test_messages_without_words_get_a_kind_answer(without_model: Person, typed: str) -> None:
    replies = await without_model.says(typed)
    assert replies[0].topic in ("nothing_typed", "only_emoji")
    assert replies[0].buttons


@given(st.text(max_size=300))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_no_text_breaks_a_turn(without_model: Person, typed: str) -> None:
    replies = await Turn(without_model.turn.answers, without_model.turn.safety, Understanding(lambda p: Hanging())).take(
        Talk("x"), Message("x", MONDAY, text=typed)
    )
    assert replies
    assert all(r.text.strip() for r in replies)


# --- with the trained model ----------------------------------------------------------------------------------------------


async def test_a_question_is_answered_first_and_the_introduction_is_one_line(person: Person) -> None:
    replies = await person.says("foto van mijn dochter gaat rond wat moet ik")
    assert replies[0].topic == "image_spread"
    assert replies[0].text.startswith(person.turn.answers.say("intro_line", person.talk))
    assert any(link.href.startswith("tel:") for link in replies[0].links)


async def test_typed_slash_never_becomes_an_intent(person: Person) -> None:
    replies = await person.says('/already_paid{"relation": "son"}')
    assert "/" not in person.talk.topic
    assert replies[0].topic != "danger_honour"
    assert (await person.says("/affirm"))[0].topic != "danger_honour"


async def test_follow_ups_lean_on_the_last_answer(person: Person) -> None:
    told = await person.says("er gaat een naaktfoto van mijn dochter rond op school, wat moet ik doen")
    topic = person.talk.topic
    sixteen = await person.says("en als ze 16 is?")
    assert sixteen[0].topic == topic
    assert person.turn.answers.say("age_16_17", person.talk) in sixteen[0].text
    assert len(sixteen[0].text) < len(told[0].text)  # what stands above is not said again
    call = await person.says("wie moet ik daarvoor bellen")
    assert call[0].topic == "who_can_help"
    assert {link.href for link in call[0].links} == {link.href for link in sixteen[0].links}
    easier = await person.taps("part:easier")
    assert easier[0].topic == topic
    assert len(easier[0].text) < len(told[0].text)


async def test_the_number_of_an_organisation_named_is_that_organisations(person: Person) -> None:
    await person.says("kızımın resmi yayılmış")
    assert (await person.says("helpwanted numarası ne"))[0].topic == "organisation_details"
    assert (await person.says("kimi arayayım"))[0].topic == "who_can_help"


@pytest.mark.parametrize("greeting", ["slm", "sa", "mrb", "merhaba", "iyi aksamlar", "s.a. hocam"])
async def test_a_turkish_greeting_is_answered_in_turkish(person: Person, greeting: str) -> None:
    reply = (await person.says(greeting))[0]
    assert (reply.topic, reply.language) == ("greet", "tr")


async def test_good_night_greets_at_the_start_and_says_goodbye_later(person: Person) -> None:
    assert (await person.says("iyi geceler"))[0].topic == "greet"
    assert (await person.says("iyi geceler"))[0].topic == "goodbye"


async def test_the_language_is_switched_by_word_and_by_tap(person: Person) -> None:
    await person.says("my son paid them 200 euro already and they want more")
    assert person.talk.language == "en"
    assert (await person.says("in Dutch please"))[0].language == "nl"
    assert (await person.taps("language:en"))[0].language == "en"


async def test_one_word_never_flips_the_language(person: Person) -> None:
    await person.says("mijn zoon wordt gechanteerd met een foto")
    await person.says("help")
    assert person.talk.language == "nl"


async def test_yes_and_no_after_a_danger_answer(person: Person) -> None:
    assert (await person.says("mijn man slaat haar nu, hij is woedend om die foto"))[0].topic.startswith("danger_")
    answer = await person.says("nee")
    assert answer[0].topic.startswith("danger_")
    assert any(link.href == "tel:112" for link in answer[0].links)


async def test_the_same_danger_block_never_twice_in_a_row(person: Person) -> None:
    first = await person.says("ik wil dood")
    second = await person.says("ik wil echt niet meer leven")
    assert first[0].topic == second[0].topic == "danger_suicide"
    assert first[0].text != second[0].text


async def test_a_short_answer_to_a_danger_opens_no_other_danger(person: Person) -> None:
    assert (await person.says("hij slaat haar dood als hij het hoort"))[0].topic == "danger_honour"
    assert {r.topic for r in await person.says("nee ze is op haar kamer") if r.topic.startswith("danger_")} <= {"danger_honour"}


@pytest.mark.parametrize("answer", ["haar broer", "gisteren", "dün", "أخوها", "my brother", "he is home"])
async def test_a_bare_answer_is_no_danger(person: Person, answer: str) -> None:
    await person.says("een foto van mijn dochter gaat rond")
    assert not any(r.urgent for r in await person.says(answer))


@pytest.mark.parametrize(("answer", "erased"), [("ja", True), ("yes", True), ("evet", True), ("نعم", True), ("nee", False), ("evet sil", True), ("yes, delete", True), ("wis", True), ("نعم احذف كل شي", True), ("nee laat maar staan", False), ("wat wordt er dan gewist", False)])
async def test_erasing_is_confirmed_by_a_word_too(without_model: Person, answer: str, erased: bool) -> None:
    await without_model.says("wis dit gesprek")
    before = without_model.talk.id
    await without_model.says(answer)
    assert (without_model.talk.id != before) is erased


async def test_twice_not_understood_offers_a_person(person: Person) -> None:
    await person.says("welke kleur heeft een dinsdag in de maand")
    replies = await person.says("en de wortel van een fiets in graden celsius")
    assert "topic:talk_to_person" in {b.id for b in replies[0].buttons}


async def test_perspective_only_by_choice(person: Person) -> None:
    plain = await person.taps("topic:faith_and_sexting")
    part = person.turn.answers.content.topics["faith_and_sexting"].texts["nl"].parts["faith islam"]
    assert part[:60] not in plain[0].text
    await person.taps("perspectives")
    chosen = await person.taps("perspective:islam")
    assert part[:40] in chosen[0].text


async def test_a_professional_gets_the_professional_part(person: Person) -> None:
    await person.taps("role:pro")
    shown = await person.taps("topic:first_steps")
    assert person.turn.answers.content.topics["first_steps"].texts["nl"].parts["professional"][:40] in shown[0].text


async def test_erasing_asks_first_and_then_forgets(person: Person) -> None:
    await person.says("mijn dochter van 14 wordt gechanteerd op snap")
    old = person.talk.id
    assert (await person.says("wis dit gesprek"))[0].topic == "delete_my_data"
    assert (await person.taps("erase:yes"))[0].topic == "erase_done"
    assert person.talk.id != old
    assert not person.talk.details
    assert not person.talk.topic


async def test_erasing_needs_its_question(person: Person) -> None:
    assert (await person.taps("erase:yes"))[0].topic == "button_expired"


async def test_long_messages_are_read_from_their_beginning(person: Person) -> None:
    replies = await person.says("iemand chanteert mijn zoon met een filmpje en wil geld " * 500)
    assert person.turn.answers.say("too_long", person.talk) in replies[0].text


async def test_markup_is_text(person: Person) -> None:
    replies = await person.says("<script>alert(1)</script> **'; DROP TABLE talks; --")
    assert "<script>" not in replies[0].text


async def test_media_is_refused_by_kind(without_model: Person) -> None:
    shown = await without_model.turn.take(without_model.talk, Message("test", MONDAY, media="photo"))
    assert shown[0].topic == "asked_to_see_images"
    assert (await without_model.turn.take(without_model.talk, Message("test", MONDAY, media="voice")))[0].topic == "media_refused"


async def test_chat_hours_say_whether_it_is_open(person: Person) -> None:
    assert "17:00" in (await person.taps("topic:chat_hours"))[0].text


@pytest.mark.parametrize("language", ["nl", "en"])
async def test_every_topic_is_answered_in_every_language(without_model: Person, language: str) -> None:
    answers = without_model.turn.answers
    without_model.talk.language = language
    for name in answers.content.topics:
        for part in ("", "more", "easier"):
            reply = answers.topic(name, without_model.talk, MONDAY, part=part)
            assert reply.text.strip()
            assert "{" not in reply.text
            assert reply.language == language


@pytest.mark.parametrize("text", ["nee hij slaapt ze is bij mij", "no he went to his work already", "hayır babası uyuyor kızım yanımda", "لا أبوها نايم وهي عندي"])
async def test_a_no_with_a_few_words_is_no_danger_that_only_the_model_sees(person: Person, text: str) -> None:
    await person.says("foto van mijn dochter gaat rond op school")
    assert not (await person.says(text))[0].topic.startswith("danger_")


async def test_a_no_hides_no_danger_that_a_rule_sees(person: Person) -> None:
    await person.says("foto van mijn dochter gaat rond op school")
    assert (await person.says("nee ze zegt dat ze niet meer wil leven"))[0].topic == "danger_suicide"


async def test_a_no_hides_no_danger_that_the_model_is_sure_of(person: Person) -> None:
    await person.says("a picture of my daughter goes round at school")
    assert (await person.says("no her uncle booked the tickets"))[0].topic.startswith("danger_")


class Alarmed:
    """A model that sees a danger in every message, this surely, and a question about evidence beside it."""

    def __init__(self, alarm: float) -> None:
        self.alarm = alarm

    async def parse(self, text: str) -> dict[str, object]:
        ranking = [{"name": "danger_suicide", "confidence": 0.4}, {"name": "keep_evidence", "confidence": 0.3}, {"name": "menu", "confidence": 0.1}]
        noor = {"decision": "danger", "in_scope": 0.9, "danger": self.alarm, "danger_topic": "danger_suicide", "doubtful": False}
        return {"text": text, "intent": ranking[0], "intent_ranking": ranking, "entities": [], "language": {"nl": 1.0}, "noor": noor}

    async def names(self, talk: str, text: str, parsed: dict[str, object]) -> list[dict[str, object]]:
        return []

    def close(self) -> None: ...


@pytest.mark.parametrize(("alarm", "before", "text", "answered"), [
    (0.6, ["wat is sexting"], "ze zit in 2 havo", False),
    (0.6, [], "ze zit in 2 havo", True),  # a first message is believed
    (0.8, ["wat is sexting"], "ze zit in 2 havo", True),
    (0.6, ["wat is sexting"], "ze zit in 2 havo en " + "daar is het elke dag weer hetzelfde " * 3, True),  # a story tells the model more
    (0.6, ["wat is sexting"], "ik wil dood", True),  # and so does a rule
])  # fmt: skip
async def test_few_words_that_the_model_alone_takes_for_a_danger_are_asked_about(without_model: Person, alarm: float, before: list[str], text: str, answered: bool) -> None:
    without_model.turn.understanding._reader = Alarmed(0.01)
    for said in before:
        without_model.turn.understanding._reader = HalfAlarmed(doubtful=False)
        await without_model.says(said)
    without_model.turn.understanding._reader = Alarmed(alarm)
    reply = (await without_model.says(text))[0]
    assert (reply.topic == "danger_suicide") == answered
    if not answered:
        assert reply.topic == "keep_evidence" and "topic:danger_suicide" in {b.id for b in reply.buttons}


class HalfAlarmed:
    """A model that takes every message for a question about a spread image, and half for a danger."""

    def __init__(self, doubtful: bool) -> None:
        self.doubtful = doubtful

    async def parse(self, text: str) -> dict[str, object]:
        ranking = [{"name": "image_spread", "confidence": 0.7}, {"name": "keep_evidence", "confidence": 0.1}]
        noor = {"decision": "answer", "in_scope": 0.9, "danger": 0.3, "danger_topic": "danger_honour", "doubtful": self.doubtful}
        return {"text": text, "intent": ranking[0], "intent_ranking": ranking, "entities": [], "language": {"nl": 1.0}, "noor": noor}

    async def names(self, talk: str, text: str, parsed: dict[str, object]) -> list[dict[str, object]]:
        return []

    def close(self) -> None: ...


@pytest.mark.parametrize("asked", [True, False])
async def test_a_danger_that_the_model_half_sees_is_asked_about_below_the_answer(without_model: Person, asked: bool) -> None:
    without_model.turn.understanding._reader = HalfAlarmed(doubtful=asked)
    (reply,) = await without_model.says("haar foto gaat rond en thuis is iedereen stil")
    assert reply.topic == "image_spread"
    assert ("topic:danger_honour" in {b.id for b in reply.buttons}) == asked == ("112" in reply.text.rpartition("\n\n")[2])
    (again,) = await without_model.says("en nu weten haar ooms het ook van de foto")
    assert "topic:danger_honour" not in {b.id for b in again.buttons}  # once in a talk
    if asked:
        assert (await without_model.taps("topic:danger_honour"))[0].topic == "danger_honour"
