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
import secrets
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from bot import after_danger
from bot.after_danger import same_side
from bot.answers import PERSPECTIVES, ROLES, Answers, speaks_as
from bot.content.library import DOORS
from bot.conversation import PASSING, Talk
from bot.fitting import fitting
from bot.follow_up import SHORT, FollowUps
from bot.handoff.summary import remember
from bot.handoff.visitor import VisitorSide
from bot.honour import HONOUR, likely_before
from bot.language import recognise, set_language, told
from bot.masking import mask
from bot.messages import Button, Message, Reply
from bot.nlu.normalise import words
from bot.practice.practice import Practice
from bot.report.guide import Guide
from bot.report.risk import RiskTalk
from bot.safety import Safety
from bot.said import keep_said, said_before
from bot.two_questions import two_questions
from bot.understand import Understanding, Understood, danger_in, tapped, with_intent, without_danger

UNSEEN = re.compile("[\u0000-\u0008\u000b-\u001f\u007f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
TAGS = "a|b|br|code|div|em|font|h[1-6]|i|img|li|ol|p|pre|s|script|span|strong|u|ul"
MARKUP = re.compile(rf"</?(?:{TAGS})(?:\s[^<>]{{0,200}})?/?>|[*~`<>|]+|&(?:amp|lt|gt|nbsp|quot);", re.IGNORECASE)  # signs around words belong to no language
LONG = 2_000  # characters that are read; the danger rules look at more
CONTEXT_TOPICS = {"more_please": "more", "simpler_please": "easier"}
COMMAND_TOPICS = {
    "talk_to_person": "talk_to_person",
    "who_can_help": "who_can_help",
    "menu": "menu",
    "delete_my_data": "delete_my_data",
    "change_language": "change_language",
}
MEDIA_OF_IMAGES = {"photo", "video", "album", "document", "animation", "video_note", "link"}
NO_MORE = 10  # words of a message that says no to what was asked
SURE = 0.9  # how much danger the model must see in such a message
ALSO_ASKED = 0.5  # how sure the question beside a danger must be to be answered too
FEW_WORDS = 4  # of a message that is a yes or a no and little else


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
                replies = self._media(talk, message)
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
        remember(talk, replies, self.answers)
        for reply in replies:
            talk.offer({b.id: b.title for b in reply.buttons})
        return replies

    def hello(self, talk: Talk, at: datetime.datetime, door: str = "") -> list[Reply]:
        """The first screen of a new talk at a door; for one that a human holds, how that stands."""
        talk.door = door or talk.door
        if standing := self.handoff.standing(self.answers, talk, at):
            return [standing]
        reply = self.answers.topic("greet", talk, at)
        talk.offer({b.id: b.title for b in reply.buttons})
        return [reply]

    # --- what a person types -----------------------------------------------------------------------------------------

    async def _typed(self, talk: Talk, message: Message) -> list[Reply]:
        typed = UNSEEN.sub("", message.text or "").strip()
        text = typed.lstrip("/ ") if typed.startswith("/") else typed  # "/affirm" typed by a person is never an intent
        if not (words(text[:LONG]) or words(text)):
            key = "only_emoji" if any(not c.isascii() for c in text) else "nothing_typed"
            return [self.answers.notice(key, talk, self.answers.starter_buttons(talk) + self.answers.way_out(talk)[:1])]
        if button := talk.button(text):
            return await self._tap(talk, replace(message, tap=button, text=None))
        # In a scene the words of danger are the work itself; practice lets through what is real.
        if self.practice and (practised := await self.practice.typed(self.answers, talk, text, message.at, self.safety)) is not None:
            return practised
        text = MARKUP.sub(" ", text).strip() or text
        rule = self.safety.danger(typed, talk.language)
        text = text[:LONG]  # a long message holds others up; the rest of it was looked at for danger
        if not rule and (command := self.safety.command(text, talk.language)) and not (command.kind == "stop" and self.guide.hearing.answered_by(talk, text)):
            if not talk.turns:
                set_language(talk, command.language, self.answers.content)
            return await self._command(talk, command.kind, message)
        # Later in a talk the model hears it: "iyi geceler" says goodbye then.
        if not rule and not talk.turns and (code := self.safety.greeting(text)):
            return self._greeted(talk, code, message.at)
        if not rule and "erase:yes" in list(talk.offered)[-3:] and (word := self.answers.report.listener.word(text)) in ("yes", "no"):
            return self._erase(talk, word)
        if not rule and (wish := self.guide.wish(talk, text))[0]:
            if not talk.language_chosen:
                set_language(talk, wish[1], self.answers.content)
            return await self.guide.tap(talk, wish[0], message.at)
        seen = await self.understanding.parse(text)
        if seen:
            if seen.decision != "out_of_scope" or not talk.turns or len(words(text)) > 3:  # nonsense has no language
                set_language(talk, recognise(talk, text, seen.languages, self.answers.content), self.answers.content)
            talk.details.update({k: v for k, v in seen.details().items() if k != "language"})
        elif rule and not talk.turns:
            set_language(talk, rule.language, self.answers.content)
        honour = likely_before(talk)  # before this message, which the guide may take for a home that must not know
        changed = self.guide.hearing.take(talk, text, seen)
        whole = seen if len(typed) <= LONG else None  # the model read the beginning alone, so it can't overrule the rules
        # What a rule sees is danger. What only the model sees is not, when it is an answer to the open question: "hij is net 13", "dat het stopt".
        calm = not rule and not talk.asked and self.guide.hearing.is_answer(talk, text)
        if not rule and not talk.asked and seen and seen.danger and seen.alarm < SURE and self._says_no(talk, text):
            seen = without_danger(seen)
        kind = "" if calm else danger_in(rule.kind, whole) if rule else danger_in("", seen)
        if talk.asked and (answered := await self._after_danger(talk, text, kind if rule else "", seen, message.at)):
            return answered
        if kind:
            talk.report["alarm"] = "rule" if rule or talk.report.get("alarm") == "rule" else "model"
            return await self._danger(talk, message, self.safety.honour.weighed(kind, text, honour, known=talk.asked == HONOUR), seen)
        if seen and seen.topic in ("affirm", "deny") and self.handoff.asking(talk):
            return self.handoff.answered(self.answers, talk, message, seen.topic == "affirm")
        follow = FollowUps(self.answers, self.safety)
        if seen and follow.first(talk) and (leaning := follow.leaning(talk, text, seen, message.at)):
            return leaning
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
        if seen.topic == "follow_up" and (rest := await self.understanding.parse(follow.rest(text))) and rest.topic not in PASSING:
            seen = rest  # "peki ya okul?" is about school
        seen = follow.meant(talk, text, seen)
        if both := await two_questions(text, seen, self.understanding, self.safety):
            above = self.answers.say("danger_and_question", talk)
            return [*await self._answer(talk, message, text, both[0]), self.answers.topic(both[1].topic, talk, message.at, above=above)]
        if len(typed) > LONG:
            replies = await self._answer(talk, message, text, seen)
            return [replace(replies[0], text=self.answers.say("too_long", talk) + "\n\n" + replies[0].text), *replies[1:]]
        return await self._answer(talk, message, text, seen)

    def _says_no(self, talk: Talk, text: str) -> bool:
        """Whether a later message answers with a no and a few words: "nee hij slaapt, ze is bij mij"."""
        spoken = words(text)
        return bool(talk.turns) and 1 < len(spoken) <= NO_MORE and self.answers.report.listener.word(spoken[0]) == "no"

    def _greeted(self, talk: Talk, code: str, at: datetime.datetime) -> list[Reply]:
        """A greeting and no more; in a first message it says the language, unless half the world greets so."""
        before, shown = talk.language, talk.turns > 0 or "role:parent" in talk.offered  # who Noor is stood on the first screen
        if not talk.turns and code in self.answers.content.languages:
            set_language(talk, code, self.answers.content)
        talk.not_understood = 0
        reply = self.answers.topic("greet", talk, at)
        return [replace(reply, text=self.answers.say("greet_again", talk))] if shown and talk.language == before else [reply]

    async def _danger(self, talk: Talk, message: Message, kind: str, seen: Understood | None) -> list[Reply]:
        again = talk.danger == kind and talk.topic == kind
        if talk.asked == kind and not talk.details.get("danger_heard"):  # the same danger once more, or worse: "she took pills"
            return await self._heard(talk, "unsafe", seen, message.at)
        part = "more" if again and talk.details.get("danger_part") != "more" else "easier" if again else ""
        talk.details["danger_part"] = part
        reply = replace(self.answers.topic(kind, talk, message.at, part=part), urgent=True)
        replies = [reply]
        talk.danger = talk.topic = kind
        talk.details.pop("danger_heard", None)
        talk.not_understood = 0
        if seen:
            await self.understanding.names(talk.id, "", with_intent(seen, kind))
            asked = [(t, p) for t, p in seen.candidates if not t.startswith("danger_") and t not in PASSING]
            whole = sum(p for _, p in asked)
            text = (message.text or "")[:LONG]
            if asked and asked[0][1] / whole >= ALSO_ASKED and len(words(text)) > SHORT and self.safety.asks(text):
                replies.append(self.answers.topic(asked[0][0], talk, message.at, above=self.answers.say("danger_and_question", talk)))
        return replies

    async def _after_danger(self, talk: Talk, text: str, rule: str, seen: Understood | None, at: datetime.datetime) -> list[Reply]:
        """The next sentence of the danger whose question is open; [] when the message is no answer to it, or another danger."""
        short = seen.topic if seen and seen.decision == "answer" and len(words(text)) <= FEW_WORDS else ""
        begins = self.answers.report.listener.word(" ".join(words(text)[:1]))
        yes_no = begins if begins in ("yes", "no") else {"affirm": "yes", "deny": "no"}.get(short, "")
        heard = self.safety.after_danger.heard(text, talk.asked, yes_no)
        if rule and not (heard in ("safe", "unsafe") and same_side(rule, talk.asked)):
            return []
        if not heard or (heard == "declined" and seen and seen.danger) or talk.details.get("danger_heard") == heard:
            return []
        return await self._heard(talk, heard, seen, at)

    async def _heard(self, talk: Talk, heard: str, seen: Understood | None, at: datetime.datetime) -> list[Reply]:
        talk.details["danger_heard"] = heard
        if seen:
            await self.understanding.names(talk.id, "", with_intent(seen, "affirm" if heard == "safe" else "deny"))
        return [after_danger.reply(self.answers, talk, heard, at)]

    async def _answer(self, talk: Talk, message: Message, text: str, seen: Understood) -> list[Reply]:
        if seen.topic == "change_language" and seen.decision == "answer" and (named := seen.details().get("language")):
            return self._language(talk, named, message.at)
        # A yes or no to a danger's question was answered before; Rasa's stories, which know that question alone, would take it up again after a plan.
        names = [n for n in await self.understanding.names(talk.id, mask(text), seen) if n.get("as") not in ("more", "easier")]
        if not names:  # no rule or story fits, or Rasa fell silent in between: the topic answers for itself
            names = [{"topic": {"ask": "nlu_fallback", "out_of_scope": "out_of_scope"}.get(seen.decision, seen.topic)}]
        return await self._all_named(talk, names, seen, message.at, text)

    async def _all_named(
        self, talk: Talk, names: list[dict[str, Any]], seen: Understood, at: datetime.datetime, text: str = ""
    ) -> list[Reply]:
        replies: list[Reply] = []
        for name in names:
            if str(name["topic"]).startswith("report_") and name["topic"] not in self.answers.content.topics:  # Rasa's form asks
                if replies and talk.report.get("state") == "paused" and replies[-1].topic != "start_report":
                    return replies  # she stopped for now: a greeting or a question does not go on
                return [*replies, *await self.guide.begin(talk, at)]
            replies += self._named(talk, str(name["topic"]), str(name.get("as", "")), seen, at, text)
        return replies

    def _named(self, talk: Talk, topic: str, way: str, seen: Understood, at: datetime.datetime, text: str = "") -> list[Reply]:
        """One name from Rasa as replies."""
        answers = self.answers
        if topic == "nlu_fallback":
            talk.not_understood += 1
            if talk.not_understood > 1:
                return [answers.notice("ask_again", talk, answers.way_out(talk), topic="nlu_fallback")]
            likely = [t for t, _ in seen.candidates if t in answers.content.topics and t != "follow_up"][:3]
            return [
                answers.notice(
                    "ask_which",
                    talk,
                    [*answers.topic_buttons(likely, talk), answers.button("none", "button_none", talk)],
                    topic="nlu_fallback",
                )
            ]
        if topic == "out_of_scope":
            talk.not_understood += 1
            reply = answers.topic(topic, talk, at)
            return [replace(reply, buttons=tuple(answers.starter_buttons(talk)[:2] + answers.way_out(talk)))]
        talk.not_understood = 0
        if way == "helplines" and talk.topic:
            return [answers.who_to_call(talk, at)]
        if way == "follow_up":  # nothing in it that changes the last answer: "why not"
            return [self._part(talk, "more", at)]
        if part := CONTEXT_TOPICS.get(topic):
            if text and f"{talk.topic} {part}" in talk.said:  # typed once more: it was all there is
                return self._topic(talk, topic, at)
            return [self._part(talk, part, at)]
        if topic == "practise_start" and self.practice:
            return self.practice.start(answers, talk, at, text)
        if topic == "practise_stop" and self.practice and (report := self.practice.stopped(answers, talk)):
            return report
        if topic == "start_over":
            talk.topic = talk.perspective = talk.role = ""
            talk.details.clear()
            talk.report.clear()
            return [answers.topic("greet", talk, at)]
        if topic == "greet" and speaks_as(talk) in ROLES:  # "hello, I am a teacher": who it is was said
            return [answers.notice("role_set", talk, answers.starter_buttons(talk))]
        if topic == "greet" and talk.turns:
            return self._greeted(talk, "", at)
        if text and (once_more := said_before(answers, talk, topic, at)):
            talk.topic = once_more.topic
            return [once_more]
        return self._topic(talk, topic, at)

    def _topic(self, talk: Talk, topic: str, at: datetime.datetime, above: str = "") -> list[Reply]:
        if topic not in self.answers.content.topics:
            return [self.answers.notice("ask_again", talk, self.answers.way_out(talk))]
        if topic == "talk_to_person" and (asked := self.handoff.ask(self.answers, talk, at)):
            return [asked]
        reply = self.answers.topic(topic, talk, at, above=above)
        if reply.topic not in PASSING:
            talk.topic = reply.topic
        if topic.startswith("danger_"):
            talk.danger = topic
        return [reply]

    def _part(self, talk: Talk, part: str, at: datetime.datetime) -> Reply:
        topic = self.answers.content.topics.get(talk.topic)
        if topic and part in (topic.texts.get(talk.language) or topic.texts["nl"]).parts:
            return self.answers.topic(talk.topic, talk, at, part=part)
        return self.answers.topic("more_please" if part == "more" else "simpler_please", talk, at)

    # --- what a person taps ------------------------------------------------------------------------------------------

    async def _tap(self, talk: Talk, message: Message) -> list[Reply]:
        button = talk.button(message.tap or "")
        if button is None:
            return [self.answers.notice("button_expired", talk, [*self.answers.starter_buttons(talk), *self.answers.way_out(talk)])]
        kind, _, value = button.partition(":")
        if kind == "practice" and self.practice:
            return await self.practice.tap(self.answers, talk, value, message.at)
        if self.practice:
            self.practice.leave(talk)
        handlers: dict[str, Callable[[], list[Reply]]] = {
            "role": lambda: self._role(talk, value, message.at),
            "perspective": lambda: self._perspective(talk, value, message.at),
            "perspectives": lambda: [self.answers.notice("perspective_ask", talk, self.answers.perspective_buttons(talk))],
            "language": lambda: self._language(talk, value, message.at, chosen=True),
            "languages": lambda: self._topic(talk, "change_language", message.at),
            "part": lambda: [self._part(talk, value, message.at)],
            "menu": lambda: self._topic(talk, "menu", message.at),
            "source": lambda: [self.answers.sources(talk)],
            "card": lambda: [self.answers.card(talk)],
            "none": lambda: [
                self.answers.notice(
                    "ask_again", talk, self.answers.starter_buttons(talk) + self.answers.way_out(talk), topic="nlu_fallback"
                )
            ],
        }
        if kind == "topic":
            if value not in self.answers.content.topics:
                return self._topic(talk, "menu", message.at)
            seen = tapped(value)
            names = await self.understanding.names(talk.id, "", seen) or [{"topic": value}]
            return await self._all_named(talk, names, seen, message.at)
        if kind == "report":
            return await self.guide.tap(talk, value, message.at)
        if kind == "risk":
            return RiskTalk(self.answers).tap(talk, value, message.at)
        if kind == "erase":
            return self._erase(talk, value)
        if kind == "retry":
            return await self._retry(talk, message)
        return handlers.get(kind, handlers["menu"])()

    def _role(self, talk: Talk, role: str, at: datetime.datetime) -> list[Reply]:
        talk.role = role if role in ROLES else ""
        if role == "young":
            return self._topic(talk, "i_am_young", at)
        return [
            self.answers.notice(
                "role_set", talk, [*self.answers.starter_buttons(talk), self.answers.button("perspectives", "button_perspective", talk)]
            )
        ]

    def _perspective(self, talk: Talk, perspective: str, at: datetime.datetime) -> list[Reply]:
        talk.perspective = perspective if perspective in PERSPECTIVES else ""
        key = "perspective_set" if talk.perspective else "perspective_none"
        topic = self.answers.content.topics.get(talk.topic)
        if talk.perspective and topic and PERSPECTIVES[perspective] in topic.texts["nl"].parts:
            return self._topic(talk, talk.topic, at, above=self.answers.say(key, talk))
        return [self.answers.notice(key, talk, self.answers.starter_buttons(talk))]

    def _language(self, talk: Talk, code: str, at: datetime.datetime, chosen: bool = True) -> list[Reply]:
        if code not in self.answers.content.languages:
            return self._topic(talk, "change_language", at)
        set_language(talk, code, self.answers.content, chosen=chosen)
        if talk.topic in self.answers.content.topics:
            return self._topic(talk, talk.topic, at, above=self.answers.say("language_set", talk))
        greet = self.answers.topic("greet", talk, at)
        return [replace(greet, text=self.answers.say("language_set", talk) + "\n\n" + greet.text)]

    def _erase(self, talk: Talk, answer: str) -> list[Reply]:
        if answer != "yes":
            return [self.answers.notice("erase_kept", talk, [self.answers.button("menu", "button_menu", talk)])]
        if self.practice:
            self.practice.forget(talk)
        # A new id: the service sees it and erases what is kept under the old one, Rasa's tracker too.
        fresh = Talk(secrets.token_hex(16), language=talk.language, door=talk.door, seq=talk.seq)
        talk.__dict__.update(fresh.__dict__)
        return [self.answers.notice("erase_done", talk, topic="erase_done")]

    async def _retry(self, talk: Talk, message: Message) -> list[Reply]:
        if not talk.pending:
            return self._topic(talk, "menu", message.at)
        text, talk.pending = talk.pending, ""
        return await self._typed(talk, replace(message, tap=None, text=text))

    async def _command(self, talk: Talk, kind: str, message: Message) -> list[Reply]:
        if topic := COMMAND_TOPICS.get(kind):
            talk.not_understood = 0
            return self._topic(talk, topic, message.at)
        if kind == "retry":
            return await self._retry(talk, message)
        if kind == "show_card":
            return [self.answers.card(talk)]
        key = "stopped" if kind != "leave" else f"leave_{talk.door}" if talk.door in DOORS else "leave"
        return [self.answers.notice(key, talk, [self.answers.button("menu", "button_menu", talk)], topic="leave" if kind == "leave" else "stopped")]

    def _media(self, talk: Talk, message: Message) -> list[Reply]:
        if message.media in MEDIA_OF_IMAGES:
            return self._topic(talk, "asked_to_see_images", message.at)
        buttons: list[Button] = self.answers.starter_buttons(talk)[:2] + self.answers.way_out(talk)[:2]
        return [self.answers.notice("media_refused", talk, buttons)]
