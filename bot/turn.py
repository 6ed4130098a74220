"""One turn of a talk, readable top to bottom: what a person did goes in, what Noor says comes out.

    1 conversation   whose talk, which language
    2 safety         danger, leave, stop: rules that need no model
    3 handoff        a human answers? passed on; Rasa is not called and learns nothing
    4 practice       a professional plays a scene: the scene answers, Rasa is not called
    5 understand     Rasa, with a deadline -> names of topics
    6 report         what a message tells of a case; the next question or the plan
    7 answers        topic + language + role + perspective -> reviewed text

Without a model every step but 5 works.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import replace
from typing import Any

from bot import after_danger
from bot.answers import Answers
from bot.conversation import PASSING, Talk
from bot.fitting import fitting
from bot.follow_up import ALONE, SHORT, FollowUps
from bot.handoff.summary import remember
from bot.handoff.visitor import VisitorSide
from bot.honour import HONOUR, likely_before
from bot.in_danger import InDanger
from bot.language import recognise, set_language, told
from bot.masking import mask
from bot.messages import Message, Reply
from bot.naming import Naming
from bot.nlu.normalise import words
from bot.practice.practice import Practice
from bot.report.guide import Guide
from bot.safety import Safety
from bot.said import keep_said
from bot.short import CALM
from bot.short_replies import ShortReplies
from bot.taps import Taps
from bot.told import TROUBLED
from bot.two_questions import two_questions
from bot.understand import Understanding, Understood, danger_in, half_danger, without_danger

UNSEEN = re.compile("[\u0000-\u0008\u000b-\u001f\u007f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
TAGS = "a|b|br|code|div|em|font|h[1-6]|i|img|li|ol|p|pre|s|script|span|strong|u|ul"
MARKUP = re.compile(rf"</?(?:{TAGS})(?:\s[^<>]{{0,200}})?/?>|[*~`<>|]+|&(?:amp|lt|gt|nbsp|quot);", re.IGNORECASE)  # signs around words belong to no language
LONG = 2_000  # characters that are read; the danger rules look at more


class Turn:
    """Takes messages. `answers` and `safety` are replaced when their files change; a talk in progress sees the new ones next turn."""

    def __init__(
        self, answers: Answers, safety: Safety, understanding: Understanding, handoff: VisitorSide | None = None, practice: Practice | None = None
    ) -> None:
        self.answers, self.safety, self.understanding, self.practice = answers, safety, understanding, practice
        self.handoff = handoff or VisitorSide.in_memory()

    @property
    def guide(self) -> Guide:
        """The report conversation with the present words and rules."""
        return Guide(self.answers, self.understanding)

    @property
    def naming(self) -> Naming:
        """What Rasa names, in the present words."""
        return Naming(self.answers, self.understanding, self.handoff, self.practice)

    @property
    def short(self) -> ShortReplies:
        """What is said to short messages that lean on the talk."""
        return ShortReplies(self.answers, self.safety, self.naming)

    @property
    def in_danger(self) -> InDanger:
        """What is said when somebody is in danger, in the present words."""
        return InDanger(self.answers, self.safety, self.understanding)

    @property
    def taps(self) -> Taps:
        """What a button does, in the present words."""
        return Taps(self.answers, self.understanding, self.practice, self.naming)

    async def take(self, talk: Talk, message: Message) -> list[Reply]:
        """One message of one talk; changes the talk. The caller keeps messages of a talk in order."""
        if not talk.turns and message.language in self.answers.content.spoken():
            talk.language = message.language
        first = talk.turns == 0
        talk.door = message.door or talk.door
        # A person who waits for a human or talks with one: her words go there, and Rasa never sees them.
        if (passed := await self.handoff.take(self.answers, self.safety, talk, message)) is not None:
            replies = passed
        else:
            if message.media:
                replies = self.taps.media(talk, message)
            elif message.tap is not None:
                replies = await self._tap(talk, message)
            else:
                replies = await self._typed(talk, message)
            replies = self.guide.offer.below(talk, replies)
        if replies and message.text and not replies[0].topic.startswith("danger_") and (line := told(talk, self.answers.content)):
            replies[0] = replace(replies[0], text=line + "\n\n" + replies[0].text)
        if first and replies and message.text and replies[0].topic not in ("greet", "language_set") and not replies[0].urgent:
            replies[0] = replace(replies[0], text=self.answers.say("intro_line", talk) + "\n\n" + replies[0].text)
        if self.practice:
            replies = self.practice.beside(self.answers, talk, replies)
        replies = [replace(r, buttons=tuple({b.id: b for b in r.buttons}.values())) for r in replies]  # nothing is offered twice
        talk.turns += 1
        talk.asked = after_danger.left_open(replies, talk.asked)
        keep_said(talk, replies, self.answers)
        talk.last = replies[-1].topic if replies else talk.last
        remember(talk, replies, self.answers)
        for reply in replies:
            talk.offer({b.id: b.title for b in reply.buttons})
        talk.shown = [b.id for reply in replies for b in reply.buttons] or talk.shown
        return replies

    def hello(self, talk: Talk, at: datetime.datetime, door: str = "") -> list[Reply]:
        """The first screen of a new talk at a door; for one that a human holds, how that stands."""
        talk.door = door or talk.door
        if standing := self.handoff.standing(self.answers, talk, at):
            return [standing]
        reply = self.answers.topic("greet", talk, at)
        talk.offer({b.id: b.title for b in reply.buttons})
        talk.shown = [b.id for b in reply.buttons]
        return [reply]

    # --- what a person types -----------------------------------------------------------------------------------------

    async def _typed(self, talk: Talk, message: Message) -> list[Reply]:
        typed = UNSEEN.sub("", message.text or "").strip()
        text = typed.lstrip("/ ") if typed.startswith("/") else typed  # "/affirm" typed by a person is never an intent
        if not (words(text[:LONG]) or words(text)):
            return self.short.wordless(talk, text, message.at)
        if (button := talk.button(text) or talk.shown_as(text)) and not self.guide.answers_instead(talk, button, text):
            return await self._tap(talk, replace(message, tap=button, text=None))
        # In a scene the words of danger are the work itself; practice lets through what is real.
        if self.practice and (practised := await self.practice.typed(self.answers, talk, text, message.at, self.safety)) is not None:
            return practised
        text = MARKUP.sub(" ", text).strip() or text
        rule = self.safety.danger(typed, talk.language)
        text = text[:LONG]  # a long message holds others up; the rest of it was looked at for danger
        if not rule and (done := await self._without_model(talk, message, text)) is not None:
            return done
        meant = self.safety.short.put_right(text)
        seen, before = await self.understanding.parse(meant), talk.language
        if seen:
            if seen.decision != "out_of_scope" or not talk.turns or len(words(text)) > 3:  # nonsense has no language
                set_language(talk, recognise(talk, text, seen.languages, self.answers.content), self.answers.content)
            talk.details.update({k: v for k, v in seen.details().items() if k != "language"})
        elif rule and not talk.turns:
            set_language(talk, rule.language, self.answers.content)
        honour = likely_before(talk)  # before this message, which the guide may take for a home that must not know
        in_danger = self.in_danger
        if rule and seen and in_danger.said_calm(talk, text, rule.kind, seen):
            rule = None
        if seen and not rule and (in_danger.harmless(talk, text, seen) or (not talk.asked and self.guide.hearing.safe_in_words(talk, text, seen))):
            seen = without_danger(seen)
        half = seen.danger if seen and not rule and in_danger.half(talk, text, seen) else ""
        if half and seen:
            seen = half_danger(seen)
        changed = self.guide.hearing.take(talk, text, seen)
        long = len(typed) > LONG
        whole = None if long else seen  # the model read the beginning alone, so it can't overrule the rules
        # What a rule sees is danger. What only the model sees is not, when it is an answer to the open question: "hij is net 13", "dat het stopt".
        calm = not rule and not talk.asked and self.guide.hearing.is_answer(talk, text)
        if not rule and not talk.asked and seen and (in_danger.denied(talk, text, seen, meant) or self.safety.short.heard(text) in CALM):
            seen = without_danger(seen)
        kind = "" if calm else danger_in(rule.kind, whole) if rule else danger_in("", seen)
        if (talk.asked or talk.danger) and (answered := await in_danger.answered(talk, text, kind if rule else "", seen, message.at)):
            return answered
        if kind:
            talk.report.get("case", {}).pop("danger", None)  # what was answered before is no longer so
            talk.report["alarm"] = "rule" if rule or talk.report.get("alarm") == "rule" else "model"
            return await in_danger.answer(talk, text, self.safety.honour.weighed(kind, text, honour, known=talk.asked == HONOUR), seen, message.at)
        if seen and (wished := self.naming.wished(seen)) and wished != before and self.safety.told.heard(text) != "no_dutch":
            return self.naming.language(talk, wished, message.at)
        replies = await self._about(talk, message, text, seen, changed, long)
        told_all = bool(changed) and len(words(text)) <= SHORT  # "2 havo, ze is 15" says what it says
        return in_danger.asked_below(talk, half, replies) if half and not told_all else replies

    async def _without_model(self, talk: Talk, message: Message, text: str) -> list[Reply] | None:
        """What a few words settle by themselves: a command, a greeting, a yes to erasing, a wish within a report. None: the model reads it."""
        if word := self.taps.erasing(talk, text, self.safety):
            return self.taps.erase(talk, word)
        wish = self.guide.wish(talk, text)
        on_paper = wish[0] in ("sheet", "later") and talk.report.get("state")  # "can I print that?" in the middle of a plan is no wish for the overview card
        if not on_paper and (command := self.safety.command(text, talk.language)) and not (command.kind == "stop" and self.guide.hearing.answered_by(talk, text)):
            if not talk.turns:
                set_language(talk, command.language, self.answers.content)
            return await self._retry(talk, message) if command.kind == "retry" else self.taps.command(talk, command.kind, message.at)
        # Later in a talk the model hears it: "iyi geceler" says goodbye then.
        if not talk.turns and (code := self.safety.greeting(text)):
            return self.naming.greeted(talk, code, message.at)
        if wish[0]:
            if not talk.language_chosen:
                set_language(talk, wish[1], self.answers.content)
            return await self.guide.tap(talk, wish[0], message.at)
        return None

    async def _about(self, talk: Talk, message: Message, text: str, seen: Understood | None, changed: dict[str, Any], long: bool) -> list[Reply]:
        """What a message without danger is about: an answer to a question, a step of the report, a follow-up, a topic."""
        if seen and seen.topic == "delete_my_data" and (word := self.taps.erasing(talk, text, self.safety, meant=True)):
            return self.taps.erase(talk, word)
        if seen and seen.topic in ("affirm", "deny") and self.handoff.asking(talk):
            done = self.handoff.answered(self.answers, talk, message, seen.topic == "affirm")
            return [*done, *self.safety.told.replies(self.answers, talk, text, seen, message.at, ("first_call",))]  # "no, I won't wait. give me a number"
        if not self.guide.hearing.is_answer(talk, text) and (hard := self.short.hard(talk, text)):
            return hard
        follow = FollowUps(self.answers, self.safety)
        if follow.first(talk):
            if leaning := self.short.leaning(talk, text, message.at) or self.short.introduced(talk, text, message.at):
                return leaning
            if beside := self.safety.told.replies(self.answers, talk, text, seen, message.at):
                return beside
            if seen and (leaning := follow.leaning(talk, text, seen, message.at)):
                return leaning
            if seen and talk.asked and self.short.unanswered(talk, text, seen):
                return [self.short.held(talk, message.at)]
        elif not changed and (beside := self.safety.told.replies(self.answers, talk, text, seen, message.at, TROUBLED)):
            return beside  # the open question follows below
        if (told := await self.guide.typed(talk, text, seen, changed, message.at)) is not None:
            return told
        if seen is None:
            talk.pending = mask(text)
            return [
                self.answers.notice(
                    "not_available",
                    talk,
                    [self.answers.button("retry", "button_retry", talk), *self.answers.way_out(talk)],
                    topic="not_available",
                )
            ]
        talk.pending = ""
        seen = fitting(seen, talk, text, self.answers)
        if leaning := follow.leaning(talk, text, seen, message.at):
            return leaning
        if (seen.topic == "follow_up" or seen.decision == "ask") and (behind := follow.rest(text)) and (rest := await self.understanding.parse(behind)):
            seen = rest if rest.topic not in PASSING and (rest.decision == "answer" or (seen.topic == "follow_up" and rest.candidates[0][1] >= ALONE)) else seen  # "peki ya okul?" is about school
        seen = follow.meant(talk, text, seen)
        if both := await two_questions(text, seen, self.understanding, self.safety):
            above = self.answers.say("danger_and_question", talk)
            return [*await self.naming.answer(talk, message, text, both[0]), self.answers.topic(both[1].topic, talk, message.at, above=above)]
        replies = await self.naming.answer(talk, message, text, seen)
        if long:
            replies = [replace(replies[0], text=self.answers.say("too_long", talk) + "\n\n" + replies[0].text), *replies[1:]]
        return self.in_danger.perhaps(talk, seen, replies)

    # --- what a person taps ------------------------------------------------------------------------------------------

    async def _tap(self, talk: Talk, message: Message) -> list[Reply]:
        button = talk.button(message.tap or "")
        if button is None:
            return [self.taps.expired(talk)]
        kind, _, value = button.partition(":")
        if kind == "retry":
            return await self._retry(talk, message)
        return await self.taps.take(talk, kind, value, message.at)

    async def _retry(self, talk: Talk, message: Message) -> list[Reply]:
        if not talk.pending:
            return self.naming.topic(talk, "menu", message.at)
        text, talk.pending = talk.pending, ""
        return await self._typed(talk, replace(message, tap=None, text=text))

