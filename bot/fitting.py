"""A topic that can't be meant, by who speaks or by what the message says, gives way to the next likely one."""

from __future__ import annotations

from dataclasses import replace

from bot.answers import NO_PROFESSIONAL, Answers, speaks_as
from bot.conversation import Talk
from bot.report.listen import ACCUSED
from bot.understand import Understood, with_intent

NOT_YOUNG = ("parent", "pro", "other")
UNTOLD = "family_must_not_know"
GROWN = 18  # years
HELD_WITH = ("talk_with_spreader", "talk_with_parents")  # whom a professional is about to talk with
SURE = 0.9  # a topic this likely leaves nothing to choose from among the others
PROFESSIONALS = {"pupil": "steps_sexting", "client": "client_sexting"}  # what a professional is told of whom
LIKELY = 0.15  # and how likely it must be at all, where nearly all was "I am young"
ENOUGH = 0.5  # share of what is left that the next topic needs to be answered without asking


def fitting(seen: Understood, talk: Talk, text: str, answers: Answers) -> Understood:
    """`seen`, or what stands in its place: "I have not paid" is no payment, and a father who asks about his son is not the young one."""
    if _honour(talk) and seen.decision in ("answer", "ask") and answers.report.listener.asks_to_tell(text):
        return replace(as_topic(seen, UNTOLD), decision="answer")  # never a protocol that ends in a call to the parents
    if seen.decision != "answer":
        return seen
    if seen.topic == "practise_stop" and answers.report.listener.asides.asks(text):  # "how i stop him": who asks ends no scene
        rest = seen.candidates[1:]
        if rest and rest[0][1] >= ENOUGH * (1 - seen.candidates[0][1]):
            return as_topic(seen, rest[0][0])
        return _unsure(seen, rest)
    if seen.topic == "duty_to_report" and _honour(talk):
        return as_topic(seen, "meldcode")  # danger from home: the duty to report staff is another matter
    if seen.topic == "already_paid" and answers.report.listener.hear(text).get("money") in ("asked", "none"):
        return as_topic(seen, "being_blackmailed")
    case = talk.report.get("case", {})
    if seen.topic == "talk_with_son" and case.get("what") and "did_it" not in case["what"]:
        return as_topic(seen, "support_child_after")  # what to say to him now, not how to bring him up
    if seen.topic == "punishment_and_halt" and case.get("age") == "from_18" and case.get("what") and "did_it" not in case["what"]:
        return as_topic(seen, "law_adults")  # Halt is for who is under 18
    if seen.topic == "start_conversation" and talk.topic in HELD_WITH and speaks_as(talk) == "pro":
        return as_topic(seen, talk.topic)  # "how do I begin with him", of the one it was about
    topic = answers.content.topics.get(seen.topic)
    if topic and topic.for_parents and speaks_as(talk) in NO_PROFESSIONAL and (own := _likely(seen, answers)):
        return as_topic(seen, own)
    if seen.topic in ("what_is_sextortion", "boys_as_victims") and not answers.report.listener.asides.asks(text) and "threat" in answers.report.listener.hear(text).get("what", ()):
        return as_topic(seen, "being_blackmailed")  # it is told to happen, not asked what it is
    if seen.topic == "image_spread" and talk.topic == "received_image" and "did_it" not in (case.get("what") or ()):
        return as_topic(seen, "child_spread_image")  # what was got was passed on
    if seen.topic == "child_spread_image" and talk.topic != "received_image" and "did_it" not in (case.get("what") or ()):
        if "spread" in (case.get("what") or ()):
            return as_topic(seen, "image_spread")  # "a boy from her class showed it to the others": nobody here passed it on
        if seen.candidates[0][1] < ACCUSED:
            return _unsure(seen, seen.candidates)  # nobody said it and the model is not sure: it is asked
    if seen.topic == "image_spread" and "did_it" in (case.get("what") or ()) and "spread" not in answers.report.listener.hear(text).get("what", ()):
        return as_topic(seen, "child_spread_image")  # "it was a video of her, everyone was doing it", of one who passed it on
    if seen.topic == "what_not_to_say" and speaks_as(talk) not in ("parent", "pro") and "did_it" in (case.get("what") or ()):
        return as_topic(seen, "restorative_talk")  # whether to say sorry, of one who passed an image on: no child of his is spoken to
    if seen.topic == "friend_in_trouble" and case.get("person") == "self" and "spread" in (case.get("what") or ()):
        return as_topic(seen, "image_spread")  # "my best friend put me on her story": it is her own image
    if seen.topic == "already_paid" and {"contact", "request"} & set(case.get("what") or ()) and "money" not in answers.report.listener.hear(text):
        return as_topic(seen, "adult_contacts_child" if "contact" in case["what"] or talk.topic == "adult_contacts_child" else "child_under_pressure")  # "she sent 2 already": photos
    if seen.topic == "already_paid" and seen.candidates[0][1] < ACCUSED and not case.get("money") and "threat" not in (case.get("what") or ()) and len(seen.candidates) > 1 and seen.candidates[1][1] >= ENOUGH * (1 - seen.candidates[0][1]):
        return as_topic(seen, seen.candidates[1][0])  # "i already sent a lot", where nobody spoke of money
    if seen.topic == "support_child_after" and speaks_as(talk) == "other" and "friend_in_trouble" in [t for t, _ in seen.candidates[1:3]]:
        return as_topic(seen, "friend_in_trouble")  # "how do I support her", of a friend: she is nobody's child here
    if seen.topic == "friend_in_trouble" and speaks_as(talk) == "pro" and case.get("person") in PROFESSIONALS:
        return as_topic(seen, PROFESSIONALS[case["person"]])  # "a girl in my class told me": a teacher is no bystander
    if seen.topic == "i_am_young" and (case.get("age") == "from_18" or (answers.report.listener.ages.own(text) or 0) >= GROWN) and case.get("person") in (None, "self"):
        return _unsure(seen, seen.candidates[1:])  # she said that she is 22
    if seen.topic == "i_am_young" and speaks_as(talk) in NOT_YOUNG:
        first, rest = seen.candidates[0][1], seen.candidates[1:]
        if first >= SURE or not rest:
            return as_topic(seen, "greet")  # who it is was all that was said
        if rest[0][1] >= max(LIKELY, ENOUGH * (1 - first)):
            return as_topic(seen, rest[0][0])
        return _unsure(seen, rest)
    return seen


def _honour(talk: Talk) -> bool:
    """Whether the family is a danger in this talk."""
    return talk.danger == "danger_honour" or talk.report.get("case", {}).get("family") == "unsafe"


def _likely(seen: Understood, answers: Answers) -> str:
    """The likeliest topic that is not a professional's, where it has most of what is left; "" when none has."""
    left = 1 - seen.candidates[0][1]
    likely = ((t, p) for t, p in seen.candidates[1:] if t in answers.content.topics and not answers.content.topics[t].for_parents)
    topic, p = next(likely, ("", 0.0))
    return topic if left > 1 - SURE and p >= ENOUGH * left else ""


def _unsure(seen: Understood, candidates: tuple[tuple[str, float], ...]) -> Understood:
    """The same message as one that is not understood: these are offered."""
    return replace(with_intent(seen, "nlu_fallback"), candidates=candidates, decision="ask")


def as_topic(seen: Understood, topic: str) -> Understood:
    """The same message, read as another topic."""
    others = tuple((t, p) for t, p in seen.candidates[1:] if t != topic)
    return replace(seen, candidates=((topic, seen.candidates[0][1]), *others), parsed=with_intent(seen, topic).parsed)
