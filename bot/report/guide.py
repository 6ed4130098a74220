"""Leads through the report conversation: a message or a tap goes in, what Noor says comes out.

The order of questions and steps is the rules table's; this is only who speaks when. `talk.report` holds
{case, state: "" | asking | paused | planned, pending, asked: [slots], exact: [slots answered outright], told, against, contested, settled}.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from bot.conversation import Talk
from bot.messages import Button, Reply
from bot.nlu.normalise import words as folded
from bot.report import words
from bot.report.asking import Asking, told
from bot.report.case import SKIPPED
from bot.report.hearing import DETAILS, YES_NO, Hearing, home_in_doubt
from bot.report.offer import Offer
from bot.report.risk import RiskTalk
from bot.told import ABOUT, OFFERING
from bot.understand import Understanding, Understood

if TYPE_CHECKING:
    from bot.answers import Answers

LAST_OFFERED = 10  # buttons of the last replies, among them what was understood and can be corrected
HALF_HEARD = 0.6  # how likely a topic must be to be answered where a payment is told
FAULT, OF_SPREADER = "is_it_her_own_fault", "consequences_for_spreader"


@dataclass(frozen=True)
class Guide:
    """The report conversation with one set of words and rules."""

    answers: Answers
    understanding: Understanding

    @property
    def hearing(self) -> Hearing:
        return Hearing(self.answers)

    @property
    def asking(self) -> Asking:
        return Asking(self.answers, self.understanding)

    @property
    def offer(self) -> Offer:
        return Offer(self.answers)

    # --- what a person types -----------------------------------------------------------------------------------------

    def wish(self, talk: Talk, text: str) -> tuple[str, str]:
        """(tap, language) of a whole message that asks for the plan or, once there is one, for the sheet; ("", "") when it asks for neither.
        Needs no model: one hears suicide in "ik wil het blad"."""
        state = talk.report.get("state", "")
        for kind, tap in (("plan", "start"), ("sheet", "sheet" if state == "planned" else "later")):  # no sheet without a plan: the questions go on
            code = self.answers.report.listener.in_language(kind, text, talk.language) if kind == "plan" or state or told(talk) > 1 else ""
            if code:
                return tap, code
        return "", ""

    def answers_instead(self, talk: Talk, button: str, text: str) -> bool:
        """Whether what was typed answers the open question, though it reads as another button: "a pupil" as the one that asked it anew, "9" as the ninth."""
        return (button.startswith("report:redo.") or text.strip().isdigit()) and self.hearing.is_answer(talk, text)

    async def typed(self, talk: Talk, text: str, seen: Understood | None, changed: dict[str, Any], at: datetime.datetime) -> list[Reply] | None:
        """Replies when the message belongs to the report conversation; None when it is for the rest of Noor to answer."""
        report = talk.report
        state = report.get("state", "")
        word = self.answers.report.listener.word(text, slips=state == "asking")
        if report.get("against") and state:
            return [self.asking.conflict(talk)]
        risk = RiskTalk(self.answers)
        if "risk" in report.get("heard", ()) and state != "asking":
            return risk.tap(talk, "start", at)
        if state != "asking" and (risky := risk.typed(talk, text, at)) is not None:
            return risky
        if seen and seen.decision == "answer" and seen.topic == FAULT and "did_it" in (report["case"].get("what") or ()):
            return [self.answers.topic(OF_SPREADER, talk, at)]  # "is it his fault?" of a son who passed it on: not "no, never"
        if word == "wrong" and state == "planned":
            return [self._which_wrong(talk)]
        if word == "pause" and state == "planned":
            return [self._paused(talk)]
        if state == "planned" and report.get("again"):  # "17", which was known
            return [words.plan(self.answers, talk, at)]
        if word == "back" and state == "planned":  # the model hears "start over" in it, which would forget everything
            return await self.begin(talk, at)
        yes = word == "yes" or (seen is not None and (seen.topic, seen.decision) == ("affirm", "answer"))
        if state in ("", "paused") and yes and talk.last in OFFERING:  # "shall I put the steps in order?"
            return await self.begin(talk, at)
        if state in ("", "paused") and word in ("wrong", "no", "yes") and "report:wrong" in list(talk.offered)[-LAST_OFFERED:]:
            return await self.begin(talk, at) if word == "yes" else [self._which_wrong(talk)]  # "... Is that right?"
        if state == "asking":
            replies = await self._while_asking(talk, text, seen, changed, word, at)
            if replies and seen and seen.danger and self.hearing.wishes_it_stopped(talk, text):
                replies = [self._check_on(talk), *replies]
            return replies
        if state == "planned" and changed and not self.hearing.asks(text):
            return [words.plan(self.answers, talk, at, changed)]
        if state in ("", "paused") and talk.report["case"].get("what") and self.hearing.detail(text, changed):
            return [self._kept(talk)]
        if state in ("", "paused") and seen and self._goes_on(talk, text, seen):
            return [self._kept(talk)]
        if state in ("", "paused") and changed and seen and (seen.decision in ("ask", "out_of_scope") or seen.topic == "i_am_young" or _paid(seen, changed)) and not self.hearing.asks(text):
            return self._told_more(talk, changed, at)
        return None

    def _goes_on(self, talk: Talk, text: str, seen: Understood) -> bool:
        """Whether somebody goes on telling, bit by bit, what was answered in full: "or else he sends it to my followers". Nobody asked to hear that again."""
        told = seen.decision == "answer" and seen.topic == talk.topic and f"{seen.topic} more" in talk.said
        return told and talk.topic in ABOUT.values() and bool(talk.report["case"].get("what")) and not self.hearing.asks(text)

    def _told_more(self, talk: Talk, changed: dict[str, Any], at: datetime.datetime) -> list[Reply] | None:
        """Replies to more of a story that the model makes nothing of: "he sent them 100 before he told me" is a payment, "2 havo zit ze. ze is 15" an age."""
        happened = changed.get("what") or ()
        topic = "already_paid" if changed.get("money") == "paid" else next((t for w, t in ABOUT.items() if w in happened), "")
        if topic and topic not in talk.said:
            talk.topic, talk.not_understood = topic, 0
            return [self.answers.topic(topic, talk, at)]
        if talk.report["case"].get("what") and changed.keys() & (DETAILS | {"money"}):
            talk.not_understood = 0
            return [self._kept(talk)]
        return None

    async def _while_asking(
        self, talk: Talk, text: str, seen: Understood | None, changed: dict[str, Any], word: str, at: datetime.datetime
    ) -> list[Reply] | None:
        report = talk.report
        pending, case = report["pending"], report["case"]
        if word in ("back", "why", "wrong") or (word in ("skip", "pause") and not self.hearing.answered_by(talk, text)):
            return await self.tap(talk, word, at)
        if report.pop("shown", False) and pending in YES_NO and self.answers.report.listener.agrees(text):
            return [words.question(self.answers, talk, pending)]  # "that is right", of what stood above the question: never a yes to danger
        # "Yes, home is safe" while something else was asked answers what it says, not what was asked.
        if case.get(pending) is None:
            value = self.answers.report.listener.answer(pending, text, talk.language) if changed else self.hearing.short_answer(talk, pending, text, word, seen)
            if not value and pending == "danger":
                if self.hearing.opens_calm(talk, text):
                    value = "calm"
                elif word != "no" and self.hearing.secretive(text) and not report.get("made_sure"):
                    report["made_sure"] = True
                    return [words.question(self.answers, talk, pending, [self.answers.say("r_make_sure", talk)])]
            if (pending, value) == ("danger", "now"):  # typed, it is danger as much as tapped
                return await self._answered(talk, pending, value, at)
            if value:
                self.asking.set(talk, pending, value)
        if case.get(pending) is not None:
            return await self.asking.go_on(talk, at)
        yes_or_no = self.answers.report.listener.word(" ".join(folded(text)[:1])) in ("yes", "no")
        if (changed or report.get("again")) and (yes_or_no or self.hearing.detail(text, changed) or not self.hearing.asks(text)):
            return await self.asking.go_on(talk, at, above=self.answers.say("r_kept", talk))
        if seen and seen.decision == "answer" and seen.topic not in ("affirm", "deny", "follow_up"):
            return None  # another question in between: it is answered, then `after` repeats ours
        if self.hearing.asks(text):
            return None
        return [words.question(self.answers, talk, pending, [self.answers.say("r_not_an_answer", talk)])]

    # --- what a person taps ------------------------------------------------------------------------------------------

    async def tap(self, talk: Talk, value: str, at: datetime.datetime) -> list[Reply]:
        """A button of the report conversation: start, an answer "age.from_12", why, skip, back, pause, wrong, steps, precise, sheet."""
        report = talk.report
        slot, _, answer = value.partition(".")
        asked = self.answers.report.rules.question(slot)
        if asked and answer in asked.answers:
            return await self._answered(talk, slot, answer, at)
        if value in ("sheet", "page"):
            self._alarmed(talk)
            from bot.report.sheet import offer

            return offer(self.answers, talk, page=value == "page")
        if value == "steps":
            return [self._notice(talk, "plan_choose_step", words.step_buttons(self.answers, talk), "report_steps")]
        if value == "precise":
            report["precise"] = True
            return await self.asking.go_on(talk, at)
        if value == "wrong":
            return [self._which_wrong(talk)]
        if slot == "redo" and self.answers.report.rules.question(answer):
            self.asking.forget(talk, answer)
            return [self.asking.ask(talk, answer)]
        if value == "later":
            return await self.begin(talk, at, "r_sheet_later")
        if value == "pause":
            report["state"] = "paused"
            return [self._paused(talk)]
        if report.get("state") != "asking":
            return await self.begin(talk, at)
        if value == "why":
            return [words.question(self.answers, talk, report["pending"], [self.answers.say(f"why_{report['pending']}", talk)])]
        if value == "skip":
            if report["case"].get(report["pending"]) is None:  # told a moment ago, beside a danger: it is kept
                self.asking.set(talk, report["pending"], SKIPPED)
            doubt = self.answers.say("r_danger_doubt", talk) if report["pending"] == "danger" else ""
            return await self.asking.go_on(talk, at, above=doubt)
        if value == "back":
            return [self.asking.back(talk)]
        return await self.begin(talk, at)

    async def _answered(self, talk: Talk, slot: str, answer: str, at: datetime.datetime) -> list[Reply]:
        report = talk.report
        had_plan = report.get("state") == "planned"
        self.asking.set(talk, slot, answer)
        replies = []
        if slot == "danger" and answer == "now":
            talk.danger = talk.topic = "danger_violence_now"
            replies = [replace(self.answers.topic("danger_violence_now", talk, at), urgent=True)]
        if had_plan:
            return [*replies, words.plan(self.answers, talk, at, {slot: report["case"][slot]})]
        report["state"] = "asking"
        return [*replies, *await self.asking.go_on(talk, at)]

    async def begin(self, talk: Talk, at: datetime.datetime, first: str = "") -> list[Reply]:
        """Starts, goes on after a pause, or gives the plan once more. `first`: the key of what is said above the question."""
        report = talk.report
        case = report.setdefault("case", {})
        self._alarmed(talk)
        if report.get("state") == "planned":
            return [words.plan(self.answers, talk, at)]
        fresh, between = "asked" not in report, report.get("state") == "asking"
        if fresh:
            report.update(asked=[], told=told(talk))
        if talk.role == "parent" and case.get("role") != "pro" and case.get("person") is None:
            case["person"] = "child"
        if talk.danger == "danger_honour" and case.get("family") in (None, SKIPPED) and not home_in_doubt(talk):
            case["family"] = "unsafe"
        report["state"] = "asking"
        above = self.answers.say(first or ("r_intro" if fresh else "r_back_to"), talk) if first or fresh or between else ""
        return await self.asking.go_on(talk, at, above=above, correct=not between)

    def _alarmed(self, talk: Talk) -> None:
        """A danger that was answered a moment ago is danger now when the rules saw it, unless she said that it is safe; what the model alone heard is asked,
        and so is what relatives would do if they knew."""
        report = talk.report
        if talk.details.get("danger_heard") in ("mistaken", "stays"):
            return  # "no, he just shouts": whether somebody is in danger is asked
        if talk.danger and talk.danger != "danger_honour" and report.get("alarm") != "model" and "danger" not in report.get("case", {}):
            report.setdefault("case", {})["danger"] = "calm" if talk.details.get("danger_heard") == "safe" else "now"

    def _check_on(self, talk: Talk) -> Reply:
        """The wish that it stops is taken as said, and asked after once: it can be more."""
        links = self.answers.links(["suicide_113"], talk.language, True)
        return Reply("report_stop_wish", self.answers.say("r_stop_wish", talk), talk.language, links=tuple(links))

    def _kept(self, talk: Talk) -> Reply:
        """A detail that came after the story: what is known now, and the way to a plan."""
        text = "\n\n".join(line for line in (self.answers.say("r_kept", talk), words.heard_line(self.answers, talk)) if line)
        buttons = [self.offer.start_button(talk), self.answers.button("report:wrong", "r_wrong", talk), *self.answers.way_out(talk)[:1]]
        return Reply("report_kept", text, talk.language, tuple(buttons))

    def _which_wrong(self, talk: Talk) -> Reply:
        key = "plan_which_changed" if talk.report.get("state") == "planned" else "r_which_wrong"
        rules, case = self.answers.report.rules, talk.report.get("case", {})
        buttons = {s: Button(f"report:redo.{s}", w) for s, w in words.known_words(self.answers, case, talk) if rules.question(s)}
        return self._notice(talk, key, [*buttons.values(), self.offer.start_button(talk)], "report_wrong")

    def _paused(self, talk: Talk) -> Reply:
        return self._notice(talk, "r_paused", [self.offer.start_button(talk), *self.answers.way_out(talk)], "report_paused")

    def _notice(self, talk: Talk, key: str, buttons: list[Button], topic: str) -> Reply:
        return self.answers.notice(key, talk, buttons, topic=topic)


def _paid(seen: Understood, changed: dict[str, Any]) -> bool:
    """Whether a payment is heard in words of which the model is not sure: "he sent them 100 before he told me"."""
    return changed.get("money") == "paid" and seen.decision == "answer" and seen.candidates[0][1] < HALF_HEARD
