"""The questions of the report conversation in turn: which comes next, what an answer changes, the plan when none is left."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.conversation import Talk
from bot.messages import Button, Reply
from bot.report import words
from bot.report.case import SKIPPED, band
from bot.understand import Understanding, with_case

if TYPE_CHECKING:
    from bot.answers import Answers

TELLING = ("person", "what", "age", "platform", "money", "family", "by")  # what counts as "the first message told most"
CARRIED = ("case", "asked", "told", "precise", "speaks", "language")  # what Rasa's form needs to know


@dataclass(frozen=True)
class Asking:
    """Asks the questions of the rules table, one a turn."""

    answers: Answers
    understanding: Understanding

    async def next_slot(self, talk: Talk) -> str:
        """The next question's slot, "" when the plan comes: asked of Rasa's form, or of the same table when Rasa does not answer."""
        report, rules = talk.report, self.answers.report.rules
        case, known = report.get("case", {}), words.known_facts(talk)
        own = rules.next_slot(case, known, len(report.get("asked", ())), report.get("told", 0), bool(report.get("precise")))
        state = {**report, "speaks": known["speaker"], "language": talk.language}
        for name in await self.understanding.names(talk.id, "", with_case({k: state[k] for k in CARRIED if k in state})):
            topic = str(name.get("topic"))
            if topic == "report_plan":
                return ""
            if rules.question(slot := topic.removeprefix("report_")):
                return slot
        return own

    async def go_on(self, talk: Talk, at: datetime.datetime, above: str = "", correct: bool = False) -> list[Reply]:
        """The next question, or the plan. `correct`: what was understood stands above the question and can be corrected."""
        if talk.report.get("against"):
            return [self.conflict(talk)]
        slot = await self.next_slot(talk)
        if slot:
            line = words.heard_line(self.answers, talk) if correct else ""
            return [self.ask(talk, slot, [above, line], correct=bool(line))]
        talk.report.update(state="planned", pending="")
        talk.report.pop("precise", None)
        again = talk.report.pop("redone", "")  # an answer of a plan that was there already: what changed is said first
        return [words.plan(self.answers, talk, at, {again: talk.report["case"].get(again)} if again else None)]

    def ask(self, talk: Talk, slot: str, above: list[str] | None = None, correct: bool = False) -> Reply:
        report = talk.report
        report.update(state="asking", pending=slot, shown=correct)
        report.setdefault("told", told(talk))
        report["asked"] = [*(s for s in report.get("asked", ()) if s != slot), slot]
        return words.question(self.answers, talk, slot, above or [], correct)

    def set(self, talk: Talk, slot: str, value: str) -> None:
        """An answer to a question: it counts, whatever was understood before."""
        report = talk.report
        case = report.setdefault("case", {})
        if report.get("state") == "planned":
            report["pending"] = ""
        case[slot] = [value] if slot in ("what", "done") and value != SKIPPED else value
        report["exact"] = [*(s for s in report.get("exact", ()) if s != slot), *([slot] if value != SKIPPED else [])]
        if slot == "age" and band(int(case.get("years") or 0)) != value:
            contested = report.get("contested", {})
            case.pop("years", None)
            if contested.get("age") == value and contested.get("years"):
                case["years"] = contested["years"]

    def forget(self, talk: Talk, slot: str) -> None:
        """Takes an answer back, so that it is asked anew."""
        case = talk.report.get("case", {})
        talk.report["exact"] = [s for s in talk.report.get("exact", ()) if s != slot]
        for name in (slot, *(("years",) if slot == "age" else ()), *(("relation",) if slot == "person" else ())):
            case.pop(name, None)
        if talk.report.get("state") == "planned":
            talk.report["redone"] = slot
        talk.report["state"] = "asking"

    def back(self, talk: Talk) -> Reply:
        """The question before the open one, once more."""
        report = talk.report
        earlier = [s for s in report.get("asked", ()) if s != report["pending"]]
        slot = earlier[-1] if earlier else report["pending"]
        report["asked"] = earlier[:-1]
        self.forget(talk, slot)
        return self.ask(talk, slot)

    def conflict(self, talk: Talk) -> Reply:
        """Two answers that can't both be true: asked about once."""
        report = talk.report
        against = report["contested"] = report.pop("against")
        slot = next(s for s in against if s != "years")
        report.update(pending=slot, settled=[*report.get("settled", ()), slot])
        old = report["case"][slot]

        def shown(value: Any, years: Any) -> str:
            one = value[0] if isinstance(value, list) else value
            if slot == "age" and years:
                return self.answers.say("known_years", talk, years=str(years))
            return words.say(self.answers, f"a_{slot}_{one}", talk) if one != SKIPPED else "-"

        was, now = shown(old, report["case"].get("years")), shown(against[slot], against.get("years"))
        buttons = [Button(f"report:{slot}.{old}", was), Button(f"report:{slot}.{against[slot]}", now)]
        return Reply("report_conflict", self.answers.say("r_conflict", talk, old=was, new=now), talk.language, tuple(buttons))


def told(talk: Talk) -> int:
    """How much is known of the case."""
    return sum(talk.report.get("case", {}).get(slot) is not None for slot in TELLING)
