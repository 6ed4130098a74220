"""What stands below an answer to something else: the open question once more, or the offer of a plan."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.conversation import Talk
from bot.messages import Button, Reply
from bot.report import words
from bot.report.asking import told
from bot.report.risk import OFFERED, RiskTalk

if TYPE_CHECKING:
    from bot.answers import Answers

OFFERS = {"act_now", "report", "professional"}  # groups of topics under which a plan is offered
ALSO_OFFERS = {"faith_and_honour", "family", "help"}  # and under which it is offered once something was told
LEAVES = {"menu", "greet", "erase_done", "delete_my_data", "leave", "stopped", "start_over", "not_available", "button_expired"}


@dataclass(frozen=True)
class Offer:
    """Puts the report conversation below other answers."""

    answers: Answers

    def below(self, talk: Talk, replies: list[Reply]) -> list[Reply]:
        """Whatever was answered: the open question comes again below it, or a plan is offered."""
        if not replies or talk.answered_by != "bot" or any(r.sender != "noor" or r.topic.startswith(("report_", "risk_")) for r in replies):
            return replies
        state, last = talk.report.get("state", ""), replies[-1]
        if state == "asking" and last.topic in LEAVES:
            talk.report["state"] = state = "paused"
        if any(r.urgent or r.topic.startswith("danger_") for r in replies):
            # Nothing may stand below a danger but, last, the way to a plan.
            return [*replies[:-1], _with(last, self.start_button(talk), at=len(last.buttons))] if state or told(talk) > 1 else replies
        if state == "asking":
            return [*replies, words.question(self.answers, talk, talk.report["pending"], [self.answers.say("r_back_to", talk)])]
        topic = self.answers.content.topics.get(replies[0].topic)
        if replies[0].topic in ("nlu_fallback", "out_of_scope") and told(talk) > 1:
            return [_with(replies[0], self.start_button(talk)), *replies[1:]]
        if topic and topic.name in OFFERED:
            return [_with(replies[0], RiskTalk(self.answers).button(talk)), *replies[1:]]
        if not topic or (topic.group not in OFFERS and told(talk) < (2 if topic.group in ALSO_OFFERS else 3)):
            return replies
        offered = _with(replies[0], self.start_button(talk))
        line = words.heard_line(self.answers, talk) if talk.report.pop("fresh", False) and not state else ""
        if line:
            offered = replace(_with(offered, self.answers.button("report:wrong", "r_wrong", talk), at=1), text=offered.text + "\n\n" + line)
        return [offered, *replies[1:]]

    def start_button(self, talk: Talk) -> Button:
        """The way to the plan: begin, or go on."""
        return self.answers.button("report:start", "r_resume" if talk.report.get("state") else "r_start", talk)


def _with(reply: Reply, button: Button, at: int = 0) -> Reply:
    buttons = list(reply.buttons)
    buttons.insert(at, button)
    return replace(reply, buttons=tuple(buttons))
