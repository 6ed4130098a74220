"""Leads through the report conversation: takes answers and changes, asks the next question, gives the plan.

The order of questions and steps is the rules table's; this is only who speaks when. `talk.report` holds
{case, state: "" | asking | paused | planned, pending, asked: [slots], told, against, contested, settled}.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from bot.conversation import Talk
from bot.messages import Button, Reply
from bot.nlu.normalise import words as folded
from bot.report import words
from bot.report.case import SKIPPED, band, merge
from bot.report.risk import OFFERED, RiskTalk
from bot.report.typed import titled
from bot.understand import Understanding, Understood, with_case

if TYPE_CHECKING:
    from bot.answers import Answers

TELLING = ("person", "what", "age", "platform", "money", "family", "by")  # what counts as "the first message told most"
STORY = {"act_now", "danger", "faith_and_honour", "report"}  # groups of topics that a person tells a story with
ALSO_OFFERS = {"faith_and_honour", "family", "help"}  # and under which it is offered once something was told
KNOWLEDGE = {"understand", "risks"}  # groups of topics that are asked about in general
OFFERS = {"act_now", "report", "professional"}  # groups of topics under which a plan is offered
YES_NO = {
    "danger": {"yes": "now", "no": "calm"},
    "family": {"yes": "safe", "no": "unsafe"},
    "ongoing": {"yes": "going_on", "no": "stopped"},
    "money": {"no": "none"},
    "meeting": {"yes": "planned", "no": "none"},
    "done": {"no": "nothing"},
}
AGE_ALONE = 4  # words of a message that is an age and no more
CARRIED = ("case", "asked", "told", "precise", "speaks", "language")  # what Rasa's form needs to know
LEAVES = {"menu", "greet", "erase_done", "delete_my_data", "leave", "stopped", "start_over", "not_available", "button_expired"}


@dataclass(frozen=True)
class Guide:
    """The report conversation with one set of words and rules."""

    answers: Answers
    understanding: Understanding

    # --- what a person types -----------------------------------------------------------------------------------------

    def hear(self, talk: Talk, text: str, seen: Understood | None) -> dict[str, Any]:
        """Takes what a message tells into the case, at any time; returns what changed. Contradictions wait in `against`."""
        report = talk.report
        case = report.setdefault("case", {})
        topic = self.answers.content.topics.get(seen.topic) if seen and seen.decision in ("answer", "ask") else None
        heard = self.answers.report.listener.hear(text, seen, str(case.get("person") or "") if talk.role != "pro" else "pupil")
        # "What is sextortion?" tells nothing about a case; "how dangerous is this?" starts the talk about risks.
        told = {} if topic and topic.group in KNOWLEDGE else {s: v for s, v in heard.items() if s != "risk"}
        report["heard"] = {s: v for s, v in heard.items() if s in ("risk", "age")} if not (seen and seen.danger) else {}
        if report.get("pending") == "age" and report.get("state") and (years := self._years(text)):
            told |= {"years": str(years), "age": band(years)}
        if self.wishes_it_stopped(talk, text):
            told["wants"] = "stop"
        elif self.answered_by(talk, text):  # an answer and no more: "nog niet" tells nothing else
            told = {s: v for s, v in told.items() if s in (report["pending"], "age", "years", "relation")}
        if talk.danger == "danger_honour" and "family" not in case:
            told.setdefault("family", "unsafe")
        changed, against = merge(case, told)
        report["fresh"] = bool(changed)
        for slot, value in against.items():
            if slot in report.get("settled", ()):  # asked about once already: the last word counts
                case[slot] = changed[slot] = value
            else:
                report["against"] = {slot: value, **({"years": told["years"]} if slot == "age" and "years" in told else {})}
        return changed

    def wishes_it_stopped(self, talk: Talk, text: str) -> bool:
        """Whether a whole message, while a question is open, is the wish that it stops. The model hears suicide in it; beside the question about danger it may be."""
        report = talk.report
        if report.get("state") != "asking" or report.get("pending") == "danger":
            return False
        return self.answers.report.listener.answer("wants", text, talk.language) == "stop"

    def is_answer(self, talk: Talk, text: str) -> bool:
        """Whether a whole message answers the open question, or wishes that it stops, and says no more than that."""
        return self.answered_by(talk, text) or self.wishes_it_stopped(talk, text)

    def answered_by(self, talk: Talk, text: str) -> bool:
        """Whether a whole message is one of the answers to the open question and no more: "stoppen" to "what do you want most", "hij is net 13"."""
        report, listener = talk.report, self.answers.report.listener
        if report.get("state") != "asking":
            return False
        pending = report.get("pending", "")
        if pending == "age" and len(folded(text)) <= AGE_ALONE and listener.years(text, bare=True):
            return True
        return bool(listener.answer(pending, text, talk.language))

    def asks_for_plan(self, text: str, language: str) -> str:
        """The language in which a whole message asks for the plan, as "maak een plan", else "". Needs no model: one hears suicide in it."""
        return self.answers.report.listener.in_language("plan", text, language)

    async def typed(self, talk: Talk, text: str, seen: Understood | None, changed: dict[str, Any], at: datetime.datetime) -> list[Reply] | None:
        """Replies when the message belongs to the report conversation; None when it is for the rest of Noor to answer."""
        report = talk.report
        state = report.get("state", "")
        word = self.answers.report.listener.word(text, slips=state == "asking")
        if report.get("against") and state:
            return [self._conflict(talk)]
        risk = RiskTalk(self.answers)
        if "risk" in report.get("heard", ()) and state != "asking":
            return risk.tap(talk, "start", at)
        if state != "asking" and (risky := risk.typed(talk, text, at)) is not None:
            return risky
        if word == "plan":
            return await self.begin(talk, at)
        if word == "sheet" and state == "planned":
            return await self.tap(talk, "sheet", at)
        if state == "asking":
            replies = await self._while_asking(talk, text, seen, changed, word, at)
            if replies and seen and seen.danger and self.wishes_it_stopped(talk, text):
                replies = [self._check_on(talk), *replies]
            return replies
        if state == "planned" and changed and not self._asks(text, seen):
            return [words.plan(self.answers, talk, at, changed)]
        return None

    async def _while_asking(
        self, talk: Talk, text: str, seen: Understood | None, changed: dict[str, Any], word: str, at: datetime.datetime
    ) -> list[Reply] | None:
        report = talk.report
        pending, case = report["pending"], report["case"]
        if word in ("back", "why", "wrong") or (word in ("skip", "pause") and not self.answered_by(talk, text)):
            return await self.tap(talk, word, at)
        # "Yes, home is safe" while something else was asked answers what it says, not what was asked.
        if case.get(pending) is None:
            value = self.answers.report.listener.answer(pending, text, talk.language) if changed else self._short_answer(talk, pending, text, word, seen)
            if value:
                self._set(talk, pending, value)
        if case.get(pending) is not None:
            return await self._go_on(talk, at)
        yes_or_no = self.answers.report.listener.word(" ".join(folded(text)[:1])) in ("yes", "no")
        if changed and (yes_or_no or not self._asks(text, seen)):
            return await self._go_on(talk, at, above=self.answers.say("r_kept", talk))
        if seen and seen.decision == "answer" and seen.topic not in ("affirm", "deny", "follow_up"):
            return None  # another question in between: it is answered, then `after` repeats ours
        if "?" in text or "؟" in text:
            return None
        return [words.question(self.answers, talk, pending, [self.answers.say("r_not_an_answer", talk)])]

    def _short_answer(self, talk: Talk, slot: str, text: str, word: str, seen: Understood | None) -> str:
        """What a short message answers to the open question: as people type it, as yes or no, or as a button says it."""
        if (value := self.answers.report.listener.answer(slot, text, talk.language)) or word == "skip":
            return value
        said = word if word in ("yes", "no") else ""
        split = folded(text)
        if not said and seen and seen.decision == "answer" and len(split) < 5:
            said = {"affirm": "yes", "deny": "no"}.get(seen.topic, "")
            said = "" if said == "yes" and slot == "family" else said  # that home is safe is never guessed
        if not said and 0 < len(split) < 7:
            first = self.answers.report.listener.word(split[0])
            # "Yes, he would hit her" is no yes to "is it safe?": there only a plain yes counts.
            said = first if first == "no" or (first == "yes" and slot != "family") else ""
        if value := YES_NO.get(slot, {}).get(said, ""):
            return value
        asked = self.answers.report.rules.question(slot)
        return titled({a: words.say(self.answers, f"a_{slot}_{a}", talk) for a in (asked.answers if asked else ())}, text)

    def _asks(self, text: str, seen: Understood | None) -> bool:
        """Whether a message is a question of its own, not a part of the story."""
        if "?" in text or "؟" in text:
            return True
        topic = self.answers.content.topics.get(seen.topic) if seen and seen.decision == "answer" else None
        return topic is not None and topic.group not in STORY and topic.name not in ("affirm", "deny")

    def _years(self, text: str) -> int | None:
        return self.answers.report.listener.years(text, bare=len(folded(text)) < 6)

    # --- what a person taps ------------------------------------------------------------------------------------------

    async def tap(self, talk: Talk, value: str, at: datetime.datetime) -> list[Reply]:
        """A button of the report conversation: start, an answer "age.from_12", why, skip, back, pause, wrong, steps, precise, sheet."""
        report = talk.report
        slot, _, answer = value.partition(".")
        asked = self.answers.report.rules.question(slot)
        if asked and answer in asked.answers:
            return await self._answered(talk, slot, answer, at)
        if value in ("sheet", "page"):
            from bot.report.sheet import offer

            return offer(self.answers, talk, page=value == "page")
        if value == "steps":
            return [self._notice(talk, "plan_choose_step", words.step_buttons(self.answers, talk), "report_steps")]
        if value == "precise":
            report["precise"] = True
            return await self._go_on(talk, at)
        if value == "wrong":
            return [self._which_wrong(talk)]
        if slot == "redo" and self.answers.report.rules.question(answer):
            self._forget(talk, answer)
            return [self._ask(talk, answer)]
        if value == "pause":
            report["state"] = "paused"
            return [self._notice(talk, "r_paused", [self._start_button(talk), *self.answers.way_out(talk)], "report_paused")]
        if report.get("state") != "asking":
            return await self.begin(talk, at)
        if value == "why":
            return [words.question(self.answers, talk, report["pending"], [self.answers.say(f"why_{report['pending']}", talk)])]
        if value == "skip":
            if report["case"].get(report["pending"]) is None:  # told a moment ago, beside a danger: it is kept
                self._set(talk, report["pending"], SKIPPED)
            doubt = self.answers.say("r_danger_doubt", talk) if report["pending"] == "danger" else ""
            return await self._go_on(talk, at, above=doubt)
        if value == "back":
            return [self._back(talk)]
        return await self.begin(talk, at)

    async def _answered(self, talk: Talk, slot: str, answer: str, at: datetime.datetime) -> list[Reply]:
        report = talk.report
        had_plan = report.get("state") == "planned"
        self._set(talk, slot, answer)
        replies = []
        if slot == "danger" and answer == "now":
            talk.danger = talk.topic = "danger_violence_now"
            replies = [replace(self.answers.topic("danger_violence_now", talk, at), urgent=True)]
        if had_plan:
            return [*replies, words.plan(self.answers, talk, at, {slot: report["case"][slot]})]
        report["state"] = "asking"
        return [*replies, *await self._go_on(talk, at)]

    async def begin(self, talk: Talk, at: datetime.datetime) -> list[Reply]:
        """Starts, goes on after a pause, or gives the plan once more."""
        report = talk.report
        case = report.setdefault("case", {})
        if report.get("state") == "planned":
            return [words.plan(self.answers, talk, at)]
        fresh = "asked" not in report
        if fresh:
            report.update(asked=[], told=self._told(talk))
        if talk.role == "parent" and case.get("person") is None:
            case["person"] = "child"
        # A danger that was answered a moment ago is danger now; what relatives would do if they knew is asked about.
        if talk.danger and talk.danger != "danger_honour" and "danger" not in case:
            case["danger"] = "now"
        if talk.danger == "danger_honour" and case.get("family") in (None, SKIPPED):
            case["family"] = "unsafe"
        report["state"] = "asking"
        return await self._go_on(talk, at, above=self.answers.say("r_intro", talk) if fresh else "", correct=True)

    # --- what comes next ---------------------------------------------------------------------------------------------

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

    async def _go_on(self, talk: Talk, at: datetime.datetime, above: str = "", correct: bool = False) -> list[Reply]:
        if talk.report.get("against"):
            return [self._conflict(talk)]
        slot = await self.next_slot(talk)
        if slot:
            line = words.heard_line(self.answers, talk) if correct else ""
            return [self._ask(talk, slot, [above, line], correct=bool(line))]
        talk.report.update(state="planned", pending="")
        talk.report.pop("precise", None)
        again = talk.report.pop("redone", "")  # an answer of a plan that was there already: what changed is said first
        return [words.plan(self.answers, talk, at, {again: talk.report["case"].get(again)} if again else None)]

    def _ask(self, talk: Talk, slot: str, above: list[str] | None = None, correct: bool = False) -> Reply:
        report = talk.report
        report.update(state="asking", pending=slot)
        report.setdefault("told", self._told(talk))
        report["asked"] = [*(s for s in report.get("asked", ()) if s != slot), slot]
        return words.question(self.answers, talk, slot, above or [], correct)

    def _told(self, talk: Talk) -> int:
        """How much was known before the first question."""
        return sum(talk.report.get("case", {}).get(slot) is not None for slot in TELLING)

    def _set(self, talk: Talk, slot: str, value: str) -> None:
        """An answer to a question: it counts, whatever was understood before."""
        report = talk.report
        case = report.setdefault("case", {})
        if report.get("state") == "planned":
            report["pending"] = ""
        case[slot] = [value] if slot in ("what", "done") and value != SKIPPED else value
        if slot == "age" and band(int(case.get("years") or 0)) != value:
            contested = report.get("contested", {})
            case.pop("years", None)
            if contested.get("age") == value and contested.get("years"):
                case["years"] = contested["years"]

    def _forget(self, talk: Talk, slot: str) -> None:
        case = talk.report.get("case", {})
        for name in (slot, *(("years",) if slot == "age" else ()), *(("relation",) if slot == "person" else ())):
            case.pop(name, None)
        if talk.report.get("state") == "planned":
            talk.report["redone"] = slot
        talk.report["state"] = "asking"

    def _back(self, talk: Talk) -> Reply:
        report = talk.report
        earlier = [s for s in report.get("asked", ()) if s != report["pending"]]
        slot = earlier[-1] if earlier else report["pending"]
        report["asked"] = earlier[:-1]
        self._forget(talk, slot)
        return self._ask(talk, slot)

    # --- around everything else --------------------------------------------------------------------------------------

    def after(self, talk: Talk, replies: list[Reply]) -> list[Reply]:
        """Whatever was answered: the open question comes again below it, or a plan is offered."""
        if not replies or talk.answered_by != "bot" or any(r.sender != "noor" or r.topic.startswith(("report_", "risk_")) for r in replies):
            return replies
        state, last = talk.report.get("state", ""), replies[-1]
        if state == "asking" and last.topic in LEAVES:
            talk.report["state"] = state = "paused"
        if any(r.urgent or r.topic.startswith("danger_") for r in replies):
            # Nothing may stand below a danger but, last, the way to a plan.
            return [*replies[:-1], self._with(last, self._start_button(talk), first=False)] if state or self._told(talk) > 1 else replies
        if state == "asking":
            return [*replies, words.question(self.answers, talk, talk.report["pending"], [self.answers.say("r_back_to", talk)])]
        topic = self.answers.content.topics.get(replies[0].topic)
        if replies[0].topic in ("nlu_fallback", "out_of_scope") and self._told(talk) > 1:
            return [self._with(replies[0], self._start_button(talk)), *replies[1:]]
        if topic and topic.name in OFFERED:
            return [self._with(replies[0], RiskTalk(self.answers).button(talk)), *replies[1:]]
        if not topic or (topic.group not in OFFERS and self._told(talk) < (2 if topic.group in ALSO_OFFERS else 3)):
            return replies
        offered = self._with(replies[0], self._start_button(talk))
        line = words.heard_line(self.answers, talk) if talk.report.pop("fresh", False) and not state else ""
        if line:
            offered = replace(self._with(offered, self.answers.button("report:wrong", "r_wrong", talk), at=1), text=offered.text + "\n\n" + line)
        return [offered, *replies[1:]]

    def _with(self, reply: Reply, button: Button, first: bool = True, at: int = 0) -> Reply:
        buttons = list(reply.buttons)
        buttons.insert(at if first else len(buttons), button)
        return replace(reply, buttons=tuple(buttons))

    def _start_button(self, talk: Talk) -> Button:
        return self.answers.button("report:start", "r_resume" if talk.report.get("state") else "r_start", talk)

    def _check_on(self, talk: Talk) -> Reply:
        """The wish that it stops is taken as said, and asked after once: it can be more."""
        links = self.answers.links(["suicide_113"], talk.language, True)
        return Reply("report_stop_wish", self.answers.say("r_stop_wish", talk), talk.language, links=tuple(links))

    def _which_wrong(self, talk: Talk) -> Reply:
        key = "plan_which_changed" if talk.report.get("state") == "planned" else "r_which_wrong"
        rules, case = self.answers.report.rules, talk.report.get("case", {})
        buttons = {s: Button(f"report:redo.{s}", w) for s, w in words.known_words(self.answers, case, talk) if rules.question(s)}
        return self._notice(talk, key, [*buttons.values(), self._start_button(talk)], "report_wrong")

    def _conflict(self, talk: Talk) -> Reply:
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

    def _notice(self, talk: Talk, key: str, buttons: list[Button], topic: str) -> Reply:
        return self.answers.notice(key, talk, buttons, topic=topic)
