"""How dangerous is this? A short talk of three questions that ends in what protects. The same words for daughter and son.

A perspective (faith, honour) is the person's own choice, asked only when faith or what people say worries her most, never inferred.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.conversation import Talk
from bot.messages import Button, Reply
from bot.nlu.normalise import words as folded
from bot.report import words
from bot.report.case import band

if TYPE_CHECKING:
    from bot.answers import Answers

ANSWERS = {
    "age": ("under_12", "from_12", "from_16", "from_18"),
    "what": ("nothing", "sent", "spread", "contact"),
    "worry": ("safety", "people", "faith", "law", "feelings"),
}
PERSPECTIVES = ("islam", "hinduism", "christianity", "honour", "no")
PARTS = {"islam": "faith islam", "hinduism": "faith hinduism", "christianity": "faith christianity", "honour": "honour"}
ASKS_PERSPECTIVE = {"people", "faith"}
FROM_CASE = {"spread": "spread", "threat": "spread", "fake": "spread", "contact": "contact", "request": "contact"}  # what was told already
NEXT = {
    "nothing": ("start_conversation", "safer_image_sharing"),
    "sent": ("safer_image_sharing", "child_under_pressure"),
    "spread": ("image_spread", "support_child_after"),
    "contact": ("adult_contacts_child", "grooming_signs"),
}
MORE = {"safety": "who_can_help", "people": "honour_and_gossip", "faith": "faith_and_sexting", "law": "law_spreading", "feelings": "signs_at_home"}
# What these topics tell parents about their child, somebody it happened to reads elsewhere.
OF_ONESELF = {
    "start_conversation": "i_am_young",
    "child_under_pressure": "child_under_pressure",
    "support_child_after": "is_it_her_own_fault",
    "adult_contacts_child": "child_under_pressure",
    "honour_and_gossip": "family_must_not_know",
    "signs_at_home": "who_can_help",
}
OFFERED = {"consequences_for_victim", "who_is_at_risk", "is_sexting_normal", "what_is_shame_sexting", "boys_as_victims"}


@dataclass(frozen=True)
class RiskTalk:
    """The risk conversation; `talk.report["risk"]` holds its answers."""

    answers: Answers

    def tap(self, talk: Talk, value: str, at: datetime.datetime) -> list[Reply]:
        """A button: "start", or an answer as "age.from_12"."""
        slot, _, answer = value.partition(".")
        risk = talk.report.setdefault("risk", {})
        if value == "start":
            risk.clear()
            risk["open"] = "yes"
            self._from_case(talk)
        elif answer in ANSWERS.get(slot, ()):
            risk[slot] = answer
        elif slot == "perspective" and answer in PERSPECTIVES:
            talk.perspective = "" if answer == "no" else answer
            risk["asked"] = "yes"
        return [self._next(talk, first=value == "start")]

    def typed(self, talk: Talk, text: str, at: datetime.datetime) -> list[Reply] | None:
        """The answer to a question in words, as "15" or "wat mensen zeggen"; None when the text is something else."""
        value = self.answer(talk, text)
        return self.tap(talk, value, at) if value else None

    def answer(self, talk: Talk, text: str) -> str:
        """Which answer a text is to a question that is still open, as "age.from_12"; "" when it is none."""
        risk = talk.report.get("risk", {})
        said = set(folded(text))
        for slot in (s for s in ANSWERS if s not in risk) if risk.get("open") else ():
            if slot == "age" and (years := self.answers.report.listener.ages.find(text, bare=True)):
                return f"age.{band(years)}"
            titled = {c: set(folded(words.say(self.answers, ("a_age_" if slot == "age" else f"risk_a_{slot}_") + c, talk))) for c in ANSWERS[slot]}
            fitting = [c for c, title in titled.items() if said and said <= title]
            if len(fitting) == 1:
                return f"{slot}.{fitting[0]}"
        return ""

    def button(self, talk: Talk) -> Button:
        return self.answers.button("risk:start", "risk_start", talk)

    def _from_case(self, talk: Talk) -> None:
        """What was told already is not asked again."""
        case, risk = {**talk.report.get("case", {}), **(talk.report.get("heard") or {})}, talk.report["risk"]
        if case.get("age") in ANSWERS["age"]:
            risk["age"] = case["age"]
        if what := next((FROM_CASE[w] for w in case.get("what") or () if w in FROM_CASE), ""):
            risk["what"] = what

    def _next(self, talk: Talk, first: bool) -> Reply:
        risk = talk.report["risk"]
        for slot, choices in ANSWERS.items():
            if slot not in risk:
                intro = [self.answers.say("risk_intro", talk)] if first else []
                key = "a_age_" if slot == "age" else f"risk_a_{slot}_"
                buttons = [Button(f"risk:{slot}.{c}", words.say(self.answers, key + c, talk)) for c in choices]
                return Reply(f"risk_{slot}", "\n\n".join([*intro, words.say(self.answers, f"risk_q_{slot}", talk)]), talk.language, tuple(buttons))
        if risk["worry"] in ASKS_PERSPECTIVE and not talk.perspective and "asked" not in risk:
            buttons = [self.answers.button(f"risk:perspective.{p}", f"perspective_{p}", talk) for p in PERSPECTIVES]
            return Reply("risk_perspective", self.answers.say("risk_q_perspective", talk), talk.language, tuple(buttons))
        return self._picture(talk)

    def _picture(self, talk: Talk) -> Reply:
        """What the answers come to: the risks, what worries most, the chosen perspective, and at the end what protects."""
        answers, risk = self.answers, talk.report["risk"]
        risk.pop("open", None)
        lines = [words.say(answers, f"risk_{slot}_{risk[slot]}", talk) for slot in ANSWERS]
        if part := self._perspective(talk):
            lines.append(part)
        lines.append(words.say(answers, "risk_protects", talk))
        topics = [*NEXT[risk["what"]], MORE[risk["worry"]]]
        if words.known_facts(talk)["speaker"] in ("young", "adult"):
            topics = [OF_ONESELF.get(t, t) for t in topics]
        buttons = answers.topic_buttons(dict.fromkeys(topics), talk)
        if risk["what"] in ("spread", "contact"):
            buttons.insert(0, answers.button("report:start", "r_start", talk))
        helplines = ["helpwanted", "suicide_113", *(["veilig_thuis"] if risk["worry"] in ("safety", "people") else [])]
        return Reply(
            "risk_picture", "\n\n".join(lines), talk.language, (*buttons, *answers.way_out(talk)[:1]), tuple(answers.links(helplines, talk.language, True))
        )

    def _perspective(self, talk: Talk) -> str:
        part = PARTS.get(talk.perspective, "")
        for name in ("honour_and_gossip", "faith_and_sexting") if part == "honour" else ("faith_and_sexting", "honour_and_gossip"):
            topic = self.answers.content.topics.get(name)
            if topic and not topic.stale(talk.language):
                text = topic.texts.get(talk.language) or topic.texts["nl"]
                if own := text.parts.get(part):
                    content = self.answers.content
                    return content.facts.fill(own, talk.language, high_risk=topic.high_risk, rtl=content.rtl(talk.language))
        return ""
