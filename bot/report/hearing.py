"""What a message says beside the report conversation: what it tells of the case, and what it answers to the open question."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.conversation import Talk
from bot.nlu.normalise import words as folded
from bot.report import words
from bot.report.case import MANY, band, merge
from bot.report.risk import RiskTalk
from bot.report.typed import titled
from bot.report.whose_age import SEX
from bot.understand import Understood, without_danger

if TYPE_CHECKING:
    from bot.answers import Answers

KNOWLEDGE = {"understand", "risks"}  # groups of topics that are asked about in general
OF_NOOR = {"chat"}  # and of those that are asked about Noor: "do you tell my husband"
YES_NO = {
    "danger": {"yes": "now", "no": "calm"},
    "family": {"yes": "safe", "no": "unsafe"},
    "ongoing": {"yes": "going_on", "no": "stopped"},
    "money": {"no": "none"},
    "meeting": {"yes": "planned", "no": "none"},
    "done": {"no": "nothing"},
}
DETAILS = {"age", "years", "platform", "person", "relation", "by", "role"}  # what a short second message may add to a story
BESIDES = ("age", "years", "relation", "role")  # what an answer that is no more than one may say besides
WHOM = ("role", "person", "relation", "by")
STATED = 12  # words: a longer message that asks nothing tells of a case, whatever topic the model sees
CALMED = 10  # words of an answer to the question that ends a danger
SHORT_NO = 7  # words of a sentence that begins with a no and is one: "no she is with me."
ALARMED = 0.9  # how much danger the model must see in words that say there is none
YOUNG = 25  # years up to which a bare number beside a story is an age
TWO_DETAILS = 10  # words of a message that adds two of them: "it was her ex I think, on snap"
AGE_ALONE = 5  # words of a message that is an age and no more: "hij is nog maar 12"


def home_in_doubt(talk: Talk) -> bool:
    """Whether somebody told that home is calm while the model alone heard a danger from there."""
    return bool(talk.report.get("doubt")) and talk.report.get("alarm") == "model"


@dataclass(frozen=True)
class Hearing:
    """Takes messages into the case of a talk and reads them beside its open question."""

    answers: Answers

    def take(self, talk: Talk, text: str, seen: Understood | None) -> dict[str, Any]:
        """Takes what a message tells into the case, at any time; returns what changed. Contradictions wait in `against`."""
        report = talk.report
        case = report.setdefault("case", {})
        stated = report.get("state") == "asking" or len(folded(text)) > STATED  # between our questions a statement answers, whatever topic the model sees
        general = seen is not None and seen.decision in ("answer", "ask") and (self.asks(text) or (seen.decision == "answer" and not stated))
        topic = self.answers.content.topics.get(seen.topic) if seen and general else None
        about = "pupil" if "pro" in (talk.role, case.get("role")) else str(case.get("person") or "")
        answer = self.exact(talk, text)
        if seen and seen.danger and talk.asked and self.calms(text):
            seen = without_danger(seen)  # "no, I am safe, my sister is with me" answers the danger above; the model alone hears one in it
        heard = self.answers.report.listener.hear(text, seen, about, {*report.get("exact", ()), *([report["pending"]] if answer else [])}, not case.get("what"))
        if about in ("pupil", "client") and self.asks(text) and case.get("what") and "did_it" in heard.get("what", ()) and "did_it" not in case["what"]:
            del heard["what"]  # a teacher who asks about "the boys who passed it on" does not say it of the pupil whose image it is
        if "did_it" in (case.get("what") or ()) and "spread" in heard.get("what", ()) and "spread" not in self.answers.report.listener.hear(text).get("what", ()):
            heard["what"] = [w for w in heard["what"] if w != "spread"]  # of one who passed it on the model takes any image for one that goes round
        if seen and seen.topic == "already_paid" and {"contact", "request"} & set(case.get("what") or ()) and "money" not in self.answers.report.listener.hear(text):
            heard = {s: v for s, v in heard.items() if s not in ("what", "money")}  # "she sent 2 already", to a stranger who asks for photos
        if "what" in report.get("exact", ()):
            heard.pop("undone", None)
        if heard.pop("doubt", ""):
            report["doubt"] = "home"  # calm in words, a danger to the model alone: what home is like is asked
        # "What is sextortion?" tells nothing about a case; "how dangerous is this?" starts the talk about risks.
        # Who asks it is kept all the same: "I am a teacher, what is sextortion?"
        # So is what a statement says of who it is about: "my little girl is afraid of her phone".
        about_noor = topic is not None and topic.group in OF_NOOR and self.asks(text)
        kept = () if not (topic and (topic.group in KNOWLEDGE or about_noor)) else ("role",) if self.asks(text) else WHOM
        told = {s: v for s, v in heard.items() if s in (kept or heard.keys() - {"risk"})}
        if years := self._age(talk, text):
            told |= {"years": str(years), "age": band(years)}
        if self._somebody_elses(talk, text, str(told.get("years", ""))):
            told = {s: v for s, v in told.items() if s not in ("years", "age")}
        report["heard"] = {s: v for s, v in heard.items() if s in ("risk", "age")} if not (seen and seen.danger) else {}
        if self.wishes_it_stopped(talk, text):
            told = {s: v for s, v in told.items() if s in BESIDES} | {"wants": "stop"}  # the wish says nothing of what happened
        elif self.answered_by(talk, text):  # an answer and no more: "nog niet" tells nothing else
            told = {s: v for s, v in told.items() if s in (report["pending"], *BESIDES)}
        if answer and report["pending"] != "danger":  # of danger the guide decides
            told[report["pending"]] = [answer] if report["pending"] in MANY else answer
            report["exact"] = [*(s for s in report.get("exact", ()) if s != report["pending"]), report["pending"]]
        secret = seen is not None and (seen.topic, seen.decision) == ("family_must_not_know", "answer") and not self.answers.report.listener.word(text, slips=True)
        if secret and report.get("state") == "asking" and report["pending"] == "family" and not self.asks(text):
            told.setdefault("family", "unsure")  # beside that question "mum may know, dad may not" says enough to be careful
        if report.get("state") != "asking" and RiskTalk(self.answers).answer(talk, text):  # "a photo was sent" answers the talk about risks
            told = {s: v for s, v in told.items() if s in ("age", "years", "person", "relation")}
        if talk.danger == "danger_honour" and "family" not in case and not home_in_doubt(talk):
            told.setdefault("family", "unsafe")
        changed, against = merge(case, told)
        if changed.get("years") and (sex := self.answers.report.listener.whose.sex(text, changed["years"])):
            report["sex"] = sex
        report["fresh"] = bool(changed)
        report["again"] = bool(told) and not changed and not against and len(folded(text)) <= AGE_ALONE  # "telegram", which was known
        if changed.get("role") == "pro" and case.get("person") not in ("child", "self"):
            talk.role = "pro"  # "I'm her tutor": every answer is then said to a professional, not to family
        for slot, value in against.items():
            if slot in report.get("settled", ()):  # asked about once already: the last word counts
                case[slot] = changed[slot] = value
                if slot == "age" and told.get("years"):
                    case["years"] = changed["years"] = told["years"]
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
        if report.get("state") == "planned" and self.age_alone(text):
            return True  # it changes the plan
        if report.get("state") != "asking":
            return False
        pending = report.get("pending", "")
        if pending == "age" and self.age_alone(text):
            return True
        return bool(listener.answer(pending, text, talk.language))

    def age_alone(self, text: str) -> bool:
        """Whether a message is an age and no more: "14", "hij is net 13"."""
        return 0 < len(folded(text)) <= AGE_ALONE and not self.answers.report.listener.asides.asks(text) and self.answers.report.listener.ages.find(text, bare=True) is not None

    def detail(self, text: str, changed: dict[str, Any]) -> bool:
        """Whether a short message only adds to a story: its age, the app, who it is about."""
        most = TWO_DETAILS if len(changed.keys() - {"age"}) > 1 else AGE_ALONE
        return bool(changed) and changed.keys() <= DETAILS and len(folded(text)) <= most and not self.answers.report.listener.asides.asks(text)

    def calms(self, text: str) -> bool:
        """Whether a message begins with a yes or no and says a few words more, as an answer to a danger's question does."""
        spoken = folded(text)
        return 1 < len(spoken) <= CALMED and self.answers.report.listener.word(spoken[0]) in ("yes", "no")

    def exact(self, talk: Talk, text: str) -> str:
        """What a whole message answers outright to the open question, by its own words or a plain yes or no; "" when it does not. What else it may be about says nothing then."""
        report, listener = talk.report, self.answers.report.listener
        if report.get("state") != "asking":
            return ""
        pending = report.get("pending", "")
        return listener.answer(pending, text, talk.language) or YES_NO.get(pending, {}).get(listener.word(text), "")

    def short_answer(self, talk: Talk, slot: str, text: str, word: str, seen: Understood | None) -> str:
        """What a short message answers to the open question: as people type it, as yes or no, or as a button says it."""
        if (value := self.answers.report.listener.answer(slot, text, talk.language)) or word == "skip":
            return value
        said = word if word in ("yes", "no") else ""
        split = folded(text)
        if slot == "danger" and self.secretive(text):
            return ""
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
        fillers = frozenset().union(*(f.typed.fillers for f in self.answers.report.listener.frames.values()))
        return titled({a: words.say(self.answers, f"a_{slot}_{a}", talk) for a in (asked.answers if asked else ())}, text, fillers)

    def opens_calm(self, talk: Talk, text: str) -> bool:
        """Whether a message to the question about danger begins with a no and goes on to tell: "No. A man on Snapchat ...", "nu niet, maar hij ..."."""
        listener = self.answers.report.listener
        first, told = listener.opening(text)
        no = listener.word(first) == "no" or (len(folded(first)) < SHORT_NO and self._begins_no(first) and not listener.of_home(first))
        calm = no or listener.answer("danger", first, talk.language) == "calm"
        return calm and (told or not self.secretive(text))

    def safe_in_words(self, talk: Talk, text: str, seen: Understood | None) -> bool:
        """Whether an answer to the open question about danger or home says that all is safe: what the model alone hears in it, and not surely, is then no danger."""
        if seen is None or not seen.danger or seen.alarm >= ALARMED or talk.report.get("state") != "asking":
            return False
        if talk.report.get("pending") == "danger":
            return self.opens_calm(talk, text) or self.answers.report.listener.hear(text).get("danger") == "calm"
        return bool(talk.report.get("pending") == "family" and self.answers.report.listener.hear(text, about=str(talk.report["case"].get("person") or "")).get("family") == "safe")

    def secretive(self, text: str) -> bool:
        """Whether "no" and a few words say who knows of it: "no, nobody knows". That is no answer to whether somebody is in danger; it may be what keeps her safe."""
        listener = self.answers.report.listener
        return self._begins_no(text) and not listener.opening(text)[1] and listener.of_home(text)

    def _begins_no(self, text: str) -> bool:
        return self.answers.report.listener.word(" ".join(folded(text)[:1])) == "no"

    def asks(self, text: str) -> bool:
        """Whether a message is a question of its own, not a part of the story."""
        return self.answers.report.listener.asides.asks(text)

    def _somebody_elses(self, talk: Talk, text: str, years: str) -> bool:
        """Whether an age is said of another than the one whose age is known: "what about his punishment, hes 15", of a girl of 14."""
        case, whose = talk.report["case"], self.answers.report.listener.whose
        known = SEX.get(str(case.get("relation")), talk.report.get("sex", "")) if case.get("age") and talk.report.get("pending") != "age" else ""
        sex = whose.sex(text, years) if years else ""
        if case.get("person") == "self" and "what" in case and talk.report.get("pending") != "age":
            return bool(sex)  # "shes 15 too", of the friend who put it online
        return bool(known and sex) and sex != known

    def _age(self, talk: Talk, text: str) -> int | None:
        """The age that a message is beside a story or an open question, whichever that is; a number without "years" only when it is likely to be one."""
        report, ages = talk.report, self.answers.report.listener.ages
        if report.get("pending") == "age" and report.get("state"):
            return ages.find(text, bare=len(folded(text)) < 6)
        if not self.age_alone(text):
            return None
        if report["case"].get("what"):
            years = ages.find(text, bare=True)
            return years if years is None or years <= YOUNG or ages.find(text) else None  # "i already did 50" is no age
        asking = report.get("state") == "asking" and report.get("pending") != "money"  # "50" to "was anything paid" is an amount
        return ages.find(text, named=True) if asking else None
