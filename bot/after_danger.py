"""What somebody says right after a danger answer: the answer to its one question, "I don't dare to call", "I called", "no thanks", "no, in a game".

Whom it protects: the mother who writes "he is asleep and I sit beside him" must not get the same numbers again, nor a lesson about something else. Needs no model:
patterns of every language (data/after_danger/) look at every message. The sentences that come back stand in content/after_danger.<language>.yml.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bot.content.facts import host, isolated
from bot.conversation import Talk
from bot.messages import Reply
from bot.nlu.normalise import words
from bot.nlu.patterns import PatternIndex, joined
from bot.rule_files import read_index

if TYPE_CHECKING:
    from bot.answers import Answers

# Which question a danger answer ends with, and what a bare yes says to it.
QUESTIONS = {"danger_violence_now": "place", "danger_honour": "place", "danger_suicide": "company", "danger_abuse_now": "doer", "danger_meeting": "child"}
YES = {"place": "safe", "company": "safe", "doer": "unsafe", "child": "safe"}
OTHER = {"safe": "unsafe", "unsafe": "safe"}
KINDS = ("declined", "mistaken", "stays", "afraid", "called", "safe", "unsafe", "company_named", *(f"{q}_{s}" for q in YES for s in OTHER))
LONGEST = 16  # words of a message that may be an answer; a story is read by the model
FEW = {"declined": 8, "mistaken": 12, "named": 4, "yes": 7, "yes_safe": 2}  # words, where little is said outright
WITH_CHAT = ("suicide_113", "veilig_thuis", "centrum_seksueel_geweld")  # lines that can be written to as well; facts.yml has their sites
NOT_HEARD = ("nlu_fallback", "out_of_scope", "nothing_typed", "only_emoji", "not_available")
HELP = ("organisation_details", "who_can_help")
SPOKEN_TO = {"young": "self", "adult": "self", "pro": "third", "other": "third"}  # variants of a sentence, by who speaks
NO_DANGER = ("declined", "mistaken", "stays")  # answered by those who want no help, or were misunderstood
OPEN = ("unsafe", "afraid")  # after these the question stays open: "write to me when somebody is there"


@dataclass(frozen=True)
class DangerAnswers:
    """The patterns of all languages, by (language, kind)."""

    index: PatternIndex

    def heard(self, text: str, danger: str, yes_no: str = "") -> str:
        """What a whole message says to the question of a danger answer: safe, unsafe, declined, mistaken (a game, a joke), afraid or called; "" when nothing of it.

        `yes_no` is "yes" or "no" when the message begins with such a word.
        """
        said, question = words(text), QUESTIONS[danger]
        if not 0 < len(said) <= LONGEST:
            return ""
        found = {kind for _, kind in self.index.look(joined(text)).names()}
        if "afraid" in found:
            return "afraid"
        if ("?" in text or "؟" in text) and not yes_no:
            return ""  # "is he safe there?" asks, it answers nothing
        if "called" in found:
            return "called"
        if "stays" in found and danger == "danger_violence_now":
            return "stays"  # who was on the way to hurt somebody
        for kind in ("mistaken", "declined"):
            if kind in found and len(said) <= FEW[kind]:
                return kind
        order = ("safe", "unsafe") if question == "company" else ("unsafe", "safe")
        if "unsafe" in found:
            return "unsafe"
        if state := next((state for state in order if f"{question}_{state}" in found), ""):
            return state
        if "safe" in found or (question == "company" and "company_named" in found and len(said) <= FEW["named"]):
            return "safe"
        if yes_no and len(said) <= FEW["yes"]:
            state = YES[question] if yes_no == "yes" else OTHER[YES[question]]
            return "" if state == "safe" and len(said) > FEW["yes_safe"] else state  # "yes she means it" is not heard as a yes
        return ""


def same_side(one: str, other: str) -> bool:
    """Whether two dangers ask the same question, so that the answer to one may sound like the other: "he stands at the door"."""
    return QUESTIONS.get(one) == QUESTIONS.get(other)


def reply(answers: Answers, talk: Talk, heard: str, at: datetime.datetime, speaker: str = "") -> Reply:
    """The fitting next sentence of the danger asked about; the question closes unless there is still cause to ask. `speaker`: as speaks_as() gives it."""
    topic = answers.content.topics[talk.asked]
    own = f"after_{topic.name}_{heard}"
    variant = f"{own}_{SPOKEN_TO.get(speaker, '')}"
    if variant in answers.content.interface["nl"]:
        own = variant  # whom it happens to has no child to look for, and a teacher or an aunt is not in danger herself
    key = own if own in answers.content.interface["nl"] else f"after_{heard}"
    links = answers.links(topic.helplines, talk.language, True)
    names = answers.say("r_comma", talk).join(_names(answers, talk, topic.helplines, heard == "afraid"))
    following = ("meldcode", *topic.next) if speaker == "pro" else topic.next
    buttons = answers.way_out(talk) if heard in (*OPEN, *NO_DANGER) else answers.topic_buttons(following, talk)
    text = answers.say(key, talk, names=names)
    return Reply(topic.name, text, talk.language, tuple(buttons), () if heard in NO_DANGER else tuple(links), urgent=heard in OPEN)


def _names(answers: Answers, talk: Talk, helplines: tuple[str, ...], chat: bool) -> list[str]:
    """The lines' names; with `chat` those that can be written to, each with its site."""
    facts, rtl = answers.content.facts, answers.content.rtl(talk.language)
    if not chat:
        return [facts.name(name, talk.language) for name in helplines]
    able = [name for name in helplines if name in WITH_CHAT] or ["veilig_thuis"]
    return [f"{facts.name(name, talk.language)} ({isolated(host(facts.site(name) or name), rtl)})" for name in able]


def left_open(replies: list[Reply], before: str = "") -> str:
    """The danger whose question a person is left with after these replies, "" when with none. `before`: the one that was open; it stays while she was not understood."""
    if replies and replies[-1].topic in NOT_HEARD:
        return before
    if not replies or replies[-1].topic.startswith(("report_", "risk_")):
        return ""
    if before and replies[-1].topic in HELP:  # "does 113 speak Turkish?" is about the call; the question stays
        return before
    return next((r.topic for r in replies if r.urgent and r.topic in QUESTIONS), "")


def load_danger_answers(root: Path, faults: list[str]) -> DangerAnswers:
    """Reads data/after_danger; what can't be read becomes a fault."""
    return DangerAnswers(read_index(root / "data" / "after_danger", KINDS, faults))
