"""What somebody tells between two questions: that nothing was paid, that he is sorry, that home is calm after all, that she was frightened.

Whom it protects: the mother who writes "he doesn't hit, he only shouts" must not get a danger's numbers again, and the one who writes "we haven't paid" no list of
guesses. Needs no model: patterns of every language (data/told/) look at short messages. The sentences that come back stand in content/told.<language>.yml.
"""

from __future__ import annotations

import datetime
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bot.conversation import PASSING, Talk
from bot.messages import Button, Reply
from bot.nlu.normalise import words
from bot.nlu.patterns import PatternIndex, joined
from bot.report.words import heard_line
from bot.rule_files import read_index

if TYPE_CHECKING:
    from bot.answers import Answers
    from bot.understand import Understood

KINDS = (
    "no_dutch", "wrong", "sure", "block", "look", "what_if", "struck", "home_calm", "held_off", "erased", "blocked", "regret", "shaken", "thinking", "known", "looked", "done", "grown", "other_line", "first_call",
    "opening", "beside", "decided", "unknown", "untold", "around", "bye",
)  # fmt: skip  # the first that is found counts
FEW = 7  # words of a message that only says that it was misunderstood, or that something is not known
LONGEST = 16  # words; a longer message is a story, which the model reads
ALARMED = 0.95  # how much danger the model must see to be believed beside what is told here; a rule is set aside only by a calm home (in_danger.said_calm)
ASKING = ("sure", "block", "look", "what_if", "struck", "erased", "first_call", "other_line", "opening")  # kinds that may be a question
TROUBLED = ("shaken", "regret", "known", "no_dutch")  # heard while a question of the report is open, too
OFFERING = ("told_home_calm", "told_held_off", "told_done", "told_around")  # end with "shall I put the steps in order?"
SAID_BETTER = 0.5  # how likely a topic must be to be answered in a message that says it was misunderstood
SURE = 0.9  # how likely a topic must be to be answered though somebody only begins to tell
# What a talk is about, by what happened; the first that fits.
ABOUT = {"did_it": "child_spread_image", "threat": "being_blackmailed", "spread": "image_spread", "fake": "fake_nude_of_child", "contact": "adult_contacts_child", "request": "child_under_pressure"}
# Topics in which a kind makes sense, beside what the case says; a kind that is not here makes sense in every talk.
FITS: Mapping[str, tuple[set[str], set[str]]] = {
    "held_off": ({"threat", "request", "contact"}, {"being_blackmailed", "already_paid", "adult_contacts_child", "child_under_pressure", "safer_image_sharing", "what_is_sextortion"}),
    "what_if": ({"threat", "held"}, {"being_blackmailed", "already_paid", "adult_contacts_child", "what_is_sextortion", "child_under_pressure"}),
    "look": ({"spread", "fake"}, {"asked_to_see_images", "law_possession", "received_image", "school_protocol", "steps_sexting", "image_spread", "in_expose_group", "fake_nude_of_child", "friend_in_trouble"}),
    "looked": (set(), {"asked_to_see_images", "law_possession", "received_image", "school_protocol", "steps_sexting", "keep_evidence", "image_spread"}),
    "other_line": (set(), {"who_can_help", "organisation_details"}),
    "regret": ({"did_it"}, {"child_spread_image", "consequences_for_spreader", "punishment_and_halt", "law_spreading", "talk_with_son", "restorative_talk", "why_people_spread_images"}),
}  # fmt: skip
FROM_HOME = ("danger_honour", "danger_violence_now")
GENERAL = ("helpwanted",)
OTHER_LINES = ("helpwanted", "veilig_thuis")


@dataclass(frozen=True)
class Told:
    """The patterns of all languages, by (language, kind)."""

    index: PatternIndex

    def heard(self, text: str) -> str:
        """Which of KINDS a short message is, the first of them; "" when none."""
        if not 0 < len(words(text)) <= LONGEST:
            return ""
        found = {kind for _, kind in self.index.look(joined(text)).names()}
        asks = "?" in text or "؟" in text
        found -= {"wrong", "unknown", "bye"} if len(words(text)) > FEW else set()  # "no not that, I mean ..." goes on
        return next((kind for kind in KINDS if kind in found and (kind in ASKING or not asks)), "")

    def fits(self, talk: Talk, kind: str, about: Iterable[str] = ()) -> bool:
        """Whether a kind makes sense in this talk. `about`: the topics there are; what opens a talk fits where nothing was answered yet, all else where something was."""
        if kind == "no_dutch":
            return True
        if not kind or (kind == "opening") == (talk.topic in about):
            return False
        if talk.asked and kind not in ("other_line", "first_call") and (kind != "home_calm" or talk.asked not in FROM_HOME):
            return False  # a danger's question is open, and this is no answer to it
        if kind == "around" and talk.topic.startswith("danger_") and talk.details.get("danger_heard") != "safe":
            return False  # where a danger was just heard it says too little
        if kind not in FITS:
            return True
        happened, topics = FITS[kind]
        return bool(happened & set(talk.report.get("case", {}).get("what") or ())) or bool({talk.topic, talk.last} & topics)

    def calms(self, talk: Talk, text: str, seen: Understood, about: Iterable[str]) -> bool:
        """Whether what the model alone takes for a danger is one of these, later in a talk."""
        kind = self.heard(text)
        return bool(seen.danger) and seen.alarm < ALARMED and kind != "opening" and self.fits(talk, kind, about)

    def replies(self, answers: Answers, talk: Talk, text: str, seen: Understood | None, at: datetime.datetime, only: Container[str] = KINDS) -> list[Reply]:
        """What is said to it; [] when it is none of these."""
        kind = self.heard(text)
        if not kind and seen is not None and (seen.topic, seen.decision) == ("support_for_parent", "answer") and talk.report.get("case", {}).get("person") == "self":
            kind = "shaken"  # whom it happened to is no parent: "no they won't hit me but I'm so ashamed"
        if kind not in only or not self.fits(talk, kind, answers.content.topics):
            return []
        if kind == "opening":
            case = talk.report.get("case", {})
            clear = seen is not None and seen.decision == "answer" and seen.topic not in PASSING and seen.candidates[0][1] >= SURE
            return [] if case.get("what") or clear else [answers.notice("told_opening", talk, answers.starter_buttons(talk))]
        if kind == "bye":
            return [answers.topic("goodbye", talk, at)]
        if kind == "no_dutch":
            buttons = [*answers.topic_buttons(["who_can_report", "talk_to_person"], talk), *answers.way_out(talk)[1:2]]
            return [answers.notice("told_no_dutch", talk, buttons, topic="told_no_dutch")]
        if kind == "sure":
            return [answers.rests_on(talk)]
        if kind in ("other_line", "first_call"):
            return [_numbers(answers, talk, kind, police="112" in words(text))]
        if kind == "home_calm":
            _home_in_doubt(talk)
        if kind == "grown":
            case = talk.report.setdefault("case", {})
            if case.get("person") not in (None, "self") or case.get("years"):
                return []  # a mother is of age: that says nothing of her child
            case["age"] = "from_18"
        if kind == "wrong" and seen is not None and seen.decision == "answer" and seen.topic not in (*PASSING, "complaint") and seen.candidates[0][1] >= SAID_BETTER:
            talk.topic = seen.topic
            return [answers.topic(seen.topic, talk, at, above=answers.say("told_wrong_but", talk))]  # "I didn't ask that: report or charges?"
        topic = answers.content.topics[talk.topic]
        lines = [answers.say(_key(answers, talk, kind), talk)]
        if kind == "known" and (line := heard_line(answers, talk)):
            lines.append(line)
        buttons = [*self._next(answers, talk), *answers.way_out(talk)[:1]]
        helplines = (topic.helplines or GENERAL) if kind in ("thinking", "shaken") else ()
        reply = Reply("told_" + kind, "\n\n".join(lines), talk.language, tuple(buttons), tuple(answers.links(helplines, talk.language, True)))
        return [reply]

    def _next(self, answers: Answers, talk: Talk) -> list[Button]:
        """The way to a plan, then what the talk is about and what follows it, not said yet."""
        happened = talk.report.get("case", {}).get("what") or ()
        about = next((topic for what, topic in ABOUT.items() if what in happened), talk.topic)
        following = [about, *answers.content.topics[about].next, *answers.content.topics[talk.topic].next]
        return [answers.button("report:start", "r_start", talk), *answers.topic_buttons([n for n in dict.fromkeys(following) if n not in talk.said and n != talk.topic][:3], talk)]


def _key(answers: Answers, talk: Talk, kind: str) -> str:
    """The sentence for a kind, in its variant for who passed an image on, or for somebody who speaks of herself."""
    case = talk.report.get("case", {})
    variants = (["did_it"] if "did_it" in (case.get("what") or ()) else []) + (["self"] if case.get("person") == "self" else [])
    return next((k for v in variants if (k := f"told_{kind}_{v}") in answers.content.interface["nl"]), "told_" + kind)


def _numbers(answers: Answers, talk: Talk, kind: str, police: bool = False) -> Reply:
    """Lines that are not the police's, or with `police` that for no hurry on top ("not 112, just for advice"); or those of what the talk is about, those of a danger first, the first to be called on top."""
    topics = answers.content.topics
    named = topics[talk.danger if talk.danger in topics else talk.topic].helplines or topics["who_can_help"].helplines
    lines = [n for n in dict.fromkeys([*named, *OTHER_LINES]) if n not in ("police", "emergency")] if kind == "other_line" else named
    if police and kind == "other_line":
        kind, lines = "first_call", ["police", *lines]
    buttons = answers.topic_buttons(["talk_to_person", "who_can_help"], talk)
    return Reply("who_can_help", answers.say("told_" + kind, talk), talk.language, tuple(buttons), tuple(answers.links(lines, talk.language, True)))


def _home_in_doubt(talk: Talk) -> None:
    """Home that was taken for unsafe by the topic alone is asked about later; what a danger rule saw stays."""
    case = talk.report.get("case", {})
    if case.get("family") == "unsafe" and talk.report.get("alarm") != "rule":
        case["family"] = "unsure"
    talk.details["danger_heard"] = "mistaken"  # whether somebody is in danger is asked, not taken for so


def load_told(root: Path, faults: list[str]) -> Told:
    """Reads data/told; what can't be read becomes a fault."""
    return Told(read_index(root / "data" / "told", KINDS, faults))
