"""Talks by name, kept honest when the store fails: answered from memory, held there, and written when the store is back.

What was acknowledged is never lost: a door acknowledges a message when `save` or `settled` says that it is written. A talk that is
begun while the store can't be read is numbered from the clock, so that it goes after everything the store holds and is joined to it.
"""

from __future__ import annotations

import asyncio
import copy
import dataclasses
import secrets
import time
from collections.abc import Callable
from typing import Any

import structlog

from bot.conversation import MANY, Talk
from bot.store.kept import Kept, Overtaken, Unreadable

log = structlog.get_logger()
RECENT, MINUTES = 2_000, 60  # talks, without what was said, that a process remembers in case the store goes away
MOST_HELD = 10_000  # talks that wait in memory for the store; beyond it people are answered and their talks begin anew


class Talks:
    """`load`, `save` and `erase` one talk; the caller holds its lock. None of them raises, and none waits for a store that is away."""

    def __init__(self, kept: Kept, language: Callable[[], str]) -> None:
        self._kept, self._language = kept, language
        self._held: dict[str, Talk] = {}
        self._recent: dict[str, tuple[float, Talk]] = {}
        self._to_erase: set[tuple[str, str]] = set()
        self._written: dict[str, asyncio.Event] = {}
        self.away = False

    def load(self, name: str) -> Talk:
        """The talk, or a new one."""
        if name in self._held:
            return self._held[name]
        if not self.away:
            try:
                row = None if ("talk", name) in self._to_erase else self._kept.get("talk", name)
                return Talk.from_dict(row) if row else self._new()
            except Unreadable as error:
                log.error("talk begins anew", why=str(error))
                return self._new()
            except Exception as error:
                self._gone(error)
        talk = copy.deepcopy(self._recent[name][1]) if name in self._recent else self._new()
        talk.seq = max(talk.seq, int(time.time()))
        return talk

    def save(self, name: str, talk: Talk) -> bool:
        """Whether the talk is written; when not, it is held in memory until it is."""
        if not self.away and name not in self._held:
            try:
                self._write(name, talk)
                talk.log = []
                self._remember(name, talk)
                return True
            except Exception as error:
                self._gone(error)
        if len(self._held) < MOST_HELD or name in self._held:
            self._held[name] = talk
        else:
            log.error("talk not saved: too many wait for the store")
        return False

    def said(self, name: str, after: int) -> list[dict[str, Any]]:
        """What was said in the talk after a number, oldest first; while the store is away, what was said since."""
        held = [event for event in (self._held[name].log if name in self._held else ()) if event["seq"] > after]
        if self.away or ("talk", name) in self._to_erase:
            return held
        try:
            return self._kept.said(name, after) + held
        except Exception as error:
            self._gone(error)
            return held

    def erase(self, kind: str, row: str) -> bool:
        """Whether the row is erased; when not, it is as soon as the store is back."""
        if kind == "talk":
            self._held.pop(row, None)
            self._recent.pop(row, None)
        if not self.away:
            try:
                self._kept.erase(kind, row)
                return True
            except Exception as error:
                self._gone(error)
        self._to_erase.add((kind, row))
        return False

    def held(self) -> int:
        """How many talks wait in memory for the store."""
        return len(self._held)

    def is_kept(self, name: str) -> bool:
        """Whether the talk is written as it is."""
        return name not in self._held

    async def settled(self, name: str) -> None:
        """Returns when the talk is written."""
        while name in self._held:
            await self._written.setdefault(name, asyncio.Event()).wait()

    async def mend(self) -> None:
        """Tries the store when it was away, and writes what is held. Call it every second or two."""
        old = time.monotonic() - MINUTES * 60
        while self._recent and next(iter(self._recent.values()))[0] < old:
            self._recent.pop(next(iter(self._recent)))
        if not (self.away or self._held or self._to_erase):
            return
        try:
            await asyncio.to_thread(self._kept.get, "talk", "-")
        except Exception:
            return
        try:
            for kind, row in list(self._to_erase):
                self._kept.erase(kind, row)
                self._to_erase.discard((kind, row))
            for name, talk in list(self._held.items()):
                self._write(name, self._joined(name, talk))
                del self._held[name]
                self._written.pop(name, asyncio.Event()).set()
                await asyncio.sleep(0)  # people are answered in between
        except Exception as error:
            return self._gone(error)
        if self.away:
            log.warning("the store is back; everything that waited is written")
        self.away = False

    def _write(self, name: str, talk: Talk) -> None:
        """Writes a talk; where another process was quicker (its lock ran out under load, or Redis is away), what is said here goes after that."""
        try:
            self._kept.put("talk", name, talk.to_dict(), talk.log)
        except Overtaken:
            log.warning("a talk was written by two at once; both are kept")
            row = self._kept.get("talk", name)
            stored = Talk.from_dict(row) if row else talk
            ahead = max(0, stored.seq + 1 - talk.log[0]["seq"])
            for event in talk.log:
                event["seq"] += ahead
            talk.seq += ahead
            talk.seen = join(stored, talk).seen
            self._kept.put("talk", name, talk.to_dict(), talk.log)

    def _joined(self, name: str, talk: Talk) -> Talk:
        """What is held, with what the store has of the same talk before it."""
        try:
            row = self._kept.get("talk", name)
        except Unreadable:
            return talk
        return join(Talk.from_dict(row), talk) if row else talk

    def _gone(self, error: Exception) -> None:
        if not self.away:
            log.error("the store fails; talks are held in memory until it is back", error=error.__class__.__name__, held=len(self._held))
        self.away = True

    def _remember(self, name: str, talk: Talk) -> None:
        self._recent.pop(name, None)
        self._recent[name] = (time.monotonic(), dataclasses.replace(talk))
        if len(self._recent) > RECENT:
            self._recent.pop(next(iter(self._recent)))

    def _new(self) -> Talk:
        return Talk(secrets.token_hex(16), language=self._language())


def join(stored: Talk, held: Talk) -> Talk:
    """One talk of what was stored and what was said while the store was away: no message of either is lost, the later state holds.

    A held talk with another id began without knowing the stored one: what it does not say (role, age ...) is taken from there.
    """
    fields = {f.name: getattr(held, f.name) for f in dataclasses.fields(Talk)}
    if held.id != stored.id:
        empty = Talk("")
        fields |= {k: getattr(stored, k) for k, v in fields.items() if v == getattr(empty, k)} | {"id": stored.id}
    seen = dict(list({**stored.seen, **held.seen}.items())[-MANY:])
    return Talk(**{**fields, "seen": seen, "seq": max(stored.seq, held.seq)})
