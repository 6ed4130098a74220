"""Parts of the handover's tests: a service without a model, a person on the web, a clock that the test moves."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from bot.answers import Answers
from bot.conversation import Talk
from bot.doors import frames
from bot.handoff.desk import Desk
from bot.handoff.rows import Handoff
from bot.handoff.watch import look
from bot.messages import Message, Reply
from bot.safety import Safety
from bot.service import Service
from bot.settings import Settings
from bot.understand import Understanding
from tests.conftest import MONDAY


class Door:
    """A door that keeps what was said outside a turn."""

    def __init__(self, service: Service) -> None:
        self.service, self.brought = service, []  # type: ignore[var-annotated]

    def note(self, talk: Talk, replies: list[Reply]) -> list[dict[str, Any]]:
        return [frames.note(talk, frames.from_noor(r, self.service.turn.answers.content)) for r in replies]

    async def bring(self, name: str, person: str, replies: list[Reply], noted: list[dict[str, Any]]) -> None:
        self.brought += [(person, r.topic, r.text, r.sender) for r in replies]


class House:
    """A running Noor whose clock stands still until the test moves it."""

    def __init__(self, settings: Settings, words: tuple[Answers, Safety], at: datetime.datetime = MONDAY) -> None:
        self.settings, self.words, self.at, self.number = settings, words, at, 0
        self.start()
        self.since = None  # it has been on for long

    def start(self) -> None:
        """Starts, or starts again after a stop: nothing but the database is left of before."""
        self.service = Service.open(self.settings, Understanding(lambda path: None), self.words)  # type: ignore[arg-type, return-value]
        self.door = self.service.doors["web"] = Door(self.service)
        self.since: datetime.datetime | None = self.at
        self.desk, self.queue = Desk(self.service), self.service.turn.handoff.queue

    async def says(self, person: str, text: str, message_id: str = "") -> list[Reply]:
        self.number += 1
        return await self.service.handle("web", person, Message(person, self.at, text=text), message_id or f"m{self.number}", self._note)

    async def taps(self, person: str, tap: str) -> list[Reply]:
        self.number += 1
        return await self.service.handle("web", person, Message(person, self.at, tap=tap), f"m{self.number}", self._note)

    def _note(self, talk: Talk, replies: list[Reply]) -> None:
        self.door.note(talk, replies)

    async def waits(self, person: str = "a") -> Handoff:
        """A person who asked for a human and agreed."""
        await self.taps(person, "topic:talk_to_person")
        await self.taps(person, "handoff:yes")
        found = self.queue.of(self.service.kept.name("web", person))
        assert found
        return found

    async def talk(self, person: str = "a") -> Talk:
        async with self.service.talk("web", person) as talk:
            return Talk.from_dict(talk.to_dict())

    def log(self, person: str = "a") -> list[dict[str, Any]]:
        """What her page would be shown again."""
        return self.service.said("web", person, 0)

    async def later(self, seconds: float) -> list[tuple[str, str, str, str]]:
        """The clock goes on; what was said to people in it."""
        before = len(self.door.brought)
        self.at += datetime.timedelta(seconds=seconds)
        await look(self.service, self.at, self.since)
        return list(self.door.brought[before:])


@pytest.fixture
def house(settings: Settings, words: tuple[Answers, Safety]) -> House:
    return House(settings, words)
