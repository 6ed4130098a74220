"""Whole conversations with people who tell their story over several messages, at once, bit by bit, or as free answers to other questions: told_talks.yml.

Guarded: the plan is reached, no family step where home is not told to be safe, what is denied or only feared is taken as told in at most a few, and
how much is heard and asked again does not fall below what was reached. `python -m pytest tests/report/test_told_talks.py -s` prints what is missed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.answers import Answers
from bot.messages import Reply
from bot.report import words as report_words
from bot.safety import Safety
from tests.conftest import Person, meets

TALKS: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "told_talks.yml").read_text("utf-8"))
PLAN = {"nl": "maak een plan", "en": "make a plan", "tr": "plan yap", "ar": "اعمل خطة"}
MOST_TURNS = 22


@dataclass
class Told:
    """One talk played to its plan."""

    talk: dict[str, Any]
    person: Person
    told: dict[str, list[Any]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    again: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    untold: list[str] = field(default_factory=list)  # taken as told, and was denied, feared or asked
    facts: int = 0
    steps: list[Any] = field(default_factory=list)

    async def says(self, message: list[Any]) -> list[Reply]:
        """Says one message and compares the case with what it tells."""
        text, tells, *rest = message
        replies = await self.person.says(text)
        case = {**self.person.talk.report.get("case", {})}
        if self.person.talk.role == "pro":
            case["role"] = "pro"
        for slot, value in tells.items():
            values = value if isinstance(value, list) else [value]
            self.told.setdefault(slot, []).extend(values)
            self.facts += 1
            heard = case.get(slot)
            if not set(values) <= set(heard if isinstance(heard, list) else [heard]):
                self.missed.append(f"{slot}: {heard} for {value} in {text!r}")
        for slot, values in (rest[0] if rest else {}).items():
            heard = case.get(slot)
            taken = [v for v in values if v in (heard if isinstance(heard, list) else [heard]) and v not in self.told.get(slot, ())]
            self.untold += [f"{slot}: {v} in {text!r}" for v in taken]
        return replies

    async def play(self) -> None:
        left, answers = list(self.talk["said"]), dict(self.talk.get("to", {}))
        replies = await self.says(left.pop(0))
        if self.talk["how"] != "start" and left:
            replies = await self.says(left.pop(0))
        rules = self.person.turn.answers.report.rules
        for turn in range(MOST_TURNS):
            last, buttons = replies[-1], [b.id for r in replies for b in r.buttons]
            slot = last.topic.removeprefix("report_") if last.topic.startswith("report_") else ""
            if last.topic == "report_plan" and not left:
                self.steps = rules.plan(report_words.known_facts(self.person.talk))
                return
            if rules.question(slot):
                self.asked.append(slot)
                self.again += [slot] if slot in self.told else []
            if turn == 0 and not rules.question(slot):
                replies = await self._start(buttons)
            elif slot in answers:
                replies = await self.says(answers.pop(slot))
            elif left:
                message = next((m for m in left if slot in m[1]), left[0])
                left.remove(message)
                replies = await self.says(message)
            elif rules.question(slot):
                truth = (self.told.get(slot) or ["calm" if slot == "danger" else ""])[-1]
                replies = await self.person.taps(tap if (tap := f"report:{slot}.{truth}") in buttons else "report:skip")
            else:
                replies = await self._start(buttons)

    async def _start(self, buttons: list[str]) -> list[Reply]:
        return await (self.person.taps("report:start") if "report:start" in buttons else self.person.says(PLAN[self.person.talk.language]))


@pytest.fixture(scope="module")
def played(words: tuple[Answers, Safety], reader: Any) -> Iterator[list[Told]]:
    async def every() -> list[Told]:
        done = []
        for talk in TALKS:
            done.append(Told(talk, meets(words, reader, f"told-talk-{talk['id']}")))
            await done[-1].play()
            print(f"{talk['id']}: asked {done[-1].asked}, again {done[-1].again}", *done[-1].missed, *(f"not told: {u}" for u in done[-1].untold), sep="\n   ")
        for name, group in (("first", done[:45]), ("later", done[45:])):
            facts, missed = sum(t.facts for t in group), sum(len(t.missed) for t in group)
            again, untold = sum(bool(t.again) for t in group), sum(len(t.untold) for t in group)
            print(f"{name}: {facts - missed} of {facts} things heard, {untold} taken that were not told, {again} of {len(group)} asked something again")
        return done

    yield asyncio.run(every())


def test_every_talk_reaches_a_plan(played: list[Told]) -> None:
    assert [t.talk["id"] for t in played if not t.steps] == []


def test_no_step_brings_in_a_family_that_was_not_told_to_be_safe(played: list[Told]) -> None:
    for told in (t for t in played if t.told.get("family", [""])[-1] != "safe"):
        names = {s.name for s in told.steps}
        assert not any(s.family for s in told.steps), told.talk["id"]
        assert names & {"tell_nobody", "wait_with_family"}, told.talk["id"]


def test_who_was_wronged_is_never_led_as_who_passed_it_on(played: list[Told]) -> None:
    for told in played:
        did_it = "did_it" in told.told.get("what", ())
        assert any(s.name.startswith("spread_") for s in told.steps) == did_it, told.talk["id"]


def test_what_is_told_is_heard_and_not_asked_again(played: list[Told]) -> None:
    facts, missed = sum(t.facts for t in played), [m for t in played for m in t.missed]
    assert len(missed) <= facts * 0.08, missed
    assert sum(len(t.untold) for t in played) <= 6, [u for t in played for u in t.untold]
    assert sum(bool(t.again) for t in played) <= 12, [(t.talk["id"], t.again) for t in played if t.again]
