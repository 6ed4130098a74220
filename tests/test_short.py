"""Short messages that lean on what was said, and who somebody is: the thread is kept, in every language, and a danger's question stays open."""

from __future__ import annotations

import pytest

from bot.answers import Answers, speaks_as
from bot.safety import Safety
from bot.short import load_short
from tests.conftest import ROOT, Person

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ("Waarom niet?", "why"), ("but why", "why"), ("neden olmasın", "why"), ("ليش؟", "why"), ("3lach", "why"), ("bron?", "source"), ("are you sure", "source"),
        ("emin misin", "source"), ("geef me gewoon een nummer", "number"), ("bana bir numara ver", "number"), ("عطيني غير شي نمرة", "number"), ("al geprobeerd", "tried"),
        ("it doesn't work", "tried"), ("işe yaramadı", "tried"), ("goed, en dan?", "then"), ("chno ndir", "then"), ("dat heb je al gezegd", "said"), ("ik durf niet", "afraid"),
        ("kan niet meer", "weary"), ("I can't go on", "weary"), ("dayanamıyorum", "weary"), ("ما عاد فيني", "weary"), ("ze is weg", "gone"), ("kızım kayıp", "gone"), ("terug", "back"),
        ("stop maar", "stop"), ("wacht even, mijn zoon komt binnen", "stop"), ("hold on my mum is here", "stop"), ("ik ben er weer", "again"), ("I'm back", "again"), ("dat helpt niet", "tried"), ("ik kan niet meer inloggen", ""), ("de foto is weg", ""), ("mijn moeder", ""), ("wat is grooming", ""), ("hij dreigt met een nummer", ""),
    ],
)  # fmt: skip
def test_a_short_message_is_known(words: tuple[Answers, Safety], typed: str, kind: str) -> None:
    assert words[1].short.heard(typed) == kind


@pytest.mark.parametrize(
    ("typed", "role"),
    [
        ("leraar hier", "pro"), ("hi, youth worker here", "pro"), ("ben öğretmenim", "pro"), ("انا معلمة", "pro"), ("I'm a mum", "parent"), ("eigenlijk ben ik de moeder", "parent"),
        ("hallo ik ben vader van twee tieners", "parent"), ("ik ben haar oma", "kin"), ("ik ben gewoon de buurvrouw", "kin"), ("انا خالتها", "kin"), ("ik ben een meisje", "young"),
        ("haar moeder", ""), ("mijn moeder", ""), ("her mother", ""), ("ik ben docent en een foto van mijn dochter gaat rond", ""), ("de leraar slaat haar", ""),
    ],
)  # fmt: skip
def test_who_somebody_is_is_known(words: tuple[Answers, Safety], typed: str, role: str) -> None:
    assert words[1].short.role(typed)[0] == role


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("no I mean my daughter got it, from a boy", "my daughter got it, from a boy"), ("nee ik bedoel aangifte doen", "aangifte doen"), ("no not that. i mean will the university find out", "will the university find out"), ("ik bedoel", "ik bedoel"), ("ze is 14", "ze is 14")],
)
def test_what_puts_a_message_right_is_read_without_its_beginning(words: tuple[Answers, Safety], typed: str, meant: str) -> None:
    assert words[1].short.put_right(typed) == meant


def test_a_broken_file_names_its_fault(tmp_path_factory: pytest.TempPathFactory) -> None:
    root = tmp_path_factory.mktemp("short")
    (root / "data" / "short").mkdir(parents=True)
    (root / "data" / "short" / "nl.yml").write_text("short: {whim: [hm]}\nrole: {pro: [juf]}\n", "utf-8")
    faults: list[str] = []
    load_short(root, faults)
    assert [f.split(";")[0] for f in faults] == ["data/short/nl.yml: 'role' is unknown", "data/short/nl.yml: short: the kind 'whim' is unknown"]


def test_no_phrase_stands_under_two_kinds() -> None:
    faults: list[str] = []
    short = load_short(ROOT, faults)
    assert not faults
    for code, one in {**short.kinds, **{f"roles {c}": r for c, r in short.roles.items()}}.items():
        phrases = [p for kinds in one.answers.values() for found in kinds.values() for p in set(found)]
        assert len(phrases) == len(set(phrases)), (code, sorted(p for p in set(phrases) if phrases.count(p) > 1))


TOLD = {"nl": "een foto van mijn dochter gaat rond", "en": "a photo of my daughter is going round", "tr": "kızımın fotoğrafı yayılıyor", "ar": "صورة بنتي منتشرة"}


@pytest.mark.parametrize(("language", "why"), [("nl", "waarom"), ("en", "why"), ("tr", "neden"), ("ar", "ليش")])
async def test_why_goes_on_about_the_last_answer(person: Person, language: str, why: str) -> None:
    told = (await person.says(TOLD[language]))[0]
    reply = (await person.says(why))[0]
    assert (reply.topic, reply.part, reply.language) == (told.topic, "more", language)


@pytest.mark.parametrize(
    ("language", "typed", "key"),
    [("nl", "het lukt niet", "short_tried"), ("en", "already tried that", "short_tried"), ("tr", "peki şimdi", "short_then"), ("ar", "شو اعمل هلق", "short_then"), ("nl", "dat zei je al", "short_said")],
)
async def test_what_did_not_help_is_heard_with_somebody_to_call(person: Person, language: str, typed: str, key: str) -> None:
    await person.says(TOLD[language])
    reply = (await person.says(typed))[0]
    assert reply.text == person.turn.answers.say(key, person.talk)
    assert reply.links
    assert reply.buttons


async def test_a_number_is_given_at_once(person: Person) -> None:
    await person.says(TOLD["nl"])
    reply = (await person.says("geef me gewoon een nummer"))[0]
    assert any(link.href.startswith("tel:") for link in reply.links)
    assert reply.topic == "who_can_help"


@pytest.mark.parametrize(("typed", "danger"), [("kan niet meer", "danger_suicide"), ("dayanamıyorum", "danger_suicide"), ("ze is weg", "danger_meeting"), ("she's gone", "danger_meeting")])
async def test_what_may_be_a_danger_is_asked_about_with_the_way_to_help(without_model: Person, typed: str, danger: str) -> None:
    reply = (await without_model.says(typed))[0]
    assert (reply.topic, reply.urgent, without_model.talk.asked) == (danger, True, danger)
    assert {"tel:112"} <= {link.href for link in reply.links}
    assert reply.text.rstrip().endswith(("?", "؟"))


async def test_what_answers_nothing_leaves_the_question_about_danger_open(person: Person) -> None:
    await person.says("mijn broer vermoordt me")
    danger = person.talk.asked
    assert danger
    for typed in ("mijn broer ja", "..."):
        reply = (await person.says(typed))[0]
        assert (reply.topic, reply.urgent, person.talk.asked) == (danger, True, danger)
        assert reply.text.endswith("Ben je veilig waar je nu bent?")


@pytest.mark.parametrize(("typed", "role"), [("leraar hier", "pro"), ("انا معلمة", "pro"), ("I'm a mum", "parent"), ("ben öğretmenim", "pro")])
async def test_who_says_who_she_is_is_asked_what_happened(person: Person, typed: str, role: str) -> None:
    reply = (await person.says(typed))[0]
    assert reply.topic == "greet"
    assert person.turn.answers.say("short_role_" + role, person.talk) in reply.text
    assert speaks_as(person.talk) == role


async def test_a_girl_who_is_her_mother_after_all_is_spoken_to_as_a_mother(person: Person) -> None:
    await person.says("ik ben een meisje van 15 en er is een naaktfoto van mij op snap")
    reply = (await person.says("eigenlijk ben ik de moeder"))[0]
    assert reply.text.startswith(person.turn.answers.say("short_now_parent", person.talk))
    assert (person.talk.report["case"]["person"], speaks_as(person.talk)) == ("child", "parent")


async def test_a_button_is_tapped_by_its_number_or_its_words(person: Person) -> None:
    shown = (await person.says("hoi"))[0]
    reply = (await person.says("1"))[0]
    assert person.talk.role == shown.buttons[0].id.removeprefix("role:") == "parent"
    title = reply.buttons[1].title
    assert (await person.says(title.lower() + "."))[0].topic == reply.buttons[1].id.removeprefix("topic:")


async def test_a_child_of_nine_is_not_the_ninth_button(person: Person) -> None:
    await person.says("een foto van mijn dochter gaat rond, maak een plan")
    person.talk.report.update(state="asking", pending="age")
    await person.says("9")
    assert person.talk.report["case"]["years"] == "9"


async def test_the_third_time_it_is_said_in_short_and_then_a_person_is_offered(person: Person) -> None:
    texts = [(await person.says("hoe haal ik een foto van internet"))[0].text for _ in range(4)]
    assert len(set(texts)) == 4
    assert texts[-1] == person.turn.answers.say("short_said", person.talk)


async def test_out_of_scope_twice_is_said_in_other_words(person: Person) -> None:
    first = (await person.says("wat is het weer morgen"))[0]
    second = (await person.says("en wie wint het voetbal"))[0]
    assert {first.topic, second.topic} == {"out_of_scope"}
    assert first.text != second.text


async def test_a_calm_age_before_anything_happened_is_about_how_to_talk(person: Person) -> None:
    await person.says("hoe begin ik het gesprek met mijn dochter")
    for said, begins in (("ze is 10", "**9 tot 12 jaar.**"), ("en mijn zoon van 15?", "**12 tot 15 jaar.**"), ("17", "**16 jaar en ouder.**")):
        reply = (await person.says(said))[0]
        assert (reply.topic, reply.text[: len(begins)]) == ("talk_by_age", begins)


def test_how_to_talk_has_a_paragraph_for_each_age_in_each_language(words: tuple[Answers, Safety]) -> None:
    for language, text in words[0].content.topics["talk_by_age"].texts.items():
        paragraphs = text.parts["more"].split("\n\n")
        assert ["9" in paragraphs[0], "9" in paragraphs[1], "12" in paragraphs[2], "16" in paragraphs[3], len(paragraphs)] == [True, True, True, True, 4], language


async def test_stop_is_no_end_of_a_practice_that_never_was(person: Person) -> None:
    await person.says(TOLD["nl"])
    assert (await person.says("stop maar"))[0].text == person.turn.answers.say("short_stop", person.talk)


async def test_back_gives_the_answer_before_and_forgets_nothing(person: Person) -> None:
    first = (await person.says(TOLD["nl"]))[0]
    await person.says("wat is grooming")
    assert (await person.says("terug"))[0].topic == first.topic
    assert person.talk.report["case"]["relation"] == "daughter"


async def test_who_comes_back_is_welcomed_where_the_talk_was(person: Person) -> None:
    told = (await person.says(TOLD["nl"]))[0]
    await person.says("wacht even mijn zoon komt binnen")
    assert not person.talk.asked
    reply = (await person.says("ik ben er weer"))[0]
    assert person.turn.answers.content.topics[told.topic].texts["nl"].title in reply.text
    assert person.talk.topic == told.topic


async def test_what_puts_an_age_right_is_no_danger(person: Person) -> None:
    await person.says("a girl in my group told me her cousin posted a video of her")
    assert not (await person.says("sorry, I mean her sister is 19, she is 15"))[0].urgent


@pytest.mark.parametrize(
    ("told", "topic", "part"),
    [
        ("ik ben 13 en ik heb een foto van een meisje doorgestuurd", "what_not_to_say", "young"),
        ("im 16 and a girl on insta blackmails me", "start_conversation", "young"),
        ("my friend's nudes got leaked", "child_will_not_talk", "friend"),
    ],
)
async def test_a_young_person_or_a_friend_is_not_spoken_to_as_a_parent(person: Person, told: str, topic: str, part: str) -> None:
    await person.says(told)
    reply = (await person.taps("topic:" + topic))[0]
    assert reply.text.startswith(person.turn.answers.content.topics[topic].texts[reply.language].parts[part][:40])
