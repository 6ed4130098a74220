"""Whole report conversations in four languages, through the same turn as `noor chat --jsonl`: cases in <language>/report.yml."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.messages import Reply
from bot.report import words as report_words
from tests.conftest import Person

HERE = Path(__file__).parent
CASES = [(path.parent.name, case) for path in sorted(HERE.glob("*/report.yml")) for case in yaml.safe_load(path.read_text("utf-8"))]


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


pytestmark = pytest.mark.anyio


async def play(person: Person, language: str, case: dict[str, Any]) -> tuple[Reply, list[str], list[Reply]]:
    """Says, taps and answers as the case tells. Returns the plan, the slots asked before it, and every reply."""
    person.talk.language = {"ary": "ar"}.get(language, language)
    if case.get("role"):
        await person.taps(f"role:{case['role']}")
    every: list[Reply] = []
    for text in case["says"]:
        every += await person.says(text)
    if not any(r.topic.startswith("report_") for r in every):
        assert any(b.id == "report:start" for b in every[-1].buttons), f"no plan is offered under {every[-1].topic}"
        every += await person.taps("report:start")
    asked: list[str] = []
    while every[-1].topic != "report_plan":
        slot = every[-1].topic.removeprefix("report_")
        assert slot in case["answers"], f"asks {every[-1].topic}, known is {person.talk.report.get('case')}"
        assert slot not in asked, f"asks {slot} twice"
        asked.append(slot)
        title = next(b.title for b in every[-1].buttons if b.id == f"report:{slot}.{case['answers'][slot]}")
        every += await person.says(title)  # a tap on Telegram's keyboard or a typed title is the same
    return every[-1], asked, every


@pytest.mark.parametrize(("language", "case"), CASES, ids=[f"{lang}: {case['case']}" for lang, case in CASES])
async def test_a_case_ends_in_the_plan_that_an_expert_wants(person: Person, language: str, case: dict[str, Any]) -> None:
    plan, asked, _ = await play(person, language, case)
    steps = {s.name for s in person.turn.answers.report.rules.plan(report_words.known_facts(person.talk))}
    assert set(case["has"]) <= steps, f"missing: {set(case['has']) - steps}; known is {person.talk.report['case']}"
    assert not steps & set(case["not"])
    assert len(asked) <= case["most"]
    assert plan.language == ("ar" if language == "ary" else language)
    for step in person.turn.answers.report.rules.plan(report_words.known_facts(person.talk)):
        assert report_words.step_words(person.turn.answers, step, person.talk) in plan.text


async def test_on_average_at_most_five_questions_come_before_the_plan() -> None:
    assert sum(case["most"] for _, case in CASES) / len(CASES) <= 5
    assert len(CASES) >= 30
