"""Whole report conversations that are typed: what people answer when they do not tap, with slips of the keys, in four languages and Darija (typed.yml)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.answers import Answers
from bot.safety import Safety
from tests.conftest import Person

pytestmark = pytest.mark.anyio
CASES: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "typed.yml").read_text("utf-8"))


@pytest.mark.parametrize("case", CASES, ids=[c["case"] for c in CASES])
async def test_a_typed_conversation_reaches_the_plan(person: Person, case: dict[str, Any]) -> None:
    person.talk.language = case["language"]
    for text in case["says"]:
        replies = await person.says(text)
    for slot, text, holds in case["then"]:
        assert replies[-1].topic == f"report_{slot}", f"{replies[-1].topic} is open, known is {person.talk.report['case']}"
        replies = await person.says(text)
        assert not any(r.urgent for r in replies), f"{text!r} is heard as {replies[0].topic}"
        known = person.talk.report["case"]
        assert {s: known.get(s) for s in holds} == holds, text
    assert replies[-1].topic == "report_plan"
    assert len(case["then"]) <= 6


@pytest.mark.parametrize(
    ("language", "text"),
    [("nl", "gewoon dat het stopt"), ("en", "i just want it to stop"), ("tr", "sadece dursun istiyorum"), ("ar", "بدي بس يوقف"), ("ar", "bghit ghir y7bs")],
)
async def test_the_wish_that_it_stops_is_an_answer_and_asked_after(person: Person, language: str, text: str) -> None:
    person.talk.language = language
    person.talk.report.update(case={"person": "self", "what": ["threat"], "danger": "calm"}, state="asking", pending="wants", asked=["danger", "wants"], told=2)
    replies = await person.says(text)
    assert person.talk.report["case"]["wants"] == "stop"
    assert not any(r.urgent for r in replies)


@pytest.mark.parametrize(
    "text", ["dat het stopt, ik wil niet meer leven", "ik wil dood", "ik wil dat alles stopt, voor altijd slapen", "I want to die", "artık yaşamak istemiyorum", "ما بدي عيش", "bghit nmout"]
)
async def test_despair_in_the_same_place_is_danger_all_the_same(person: Person, text: str) -> None:
    person.talk.report.update(case={"person": "self", "what": ["threat"], "danger": "calm"}, state="asking", pending="wants", asked=["danger", "wants"], told=2)
    replies = await person.says(text)
    assert replies[0].topic == "danger_suicide"
    assert replies[0].urgent


async def test_beside_the_question_about_danger_the_same_words_are_despair(person: Person) -> None:
    await person.says("maak een plan")
    replies = await person.says("ik wil gewoon dat het ophoudt")
    assert replies[0].topic == "danger_suicide"


def test_a_typed_answer_hides_no_danger(words: tuple[Answers, Safety]) -> None:
    """No phrase that counts as a calm answer holds what a danger rule hears, save a meeting and saying that there is danger."""
    answers, safety = words
    for code, frames in answers.report.listener.frames.items():
        for slot, values in frames.typed.answers.items():
            for answer, phrases in values.items():
                if (slot, answer) in {("danger", "now"), ("meeting", "planned")}:
                    continue
                assert not [p for p in phrases if safety.danger(" ".join(p), code)], (code, slot, answer)
