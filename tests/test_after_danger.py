"""After a danger answer: its question is answered, another danger is heard, a no is taken kindly, and after a plan a yes is no danger any more."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.after_danger import QUESTIONS
from bot.answers import Answers
from bot.safety import Safety
from tests.conftest import Person

HEARD: dict[str, dict[str, list[str]]] = yaml.safe_load((Path(__file__).parent / "after_danger.yml").read_text("utf-8"))
EACH = [(f"danger_{name}", heard, str(text)) for name, kinds in HEARD.items() if name != "any" for heard, texts in kinds.items() for text in texts]


def heard(words: tuple[Answers, Safety], text: str, danger: str) -> str:
    first = words[0].report.listener.word(text.split()[0].strip(",.?؟"))
    return words[1].after_danger.heard(text, danger, first if first in ("yes", "no") else "")


@pytest.mark.parametrize(("danger", "meant", "text"), EACH)
def test_an_answer_to_the_question_is_known(words: tuple[Answers, Safety], danger: str, meant: str, text: str) -> None:
    assert heard(words, text, danger) == meant


@pytest.mark.parametrize(("meant", "text"), [(m, str(t)) for m, texts in HEARD["any"].items() for t in texts])
def test_no_thanks_fear_and_a_call_are_known_after_every_danger(words: tuple[Answers, Safety], meant: str, text: str) -> None:
    assert {heard(words, text, danger) for danger in QUESTIONS} == {"" if meant == "none" else meant}


def test_every_answer_has_its_sentence_with_a_number(words: tuple[Answers, Safety]) -> None:
    """Number first where it is not safe; 112 or the line stands in what is said either way."""
    content = words[0].content
    for language in content.spoken():
        for danger in QUESTIONS:
            for state in ("safe", "unsafe"):
                assert any(n in content.say(f"after_{danger}_{state}", language) for n in ("112", "113", "0800")), (danger, state, language)


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("first", "second", "language"),
    [
        ("mijn dochter wil dood", "hij slaapt en ik zit naast hem", "nl"),
        ("I want to kill myself", "my mum is with me", "en"),
        ("kızım ölmek istiyor", "yanındayım", "tr"),
        ("بنتي بدها تموت", "انا جنبها", "ar"),
    ],
)
async def test_the_next_sentence_fits_without_a_model_too(without_model: Person, first: str, second: str, language: str) -> None:
    await without_model.says(first)
    reply = (await without_model.says(second))[0]
    assert (reply.topic, reply.language, reply.urgent) == ("danger_suicide", language, False)
    assert reply.text == without_model.turn.answers.say("after_danger_suicide_safe", without_model.talk)


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("first", "second", "other"),
    [
        ("mijn dochter wil dood", "mijn man slaat haar nu", "danger_violence_now"),
        ("my brother has a knife", "I want to die", "danger_suicide"),
        ("kızım ölmek istiyor", "babası onu dövüyor", "danger_violence_now"),
        ("بنتي بدها تموت", "ابوها عم يضربها", "danger_violence_now"),
        ("mijn vader slaat me", "hij heeft me verkracht", "danger_abuse_now"),
    ],
)
async def test_another_danger_is_heard(person: Person, first: str, second: str, other: str) -> None:
    await person.says(first)
    assert (await person.says(second))[0].topic == other


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("first", "no"), [("mijn dochter wil dood", "nee dank je"), ("I want to kill myself", "no thanks"), ("kızım ölmek istiyor", "yok sağol"), ("بنتي بدها تموت", "لا شكرا")]
)
async def test_a_no_is_taken_kindly_once(person: Person, first: str, no: str) -> None:
    danger = await person.says(first)
    kind = (await person.says(no))[0]
    assert not kind.urgent
    assert kind.text not in danger[0].text
    assert "113" in kind.text
    again = await person.says(no)
    assert not any(r.urgent or r.text == kind.text for r in again)


@pytest.mark.anyio
@pytest.mark.parametrize("yes", ["ja", "evet", "yes", "نعم"])
async def test_after_a_plan_a_yes_is_no_danger_any_more(person: Person, yes: str) -> None:
    await person.says("mijn dochter wil dood")
    person.talk.report.update(
        case={"person": "child", "what": ["spread"], "age": "from_12", "family": "safe", "by": "known", "wants": "stop", "danger": "calm", "ongoing": "stopped"}
    )
    replies = await person.says("maak een plan")
    for _ in range(8):
        if replies[-1].topic == "report_plan":
            break
        replies = await person.taps("report:skip")
    assert replies[-1].topic == "report_plan"
    assert not any(r.topic.startswith("danger_") for r in await person.says(yes))


@pytest.mark.anyio
async def test_the_same_danger_once_more_brings_help_for_worse(person: Person) -> None:
    await person.says("mijn dochter wil dood")
    worse = (await person.says("ze heeft pillen geslikt"))[0]
    assert worse.urgent
    assert worse.text.find("112") < worse.text.find("113")


@pytest.mark.anyio
async def test_not_daring_to_call_is_met(person: Person) -> None:
    await person.says("ik wil dood")
    reply = (await person.says("ik durf niet te bellen"))[0]
    assert reply.text.startswith(person.turn.answers.say("after_afraid", person.talk)[:60])
    assert "113.nl" in reply.text
    assert person.talk.asked == "danger_suicide"


@pytest.mark.anyio
async def test_only_a_question_is_answered_below_a_danger(person: Person) -> None:
    assert len(await person.says("mijn zoon zegt dat hij niet meer wil leven")) == 1
    person.talk.topic = person.talk.danger = person.talk.asked = ""
    asked: list[Any] = await person.says("mijn dochter wil niet meer leven, hoe krijg ik die naaktfoto van haar van instagram af?")
    assert [r.topic for r in asked][:1] == ["danger_suicide"]
    assert len(asked) == 2


@pytest.mark.anyio
async def test_the_question_stays_open_while_she_is_not_understood(person: Person) -> None:
    await person.says("babam beni dövüyor")
    await person.says("qwerty asdf zxcv")
    assert (await person.says("tamam aradım"))[0].text == person.turn.answers.say("after_called", person.talk)


@pytest.mark.anyio
async def test_who_is_still_not_safe_gets_more_help_and_the_question_stays_open(without_model: Person) -> None:
    await without_model.says("ze zit in de trein naar die man")
    first = (await without_model.says("nee, geen idee"))[0]
    again = (await without_model.says("nee ik weet niet hoe laat, ze neemt niet op"))[0]
    assert (again.topic, again.urgent, without_model.talk.asked) == ("danger_meeting", True, "danger_meeting")
    assert "112" in again.text
    assert again.text != first.text
    assert (await without_model.says("ik heb haar mama gebeld"))[0].text == without_model.turn.answers.say("after_called", without_model.talk)


@pytest.mark.anyio
@pytest.mark.parametrize(("language", "said", "taken_back"), [("nl", "ik wil niet meer leven", "nee ik ga niks doen"), ("tr", "yaşamak istemiyorum", "yok yapmam öyle bir şey")])
async def test_a_wish_to_die_taken_back_is_told_that_it_may_return(without_model: Person, language: str, said: str, taken_back: str) -> None:
    without_model.talk.language = language
    assert (await without_model.says(said))[0].topic == "danger_suicide"
    reply = (await without_model.says(taken_back))[0]
    expected = without_model.turn.answers.say("after_danger_suicide_mistaken", without_model.talk, names="113")
    assert reply.text.split(":")[0] == expected.split(":")[0]
    assert "113" in reply.text


@pytest.mark.anyio
async def test_a_professional_is_told_what_to_do_with_the_young_person_who_is_with_her(without_model: Person) -> None:
    """A teacher is not herself in danger: "stay where you are" would be no help to the girl in front of her."""
    person, say = without_model, without_model.turn.answers.say
    await person.says("ik ben mentor, een leerling van 14 haar naaktfoto gaat rond")
    assert (await person.says("haar vader gaat haar vermoorden om de eer"))[0].topic == "danger_honour"
    reply = (await person.says("ze is veilig, ze zit nu bij mij op school"))[0]
    assert reply.text == say("after_danger_honour_safe_third", person.talk)
    assert reply.buttons[0].id == "topic:meldcode"


@pytest.mark.anyio
async def test_who_called_is_heard_when_it_is_over(without_model: Person) -> None:
    person, say = without_model, without_model.turn.answers.say
    person.talk.language = "tr"
    assert (await person.says("abim kapida bagiriyor elinde bicak var"))[0].urgent
    assert (await person.says("155 i aradim"))[0].text == say("after_called", person.talk)
    assert (await person.says("geldiler abimi goturdular"))[0].text == say(f"after_{person.talk.danger}_safe", person.talk)
