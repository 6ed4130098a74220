"""What a person taps: a button of an earlier reply; and the few words that do the same ("menu", "stop")."""

from __future__ import annotations

import datetime
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from bot.answers import PERSPECTIVES, ROLES, Answers
from bot.content.library import DOORS
from bot.conversation import Talk
from bot.messages import Button, Message, Reply
from bot.naming import Naming
from bot.nlu.normalise import words
from bot.practice.practice import Practice
from bot.report.guide import Guide
from bot.report.risk import RiskTalk
from bot.safety import Safety
from bot.understand import Understanding, tapped

COMMAND_TOPICS = {"talk_to_person", "who_can_help", "menu", "delete_my_data", "change_language"}  # commands that are topics
CONFIRMING = 5  # words of a yes or no to erasing: "ja, wis alles maar"
MEDIA_OF_IMAGES = {"photo", "video", "album", "document", "animation", "video_note", "link"}


@dataclass(frozen=True)
class Taps:
    """Made anew for each turn: `answers` holds the words of the moment."""

    answers: Answers
    understanding: Understanding
    practice: Practice | None
    naming: Naming

    async def take(self, talk: Talk, kind: str, value: str, at: datetime.datetime) -> list[Reply]:
        """A button "kind:value". One that means nothing any more gives the menu."""
        if kind == "practice" and self.practice:
            return await self.practice.tap(self.answers, talk, value, at)
        if self.practice:
            self.practice.leave(talk)
        if kind == "topic":
            if value not in self.answers.content.topics:
                return self.naming.topic(talk, "menu", at)
            seen = tapped(value)
            names = await self.understanding.names(talk.id, "", seen) or [{"topic": value}]
            return await self.naming.all_named(talk, names, seen, at)
        if kind == "report":
            return await Guide(self.answers, self.understanding).tap(talk, value, at)
        handlers: dict[str, Callable[[], list[Reply]]] = {
            "role": lambda: self._role(talk, value, at),
            "perspective": lambda: self._perspective(talk, value, at),
            "perspectives": lambda: [self.answers.notice("perspective_ask", talk, self.answers.perspective_buttons(talk))],
            "language": lambda: self.naming.language(talk, value, at),
            "languages": lambda: self.naming.topic(talk, "change_language", at),
            "part": lambda: [self.naming.part(talk, value, at)],
            "menu": lambda: self.naming.topic(talk, "menu", at),
            "source": lambda: [self.answers.sources(talk)],
            "card": lambda: [self.answers.card(talk)],
            "risk": lambda: RiskTalk(self.answers).tap(talk, value, at),
            "erase": lambda: self.erase(talk, value),
            "none": lambda: [
                self.answers.notice("ask_again", talk, self.answers.starter_buttons(talk) + self.answers.way_out(talk), topic="nlu_fallback")
            ],
        }
        return handlers.get(kind, handlers["menu"])()

    def expired(self, talk: Talk) -> Reply:
        """A button that was never offered, or too long ago."""
        return self.answers.notice("button_expired", talk, [*self.answers.starter_buttons(talk), *self.answers.way_out(talk)])

    def _role(self, talk: Talk, role: str, at: datetime.datetime) -> list[Reply]:
        talk.role = role if role in ROLES else ""
        if role == "young":
            return self.naming.topic(talk, "i_am_young", at)
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
            return self.naming.topic(talk, talk.topic, at, above=self.answers.say(key, talk))
        return [self.answers.notice(key, talk, self.answers.starter_buttons(talk))]

    def erasing(self, talk: Talk, text: str, safety: Safety, meant: bool = False) -> str:
        """ "yes" or "no" where a few words answer whether everything shall be erased: "evet sil", "delete it", "no wait"; "" elsewhere.
        `meant`: the model takes them for the wish to erase."""
        spoken, listener = words(text), self.answers.report.listener
        if "erase:yes" not in talk.shown or not 0 < len(spoken) <= CONFIRMING or listener.asides.asks(text):
            return ""
        first = next((w for w in (listener.word(text), listener.word(spoken[0])) if w in ("yes", "no")), "")
        command = safety.command(text, talk.language)
        return first or ("yes" if meant or (command and command.kind == "delete_my_data") else "")

    def erase(self, talk: Talk, answer: str) -> list[Reply]:
        if answer != "yes":
            return [self.answers.notice("erase_kept", talk, [self.answers.button("menu", "button_menu", talk)])]
        if self.practice:
            self.practice.forget(talk)
        # A new id: the service sees it and erases what is kept under the old one, Rasa's tracker too.
        fresh = Talk(secrets.token_hex(16), language=talk.language, door=talk.door, seq=talk.seq)
        talk.__dict__.update(fresh.__dict__)
        return [self.answers.notice("erase_done", talk, topic="erase_done")]

    def command(self, talk: Talk, kind: str, at: datetime.datetime) -> list[Reply]:
        if kind in COMMAND_TOPICS:
            talk.not_understood = 0
            return self.naming.topic(talk, kind, at)
        if kind == "show_card":
            return [self.answers.card(talk)]
        key = "stopped" if kind != "leave" else f"leave_{talk.door}" if talk.door in DOORS else "leave"
        return [self.answers.notice(key, talk, [self.answers.button("menu", "button_menu", talk)], topic="leave" if kind == "leave" else "stopped")]

    def media(self, talk: Talk, message: Message) -> list[Reply]:
        if message.media in MEDIA_OF_IMAGES:
            return self.naming.topic(talk, "asked_to_see_images", message.at)
        buttons: list[Button] = self.answers.starter_buttons(talk)[:2] + self.answers.way_out(talk)[:2]
        return [self.answers.notice("media_refused", talk, buttons)]
