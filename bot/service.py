"""Keeps talks around turns: found again under the door's keyed hash, one message at a time, each answered once, saved encrypted.

Content, rules and the model are watched here: a change is taken over when it is whole, and the last good version stays otherwise.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

import structlog
import yaml

from bot.answers import Answers
from bot.content import ContentError, load_content
from bot.conversation import MANY, Talk
from bot.counts import Counts, snapshot
from bot.files import make_file
from bot.gate import Gate
from bot.handoff.hours import hours_faults
from bot.handoff.queue import Queue
from bot.handoff.visitor import HELD, VisitorSide
from bot.messages import Message, Reply
from bot.metrics import Metrics
from bot.practice import history
from bot.practice.book import load_book as load_practice
from bot.practice.opening import open_practice
from bot.report.book import load_book
from bot.safety import Safety, load_safety
from bot.settings import Settings
from bot.store.kept import Kept, key_from
from bot.store.limits import Limit
from bot.store.locks import MOST_WAITING, Locks
from bot.store.talks import Talks
from bot.store.wire import Wire
from bot.turn import Turn
from bot.understand import Understanding

log = structlog.get_logger()
WATCHED = (
    "content", "organisations", "data/danger", "data/after_danger", "data/honour", "data/commands", "data/greetings", "data/questions", "data/lexicon", "data/report", "data/practice",
)  # fmt: skip


def load_words(root: Path, organisation: str) -> tuple[Answers, Safety, list[str]]:
    """Answers and rules from their files, with every fault. Raises ContentError when nothing can be said."""
    content, faults = load_content(root, organisation)
    safety, more = load_safety(root)
    try:
        starters = yaml.safe_load((root / "content" / "starters.yml").read_text("utf-8"))
        unknown = [t for topics in starters.values() for t in topics if t not in content.topics]
        more += [f"content/starters.yml: {t} is no topic; correct its spelling" for t in unknown]
    except (OSError, yaml.YAMLError, AttributeError, TypeError):
        starters = {}
        more.append("content/starters.yml: can't be read; write `role: [topic, topic]` lines")
    book, wrong = load_book(root, content)
    more += hours_faults(content.organisation, f"organisations/{organisation}/organisation.yml")
    practice = load_practice(root, wrong)
    if practice is None:
        raise ContentError(faults + more + wrong)
    return Answers(content, starters, book, practice), safety, faults + more + wrong


class Outlet(Protocol):
    """A door that can say something to a person who did nothing just now."""

    def note(self, talk: Talk, replies: list[Reply]) -> list[dict[str, Any]]: ...
    async def bring(self, name: str, person: str, replies: list[Reply], noted: list[dict[str, Any]]) -> None: ...


class Service:
    """What every door calls. Made by `Service.open`; `handle` is the one way in."""

    def __init__(self, settings: Settings, turn: Turn, kept: Kept) -> None:
        self.settings, self.turn, self.kept = settings, turn, kept
        self.talks = Talks(kept, lambda: str(self.turn.answers.content.organisation.get("default_language", "nl")))
        self._redis = connect(settings.redis)
        self.locks, self.wire, self.metrics = Locks(self._redis), Wire(self._redis), Metrics()
        self.gate = Gate()
        self.turn.handoff = VisitorSide(Queue(kept), self.wire)
        self.counts = Counts(kept)
        self.doors: dict[str, Outlet] = {}  # the doors that are open, by name
        self._stamp = changed_at(settings.root)
        self.faults: list[str] = []

    def limit(self, kind: str, burst: float, per_second: float) -> Limit:
        """A limit that all processes keep together."""
        return Limit(kind, burst, per_second, self._redis)

    @classmethod
    def open(cls, settings: Settings, understanding: Understanding, words: tuple[Answers, Safety] | None = None) -> Service:
        """`words` when they are loaded already. Raises ContentError, OSError (a folder that can't be written) and sqlalchemy's errors (a database that is not there)."""
        if words is None:
            answers, safety, faults = load_words(settings.root, settings.organisation)
            if faults:
                raise ContentError(faults)
            words = answers, safety
        settings.data.mkdir(parents=True, exist_ok=True)
        kept = Kept(settings.database_url(), key_from(settings.key, settings.data))
        practice = open_practice(settings.root, settings.root.resolve() / settings.models, kept, settings.deadline)
        return cls(settings, Turn(*words, understanding, practice=practice), kept)

    async def handle(
        self,
        door: str,
        person: str,
        message: Message,
        message_id: str = "",
        note: Callable[[Talk, list[Reply]], None] = lambda talk, replies: None,
    ) -> list[Reply]:
        """One message of one person: in order, answered once. A message id seen before gives no replies again.

        `note` may write into the talk before it is saved. Raises TooFast when too many messages of this talk wait.
        """
        name, begun = self.kept.name(door, person), time.perf_counter()
        async with self.locks.holding(name, MOST_WAITING):
            talk = self.talks.load(name)
            if message_id and message_id in talk.seen:
                return []
            before, was = talk.id, snapshot(talk)
            message = replace(message, id=message_id, door=door)
            async with self.gate.through(lambda: talk.answered_by in HELD or self._danger(message, talk.language)):
                replies = await self.turn.take(talk, message)
            if talk.id != before and not self._erased(name, before):
                replies = [self.turn.answers.notice("erase_waits", talk, topic="erase_waits")]
            self.counts.turn(was, talk, message, replies, self.turn.answers.content.topics)
            remember(talk, message_id)
            note(talk, replies)
            self.talks.save(name, talk)
            self.metrics.turn(door, message, replies, talk.language, time.perf_counter() - begun)
            return replies

    def _danger(self, message: Message, language: str) -> bool:
        return bool(message.text) and self.turn.safety.danger(str(message.text), language) is not None

    async def deliver(self, name: str, say: Callable[[Talk], list[Reply]], address: tuple[str, str] | None) -> list[Reply]:
        """Says something outside a turn: a counsellor's words, what happened to a talk. Returns the replies.

        `name` is the talk (Kept.name), `say` gives the replies and may change the talk, `address` is (door, person). Written with the
        talk before it is sent: a page that is away finds it when it comes back.
        """
        async with self.locks.holding(name):
            talk = self.talks.load(name)
            before = talk.to_dict()
            replies = say(talk)
            for reply in replies:
                talk.offer({b.id: b.title for b in reply.buttons})
            door = self.doors.get(address[0]) if address else None
            noted = door.note(talk, replies) if door else []
            if replies or talk.to_dict() != before:
                self.talks.save(name, talk)
            if door and address and replies:
                await door.bring(name, address[1], replies, noted)
            return replies

    def passing(self, name: str, event: dict[str, Any]) -> None:
        """Something for the open pages of a talk that is not kept, as {"typing": True}."""
        self.wire.publish(name, event)

    async def file(self, door: str, person: str, kind: str) -> tuple[str, bytes]:
        """(media type, bytes) of a file that a reply of this talk offered. Raises bot.files.NoFile."""
        return await asyncio.to_thread(make_file, self.turn.answers, self.look(door, person), kind)

    async def erase(self, door: str, person: str) -> None:
        """Erases everything kept of a person's talk."""
        name = self.kept.name(door, person)
        async with self.locks.holding(name):
            self._erased(name, self.talks.load(name).id)
            self.turn.handoff.erase(name)

    def _erased(self, name: str, talk_id: str) -> bool:
        """Whether every store has forgotten the talk; one that is away does it when it is back, before anything else is written."""
        return all([self.talks.erase("tracker", talk_id), self.talks.erase("talk", name)])

    @asynccontextmanager
    async def talk(self, door: str, person: str) -> Any:
        """A talk to look at or change, saved at the end; other messages of it wait."""
        name = self.kept.name(door, person)
        async with self.locks.holding(name):
            talk = self.talks.load(name)
            yield talk
            self.talks.save(name, talk)

    def is_kept(self, door: str, person: str) -> bool:
        """Whether the talk is written; False while it waits in memory for a store that is away."""
        return self.talks.is_kept(self.kept.name(door, person))

    def look(self, door: str, person: str) -> Talk:
        """A talk as it is kept now, to read only."""
        return self.talks.load(self.kept.name(door, person))

    def said(self, door: str, person: str, after: int) -> list[dict[str, Any]]:
        """What a door noted in a talk (talk.log) after a number, oldest first."""
        return self.talks.said(self.kept.name(door, person), after)

    # --- what changes while it runs ----------------------------------------------------------------------------------

    def reload(self) -> list[str]:
        """Takes over changed words and rules when they are whole; returns the faults when they are not."""
        stamp = changed_at(self.settings.root)
        if stamp == self._stamp:
            return []
        self._stamp = stamp
        try:
            answers, safety, faults = load_words(self.settings.root, self.settings.organisation)
        except ContentError as error:
            faults = error.faults
        if faults:
            log.error("changed words not taken over; the last good ones stay", faults=len(faults), first=faults[0])
        else:
            self.turn.answers, self.turn.safety = answers, safety
        self.faults = faults
        return faults

    async def keep_house(self, every: float = 2.0) -> None:
        """Runs for ever: reloads changed words, erases talks that fell silent, writes what waited for a store that was away."""
        rounds = 0
        while True:
            await asyncio.to_thread(self.reload)  # reading words takes seconds: people are answered meanwhile
            await self.talks.mend()
            if rounds % 300 == 0 and not self.talks.away:
                try:
                    self.kept.erase_silent(("talk", "tracker", "update"), self.settings.silence_hours * 3600)
                    self.kept.erase_silent((history.KIND,), history.KEEP_DAYS * 86_400)
                except Exception as error:
                    log.error("silent talks not erased now; tried again in ten minutes", error=error.__class__.__name__)
            rounds += 1
            await asyncio.sleep(every)

    async def keep_in_touch(self) -> None:
        """Runs for ever: locks and events between processes. Returns at once when there is one process alone."""
        await asyncio.gather(self.wire.run(), self.locks.run())

    def close(self) -> None:
        self.turn.understanding.close()
        self.kept.close()


def connect(url: str) -> Any:
    """A client of Redis, None for an empty address. It connects when it is used first, and again after each failure."""
    if not url:
        return None
    from redis.asyncio import Redis

    return Redis.from_url(url, socket_connect_timeout=1, socket_timeout=5, health_check_interval=15)


def remember(talk: Talk, message_id: str) -> None:
    """A message id that must not be answered again."""
    if message_id:
        talk.seen[message_id] = talk.seq
        while len(talk.seen) > MANY:
            talk.seen.pop(next(iter(talk.seen)))


def changed_at(root: Path) -> tuple[int, float]:
    """How many files the words and rules are, and when the last changed."""
    stamps = [p.stat().st_mtime for folder in WATCHED for p in (root / folder).rglob("*") if p.is_file()]
    return len(stamps), max(stamps, default=0.0)
