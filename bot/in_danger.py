"""A turn in which somebody is in danger: the danger's answer, and what is said to its question afterwards."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace

from bot import after_danger
from bot.answers import Answers, speaks_as
from bot.conversation import PASSING, Talk
from bot.follow_up import SHORT
from bot.honour import HONOUR, VIOLENCE
from bot.messages import Reply
from bot.nlu.normalise import words
from bot.report.hearing import Hearing
from bot.safety import Safety
from bot.short import CALM
from bot.told import ALARMED, FROM_HOME
from bot.understand import Understanding, Understood, with_intent

NO_MORE = 10  # words of a message that says no to what was asked
SURE = 0.9  # how much danger the model must see in such a message
ALSO_ASKED = 0.5  # how sure the question beside a danger must be to be answered too
SURELY_MEANT = 0.9  # how sure the model must be that a few words are a yes or a no: "mijn broer ja" says no "yes, I'm safe"
SURELY_BESIDE = 0.7  # how sure the topic beside "I am staying home" must be to be answered below
FEW_WORDS = 4  # of a message that is a yes or a no and little else
MEETING = "danger_meeting"
BEGINS = 8  # words of a first message that says no more than whom it is about, or that there is something
HALF = 16  # words of a message in the middle of a talk that the model alone takes for a danger, and of which it is asked whether it is one
STORY_SURE = 0.5  # the same of a longer message, which tells more
HALF_SURE = 0.7  # how much danger it must see in such a message to be believed without asking


@dataclass(frozen=True)
class InDanger:
    """Made anew for each turn: `answers` and `safety` hold the words of the moment."""

    answers: Answers
    safety: Safety
    understanding: Understanding

    async def answer(self, talk: Talk, text: str, kind: str, seen: Understood | None, at: datetime.datetime) -> list[Reply]:
        """The danger's answer; heard once more, another part of it. A question that stands beside it is answered below."""
        if kind == MEETING and talk.danger == HONOUR and seen and seen.topic == HONOUR:
            kind = HONOUR  # "they bought tickets for saturday", of a girl who shall be married abroad: nobody from the internet
        again = talk.danger == kind and talk.topic == kind
        if talk.asked == kind and not talk.details.get("danger_heard"):  # the same danger once more, or worse: "she took pills"
            return await self._heard(talk, "unsafe", text, seen, at)
        part = "more" if again and talk.details.get("danger_part") != "more" else "easier" if again else ""
        talk.details["danger_part"] = part
        reply = replace(self.answers.topic(kind, talk, at, part=part), urgent=True)
        replies = [reply]
        talk.danger = talk.topic = kind
        talk.details.pop("danger_heard", None)
        talk.details.pop("held", None)
        talk.not_understood = 0
        if seen:
            await self.understanding.names(talk.id, "", with_intent(seen, kind))
            asked = [(t, p) for t, p in seen.candidates if not t.startswith("danger_") and t not in PASSING]
            whole = sum(p for _, p in asked)
            if asked and asked[0][1] / whole >= ALSO_ASKED and len(words(text)) > SHORT and self.safety.asks(text):
                replies.append(self.answers.topic(asked[0][0], talk, at, above=self.answers.say("danger_and_question", talk)))
        return replies

    async def answered(self, talk: Talk, text: str, rule: str, seen: Understood | None, at: datetime.datetime) -> list[Reply]:
        """The next sentence of the danger whose question is open; [] when the message is no answer to it, or another danger."""
        if not talk.asked:
            later = self.safety.after_danger.heard(text, talk.danger) if talk.danger in after_danger.QUESTIONS and not rule else ""
            over = later == "safe" and talk.details.get("danger_heard") == "called"  # "they came and took him"
            if later != "afraid" and not over and (later != "stays" or talk.danger != VIOLENCE):
                return []
            talk.asked = talk.danger  # "ok, I'll stay home", "I can't call, they check my phone", some messages later
        short = seen.topic if seen and seen.decision == "answer" and seen.candidates[0][1] >= SURELY_MEANT and len(words(text)) <= FEW_WORDS else ""
        begins = self.answers.report.listener.word(" ".join(words(text)[:1]))
        yes_no = begins if begins in ("yes", "no") else {"affirm": "yes", "deny": "no"}.get(short, "")
        heard = self.safety.after_danger.heard(text, talk.asked, yes_no)
        if heard in ("", "unsafe") and self.safety.told.heard(text) == "wrong":
            heard = "mistaken"  # "no, that is not what I meant"
        if rule and not (heard in ("safe", "unsafe") and after_danger.same_side(rule, talk.asked)):
            return []
        if not rule and self.safety.told.heard(text) == "home_calm" and heard in ("unsafe", "safe") and not self.safety.after_danger.heard(text, talk.asked):
            return []  # "no, he just shouts" says more than its no
        if not heard or (heard in after_danger.NO_DANGER and seen and seen.danger and (heard != "stays" or seen.alarm >= SURE)):
            return []
        if talk.details.get("danger_heard") == heard:  # still not safe, and nothing else was asked: more help, and the question stays open
            asks = seen is not None and seen.decision == "answer" and seen.topic not in PASSING and self.safety.asks(text)
            return [] if asks or heard not in after_danger.OPEN else await self.answer(talk, text, talk.asked, seen, at)
        return await self._heard(talk, heard, text, seen, at)

    async def _heard(self, talk: Talk, heard: str, text: str, seen: Understood | None, at: datetime.datetime) -> list[Reply]:
        talk.details["danger_heard"] = heard
        if seen:
            await self.understanding.names(talk.id, "", with_intent(seen, "affirm" if heard == "safe" else "deny"))
        reply = after_danger.reply(self.answers, talk, heard, at, speaks_as(talk))
        if heard == "stays" and seen and seen.decision == "answer" and seen.candidates[0][1] >= SURELY_BESIDE and seen.topic not in PASSING and len(words(text)) > SHORT:
            return [reply, self.answers.topic(seen.topic, talk, at)]  # "I'll stay home, but that photo has to go"
        return [reply]

    def perhaps(self, talk: Talk, seen: Understood, replies: list[Reply]) -> list[Reply]:
        """The replies with a question below, whether somebody is in danger, where the model half sees it; once for each kind in a talk."""
        last = replies[-1] if replies else None
        if last is None or not seen.doubt or last.topic.startswith("danger_") or seen.doubt == talk.details.get("danger_doubt") or talk.danger:
            return replies
        talk.details["danger_doubt"] = seen.doubt
        return self.asked_below(talk, seen.doubt, replies)

    def half(self, talk: Talk, text: str, seen: Understood) -> bool:
        """Whether a few words in the middle of a talk are a danger to the model alone, and not surely: "2 havo zit ze. ze is 15", "I go and sit with him".

        Of a few words it knows little, and most of what is said between two questions is none: the talk goes on, and whether somebody is in danger is asked below."""
        if not talk.turns or talk.asked or not seen.danger or self.safety.short.heard(text) in CALM:
            return False  # "you said that already" is no danger at all
        if len(words(text)) > HALF:
            return seen.alarm < STORY_SURE
        return seen.alarm < HALF_SURE or (seen.alarm < SURE and not seen.topic.startswith("danger_"))

    def asked_below(self, talk: Talk, kind: str, replies: list[Reply]) -> list[Reply]:
        """The replies with the question whether somebody is in danger below the last that is Noor's own answer."""
        last = replies[-1] if replies else None
        if last is None or any(r.urgent or r.topic.startswith("danger_") for r in replies):
            return replies
        button = self.answers.button(f"topic:{kind}", "danger_perhaps_yes", talk)
        text = last.text + "\n\n" + self.answers.say("danger_perhaps", talk)
        return [*replies[:-1], replace(last, text=text, buttons=(button, *last.buttons))]

    def harmless(self, talk: Talk, text: str, seen: Understood) -> bool:
        """Whether what the model alone takes for a danger, later in a talk, is none: an age, or what data/told knows ("he'd just be mad"); or, beside the open
        question of another danger, something it is not sure of: that question is asked once more, no second block is shown."""
        if not talk.turns or not seen.danger:  # "hi, it's about my cousin" only begins to tell
            return not talk.turns and self.safety.told.heard(text) == "opening" and len(words(text)) <= BEGINS and seen.alarm < HALF_SURE
        if self.safety.told.calms(talk, text, seen, self.answers.content.topics) or Hearing(self.answers).age_alone(text):
            return True
        return bool(talk.asked) and seen.danger != talk.asked and seen.alarm < SURE

    def said_calm(self, talk: Talk, text: str, rule: str, seen: Understood) -> bool:
        """Whether words say, later in a talk, that nobody is hurt there, and the model is not sure of a danger: a rule of home that hears "hit" in "he won't hit me" is then none,
        nor is one of a meeting in "thank you, going to sit with him"."""
        if not talk.turns or rule not in (*FROM_HOME, MEETING):
            return False
        told = self.safety.told.heard(text)
        return (told in ("home_calm", "struck") and seen.alarm < ALARMED) if rule in FROM_HOME else (told == "beside" and seen.alarm < HALF_SURE / 2)

    def denied(self, talk: Talk, text: str, seen: Understood, meant: str = "") -> bool:
        """Whether what the model takes for a danger is a no and a few words, later in a talk: "nee hij slaapt, ze is bij mij"; or puts right what was said before,
        `meant` being that without its beginning: "sorry, I mean her sister is 19"."""
        spoken = words(text)
        if talk.turns and meant not in ("", text) and len(spoken) <= 2 * NO_MORE:
            return bool(seen.danger) and seen.alarm < SURE
        no = bool(talk.turns) and 1 < len(spoken) <= NO_MORE and self.answers.report.listener.word(spoken[0]) == "no"
        return no and bool(seen.danger) and seen.alarm < SURE
