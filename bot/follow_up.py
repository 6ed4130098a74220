"""A short message that goes on about the last answer: "en als hij 16 is?", "ze is 14", "en op tiktok?", "wie bel ik daarvoor?".

What stands above is not said again: the reply is what changes with it, and that the rest stays.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace
from typing import Any

from bot.answers import Answers, speaks_as
from bot.conversation import Talk
from bot.fitting import as_topic
from bot.messages import Reply
from bot.nlu.normalise import words
from bot.report import words as report_words
from bot.report.hearing import YOUNG
from bot.safety import Safety
from bot.understand import Understood

OWN_QUESTION = 0.8  # how likely the topic of a question that names an age must be to be answered itself: "what about his punishment, hes 15"
OWN_WORDS, FEW = 0.95, 4  # and of one in at least so many words that names none
SHORT = 7  # words: a message this short can lean on the last answer
ALONE = 0.4  # how likely the topic of a short message in a talk must be to be answered without asking
BARE = 5  # words: "ze is pas 14 hoor", an age and no more
BY_AGE, AGES = "talk_by_age", (9, 12, 16)  # the topic whose further part has a paragraph for each age, and where the second and next begin
AT_EASE = (  # topics asked about before anything happened: there an age is about how to talk
    "agreements_and_phone_checks", "is_sexting_normal", "privacy_and_passwords", "signs_at_home", "start_conversation", "talk_by_age", "talk_with_son", "what_is_sexting", "what_not_to_say",
)  # fmt: skip
ELSEWHERE = "report_to_platform"  # where an app is told about that the last answer knows nothing of


@dataclass(frozen=True)
class FollowUps:
    """Answers short messages from the talk's last topic."""

    answers: Answers
    safety: Safety

    def first(self, talk: Talk) -> bool:
        """Whether a message may lean on the last answer before the report conversation looks at it: no question of that is open, and no plan to change."""
        return talk.report.get("state", "") in ("", "paused") and not talk.report.get("risk", {}).get("open")

    def meant(self, talk: Talk, text: str, seen: Understood) -> Understood:
        """ "And the school?", "okul?": little to be sure of, but in the middle of a talk; where one topic stands alone among the likely ones it is that one."""
        first, second = ([p for _, p in seen.candidates[:2]] + [0.0, 0.0])[:2]
        leans = self.safety.goes_on(text) or (talk.topic in self.answers.content.topics and len(words(text)) <= SHORT)
        if seen.decision in ("ask", "out_of_scope") and leans and first >= ALONE and second <= first / 4:
            return replace(as_topic(seen, seen.topic), decision="answer")
        return seen

    def leaning(self, talk: Talk, text: str, seen: Understood, at: datetime.datetime) -> list[Reply]:
        """Replies to a message that leans on the last answer; [] when it does not, or when what it leans with is not known."""
        if talk.topic not in self.answers.content.topics or len(words(text)) > SHORT:
            return []
        if self.safety.asks_who_to_call(text) and "organisation" not in seen.details():  # "helpwanted numarası ne" asks for that one
            return [self.answers.who_to_call(talk, at)]
        goes_on = self.safety.goes_on(text) or (seen.decision == "answer" and seen.topic == "follow_up")
        told = len(words(text)) <= BARE and not self.safety.asks(text)
        if not goes_on and not told:
            return []
        whole = len(words(text)) > BARE and seen.decision == "answer" and seen.topic not in ("follow_up", talk.topic)  # "does my son have to tell the police?" is a question of its own
        if whole and seen.candidates[0][1] >= OWN_QUESTION:
            return []
        if self._asks_itself(talk, text, seen):
            return []
        details = {k: v for k, v in seen.details().items() if k in ("relation", "platform") and goes_on and not (whole and k == "relation")}
        ages = self.answers.report.listener.ages
        if (years := ages.find(text, bare=True, without=self._others(talk, text))) and (years <= YOUNG or ages.find(text) or not talk.report.get("case", {}).get("what")):  # "50 sent, not more" is no age
            details["age"] = str(years)
        changed = self.changed(talk, details, at)
        return [changed] if changed else []

    def changed(self, talk: Talk, details: dict[str, str], at: datetime.datetime) -> Reply | None:
        """What an age, another child or an app changes in the last answer; None when nothing of it is known."""
        answers, says = self.answers, self.answers.say
        full = answers.topic(talk.topic, talk, at)
        topic = answers.content.topics[full.topic]
        lines = []
        if topic.name in AT_EASE and not talk.report.get("case", {}).get("what") and speaks_as(talk) in ("parent", "") and (by_age := self._by_age(talk, details.get("age", ""), at)):
            return by_age
        if topic.group != "help" and (note := self._age_note(talk, details.get("age", ""))):  # a line's card holds for every age
            lines += [says("r_kept", talk)] if talk.asked else [says(note, talk), *([says("detail_young", talk)] if self._young(talk, details) else [])]
        elif (who := "follow_up_" + details.get("relation", "")) in answers.content.interface["nl"]:
            lines.append(says("follow_up_same", talk, who=says(who, talk)))
        elif own := topic.texts[full.language].parts.get("platform " + details.get("platform", "")):
            lines.append(answers.content.facts.fill(own, full.language, high_risk=topic.high_risk, rtl=answers.content.rtl(full.language)))
        elsewhere = answers.content.topics[ELSEWHERE]
        if not lines and "platform " + details.get("platform", "") in elsewhere.texts["nl"].parts:
            talk.details["platform"] = details["platform"]
            return answers.topic(ELSEWHERE, talk, at)
        if not lines:
            return None
        if talk.asked:  # beside a danger its question stays the last word
            lines.append(answers.topic(talk.asked, talk, at).text.rpartition("\n\n")[2])
        elif "relation" not in details or "age" in details:
            lines.append(says("follow_up_still", talk))
        return replace(full, text="\n\n".join(lines), urgent=bool(talk.asked))

    def _others(self, talk: Talk, text: str) -> set[int]:
        """The ages in a message that are somebody else's: "he says he is 30", of a man who writes to a girl of 12."""
        case: dict[str, Any] = talk.report.get("case", {})
        what = case.get("what") or ()
        return self.answers.report.listener.whose.others(text, str(case.get("person") or ""), str(case.get("relation") or ""), "did_it" in what, "contact" in what)

    def _asks_itself(self, talk: Talk, text: str, seen: Understood) -> bool:
        """Whether a few words ask what the model is sure of, and no age changes it: "peki oğlum hapse girer mi", after an answer about something else."""
        sure = seen.decision == "answer" and seen.topic not in ("follow_up", talk.topic) and seen.candidates[0][1] >= OWN_WORDS
        return sure and len(words(text)) >= FEW and self.safety.asks(text) and not self.answers.report.listener.ages.find(text, bare=True)

    def _by_age(self, talk: Talk, age: str, at: datetime.datetime) -> Reply | None:
        """How to talk with a child of this age; None when no age is told or nobody wrote it."""
        full = self.answers.topic(BY_AGE, talk, at, part="more")
        paragraphs = full.text.split("\n\n")
        if not age.isdigit() or int(age) >= 18 or len(paragraphs) != len(AGES) + 1:
            return None
        return replace(full, text=paragraphs[sum(int(age) >= begin for begin in AGES)], part="")

    def rest(self, text: str) -> str:
        """What follows "en", "and what about", "peki ya" at the beginning of a message; "" when nothing does."""
        return self.safety.after_start(text)

    def _age_note(self, talk: Talk, age: str) -> str:
        note = self.answers.age_note(age)
        known: dict[str, Any] = report_words.known_facts(talk)
        own = note.replace("age_", "age_did_")
        return own if known["side"] == "spreader" and own in self.answers.content.interface["nl"] else note

    def _young(self, talk: Talk, details: dict[str, str]) -> bool:
        return speaks_as(talk) == "young" and details["age"].isdigit() and int(details["age"]) < 18
