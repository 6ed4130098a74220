"""Messages that lean on what was said: an age, another child, an app, a school; and nothing is said twice."""

from __future__ import annotations

import pytest

from bot.fitting import fitting
from bot.understand import tapped
from tests.conftest import Person

pytestmark = pytest.mark.anyio

TOLD = {
    "nl": "een foto van mijn dochter gaat rond, wat moet ik doen",
    "en": "a photo of my daughter is going round, what should I do",
    "tr": "kızımın fotoğrafı yayılıyor ne yapmalıyım",
    "ar": "صورة بنتي منتشرة شو اعمل",
}


@pytest.mark.parametrize(
    ("language", "age", "note"),
    [
        ("nl", "ze is 14", "age_12_15"),
        ("nl", "en als ze 16 is?", "age_16_17"),
        ("en", "she is 16", "age_16_17"),
        ("en", "and if she is 11?", "age_under_12"),
        ("tr", "ya 17 olsaydı?", "age_16_17"),
        ("tr", "14 yaşında", "age_12_15"),
        ("ar", "عمرها 16", "age_16_17"),
        ("ar", "وإذا كان عمرها ١١؟", "age_under_12"),
        ("ar", "3ndha 16 3am", "age_16_17"),
    ],
)
async def test_an_age_changes_the_last_answer_and_repeats_nothing(person: Person, language: str, age: str, note: str) -> None:
    told = (await person.says(TOLD[language]))[0]
    reply = (await person.says(age))[0]
    assert reply.topic == told.topic
    assert person.turn.answers.say(note, person.talk) in reply.text
    assert told.text.split("\n\n")[-2][:40] not in reply.text


async def test_who_passed_it_on_hears_what_holds_for_that(person: Person) -> None:
    await person.says("mijn zoon heeft een naaktfoto van een meisje doorgestuurd")
    await person.says("welke straf krijgt hij")
    reply = (await person.says("en als hij 17 is?"))[0]
    assert person.turn.answers.say("age_did_16_17", person.talk) in reply.text


@pytest.mark.parametrize(("language", "asked"), [("nl", "en de school?"), ("en", "and the school?"), ("tr", "peki ya okul?"), ("tr", "okul?"), ("nl", "en school dan?")])
async def test_and_the_school_is_about_school(person: Person, language: str, asked: str) -> None:
    await person.says(TOLD[language])
    assert (await person.says(asked))[0].topic == "school_protocol"


@pytest.mark.parametrize(("language", "again"), [("nl", "een foto van mijn dochter gaat rond"), ("en", "a photo of my daughter is going round"), ("tr", "kızımın fotoğrafı yayılıyor")])
async def test_nobody_reads_the_same_block_twice(person: Person, language: str, again: str) -> None:
    first = (await person.says(TOLD[language]))[0]
    second = (await person.says(again))[0]
    assert second.topic == first.topic
    assert second.text.startswith(person.turn.answers.say("said_before", person.talk))
    assert person.turn.answers.content.topics[first.topic].texts[language].short[:60] not in second.text
    tapped_again = (await person.taps("topic:" + first.topic))[0]
    assert not tapped_again.text.startswith(person.turn.answers.say("said_before", person.talk))  # a button shows what it says


async def test_beside_a_danger_an_age_keeps_its_question_open(person: Person) -> None:
    await person.says("mijn dochter wil niet meer leven")
    reply = (await person.says("ze is 14"))[0]
    assert reply.urgent
    assert reply.text.endswith("Wie is er op dit moment bij je?")
    assert (await person.says("ik zit naast haar"))[0].text == person.turn.answers.say("after_danger_suicide_safe", person.talk)


@pytest.mark.parametrize(("language", "why"), [("en", "why not"), ("nl", "waarom dan niet")])
async def test_a_danger_is_not_repeated_for_a_why(person: Person, language: str, why: str) -> None:
    told = (await person.says("I want to beat him to death" if language == "en" else "ik ga hem in elkaar slaan"))[0]
    assert (await person.says(why))[0].text != told.text


@pytest.mark.parametrize(("typed", "topic"), [("ما دفعت", "being_blackmailed"), ("we hebben niet betaald", "being_blackmailed"), ("ik heb 100 euro betaald", "already_paid")])
def test_not_paid_is_no_payment(without_model: Person, typed: str, topic: str) -> None:
    assert fitting(tapped("already_paid"), without_model.talk, typed, without_model.turn.answers).topic == topic


@pytest.mark.parametrize(("role", "person", "topic"), [("pro", "pupil", "steps_sexting"), ("pro", "client", "client_sexting"), ("pro", "other", "friend_in_trouble"), ("young", "pupil", "friend_in_trouble")])
async def test_a_teacher_who_was_told_something_is_no_bystander(without_model: Person, role: str, person: str, topic: str) -> None:
    talk = without_model.talk
    talk.role, talk.report["case"] = role, {"person": person}
    assert fitting(tapped("friend_in_trouble"), talk, "a girl in my class told me", without_model.turn.answers).topic == topic


async def test_a_father_is_not_the_young_one(person: Person) -> None:
    await person.says("oğlum bir kızın görüntüsünü arkadaşlarına göndermiş, 14 yaşında")
    assert (await person.says("kendim cezalandırayım mı onu"))[0].topic != "i_am_young"


@pytest.mark.parametrize("typed", ["hallo, ik ben mentor op een middelbare school", "hello, I am a teacher", "merhaba ben öğretmenim", "مرحبا انا معلمة"])
async def test_who_says_who_she_is_is_not_asked_who_she_is(person: Person, typed: str) -> None:
    reply = (await person.says(typed))[0]
    assert "role:parent" not in {b.id for b in reply.buttons}
    assert {b.id for b in reply.buttons} == {b.id for b in person.turn.answers.starter_buttons(person.talk)}


@pytest.mark.parametrize("typed", ["ja", "ja er is gevaar", "evet", "yes"])
async def test_a_typed_yes_to_danger_in_the_plan_is_danger(person: Person, typed: str) -> None:
    await person.says("maak een plan")
    assert person.talk.report["pending"] == "danger"
    replies = await person.says(typed)
    assert replies[0].topic == "danger_violence_now"
    assert replies[0].urgent


@pytest.mark.parametrize(
    ("typed", "first", "second"),
    [
        ("wat is grooming en hoe herken ik het?", "what_is_grooming", "grooming_signs"),
        ("fotoğrafı nasıl sildiririm ve grooming nedir?", "remove_images", "what_is_grooming"),
        ("how do I get the photo removed? and what is sextortion?", "remove_images", "what_is_sextortion"),
        ("كيف احذف الصور؟ وما هو الابتزاز الجنسي؟", "remove_images", "what_is_sextortion"),
    ],
)
async def test_two_questions_in_one_message_are_both_answered(person: Person, typed: str, first: str, second: str) -> None:
    assert [r.topic for r in await person.says(typed)] == [first, second]


@pytest.mark.parametrize("typed", ["wat moet ik doen als mijn dochter en haar vriendin een naaktfoto kregen", "hoe praat ik met mijn zoon en mijn man over sexting"])
async def test_one_question_stays_one(person: Person, typed: str) -> None:
    assert len(await person.says(typed)) == 1


async def test_more_once_more_is_not_the_same_again(person: Person) -> None:
    await person.says("wat is grooming")
    assert (await person.says("meer"))[0].topic == "what_is_grooming"
    assert (await person.says("meer"))[0].topic == "more_please"


async def test_a_professional_who_asks_what_to_say_gets_a_professionals_words(person: Person) -> None:
    await person.taps("role:pro")
    assert (await person.taps("topic:what_not_to_say"))[0].topic == "talk_with_victim"


async def test_a_professional_who_asks_how_to_begin_with_him_stays_with_him(person: Person) -> None:
    await person.taps("role:pro")
    await person.says("hoe praat ik met de jongen die de foto verspreidde")
    assert (await person.says("hoe begin ik het gesprek met hem"))[0].topic == "talk_with_spreader"


async def test_who_told_who_she_is_with_her_greeting_is_not_asked_who_she_is(person: Person) -> None:
    assert (await person.says("goedenavond ik ben de oma van een meisje van 12"))[0].topic == "told_opening"


async def test_who_tells_of_blackmail_is_not_taught_what_it_is(person: Person) -> None:
    assert (await person.says("some criminals are blackmailing my boy"))[0].topic == "being_blackmailed"


async def test_what_was_got_and_passed_on_is_passing_on(person: Person) -> None:
    await person.says("mijn dochter kreeg een naaktfoto van een jongen uit haar klas")
    assert (await person.says("ze heeft hem doorgestuurd naar haar nichtje"))[0].topic == "child_spread_image"


async def test_a_payment_told_in_passing_is_answered(person: Person) -> None:
    await person.says("my boy is being blackmailed on snapchat")
    assert (await person.says("he sent them 100 before he told me"))[0].topic == "already_paid"


async def test_who_tells_on_gets_no_list_of_guesses(person: Person) -> None:
    """"Yesterday" is no question: what follows the last answer stands below it, and what she means is asked."""
    await person.says("a nude of my daughter goes round at school")
    reply = (await person.says("yesterday"))[0]
    assert reply.text == person.turn.answers.say("short_unsure", person.talk)
    assert "topic:keep_evidence" in {b.id for b in reply.buttons}


async def test_boys_who_passed_it_on_are_not_the_pupil_it_happened_to(person: Person) -> None:
    await person.says("Ik ben mentor, een leerling van 14 haar naaktfoto gaat rond")
    await person.says("en de jongens die het doorgestuurd hebben?")
    assert person.talk.report["case"]["what"] == ["spread"]


async def test_one_of_a_teachers_girls_is_a_pupil(person: Person) -> None:
    reply = (await person.says("I teach year 9 and there's a nude of one of my girls on half the phones in the class"))[0]
    assert reply.topic == "school_protocol" and person.talk.role == "pro"


@pytest.mark.parametrize("wanted", ["ik bel jullie wel, heeft u een nummer", "nee laat maar bedankt"])
async def test_a_number_and_an_end_are_given_at_once(person: Person, wanted: str) -> None:
    await person.says("mijn zoon wordt afgeperst")
    reply = (await person.says(wanted))[0]
    assert reply.topic == "short_stop" if "laat" in wanted else any(link.href.startswith("tel:") for link in reply.links)


async def test_few_words_that_sound_like_another_language_change_none(person: Person) -> None:
    await person.says("mijn zoon wordt afgeperst")
    await person.says("mn vader is wel chill")
    assert person.talk.language == "nl"


async def test_tickets_in_a_talk_about_honour_are_no_meeting_from_the_internet(person: Person) -> None:
    await person.says("yeğenimin çıplak fotosu çıktı, abim onu türkiyede evlendirecek")
    assert (await person.says("bilet almışlar haftaya cumartesi"))[0].topic == "danger_honour"
    assert (await person.says("kız benim yanımda şu an"))[0].text == person.turn.answers.say("after_danger_honour_safe_third", person.talk)


async def test_who_is_22_is_no_youngster(person: Person) -> None:
    await person.says("خطيبي السابق نشر صوري على تلغرام")
    assert (await person.says("انا عمري اثنين وعشرين"))[0].topic == "image_spread"


async def test_who_passed_it_on_and_would_say_sorry_is_no_parent(person: Person) -> None:
    await person.says("heb een filmpje doorgestuurd van een meisje uit t dorp in de voetbalapp")
    assert (await person.says("moet ik haar sorry zeggen of juist niet"))[0].topic != "what_not_to_say"


async def test_a_whole_question_that_names_a_son_is_a_question_of_its_own(person: Person) -> None:
    await person.says("oğluma şantaj yapıyorlar, para istiyorlar")
    assert (await person.says("peki polise gidince oğlum anlatmak zorunda mı"))[0].topic == "talk_at_police"


@pytest.mark.parametrize(
    ("talk", "topic"),
    [
        (["oğlum bi kızın resmini göndermiş", "sen kimsin ki", "peki oğlum hapse girer mi"], "punishment_and_halt"),
        (["arkadaşımın resmi sızdı", "ona nasıl destek olcam"], "friend_in_trouble"),
    ],
)
async def test_a_question_of_few_words_is_answered_itself(person: Person, talk: list[str], topic: str) -> None:
    replies = [(await person.says(said))[-1] for said in talk]
    assert replies[-1].topic == topic, [r.topic for r in replies]


async def test_who_goes_on_telling_is_not_told_that_it_was_said(person: Person) -> None:
    for said in ("abi bi kız beni tehdit ediyo", "kamerada kaydetmis"):
        assert (await person.says(said))[0].topic == "being_blackmailed"
    for said in ("500 euro istiyo", "yoksa takipcilerime atcakmıs"):
        assert (await person.says(said))[0].topic == "report_kept"
    assert person.talk.report["case"]["money"] == "asked"
