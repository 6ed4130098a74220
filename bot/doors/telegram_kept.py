"""Telegram's updates, kept until they are answered: after a kill they are answered at the next start, each once.

Telegram forgets an update as soon as it hears that it arrived. So it is written first, encrypted; the replies are written beside it
before the talk is; and how many messages of them are sent is written after each. A kill may repeat the one message that was on its way.
"""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from dataclasses import asdict
from typing import Any

import structlog
from sqlalchemy.exc import SQLAlchemyError
from telegram import Update
from telegram.ext import BaseUpdateProcessor

from bot.messages import Button, File, Link, Reply, Source
from bot.store.kept import Kept, Unreadable
from bot.store.locks import Locks

log = structlog.get_logger()
KIND = "update"
TRIES = 3  # starts that try an update: one that kills the process each time must not do so for ever
AT_ONCE = 64  # updates answered at the same time


class KeptUpdates:
    """Rows of the store, one an update. While the store is away updates are answered from memory, as everywhere in Noor."""

    def __init__(self, kept: Kept, locks: Locks) -> None:
        self._kept, self._locks = kept, locks
        self._rows: dict[int, dict[str, Any]] = {}  # of the updates that are being answered now
        self._come: dict[int, int] = {}  # how many messages of each were come to in this process
        self._loose: set[int] = set()  # came while the store was away

    def keep(self, update: Update) -> None:
        """Writes an update, unless it is written already: Telegram may send one again."""
        try:
            if self._kept.get(KIND, _name(update.update_id)) is None:
                self._kept.put(KIND, _name(update.update_id), {"update": update.to_dict(), "tries": 0, "replies": {}, "sent": 0})
        except Exception as error:  # a store that is away, or parts of a kind that can't be written: it is answered all the same
            log.error("telegram: an update is not written; a stop now would lose it", error=error.__class__.__name__)
            self._loose.add(update.update_id)

    def waiting(self, older: float = 0.0) -> list[dict[str, Any]]:
        """Updates, as Telegram sent them, that nobody in this process answers and that were written `older` seconds ago; counts the try."""
        found = []
        try:
            for name, row in self._kept.rows(KIND, older):
                if int(name) in self._rows:
                    continue
                row["tries"] += 1
                if row["tries"] > TRIES:
                    log.error("telegram: an update is given up; it was never answered to the end")
                    self._kept.drop(KIND, name)
                else:
                    self._kept.put(KIND, name, row)
                    found.append(row["update"])
        except SQLAlchemyError as error:
            log.error("telegram: what waits to be answered can't be read", error=error.__class__.__name__)
        return found

    @asynccontextmanager
    async def answering(self, number: int) -> AsyncIterator[bool]:
        """For the length of an update: whether it is still to be answered, by this process alone. Forgets it after that."""
        async with self._locks.holding(f"telegram update {number}"):
            try:
                row = self._kept.get(KIND, _name(number))
            except (SQLAlchemyError, Unreadable):
                row = None
                self._loose.add(number)
            if row is None and number not in self._loose:
                yield False  # answered in the meantime
                return
            self._rows[number] = row or {"replies": {}, "sent": 0}
            try:
                yield True
            finally:
                del self._rows[number]
                self._come.pop(number, None)
            self._loose.discard(number)
            try:
                self._kept.drop(KIND, _name(number))
            except SQLAlchemyError:
                log.error("telegram: an answered update is not erased; it is when the talk would be")

    def answered(self, number: int, own: str, replies: list[Reply]) -> None:
        """Keeps the replies to one message of an update, before the talk remembers that it gave them."""
        self._rows[number]["replies"][own] = [{**asdict(r), "review_by": r.review_by and r.review_by.isoformat()} for r in replies]
        self._write(number)

    def replies(self, number: int, own: str) -> list[Reply]:
        """The replies that were kept for it; none when there were none."""
        return [_reply(r) for r in self._rows[number]["replies"].get(own, [])]

    def due(self, number: int) -> bool:
        """Whether the next message of the answer is still to be sent; asked once for each, in order."""
        self._come[number] = self._come.get(number, 0) + 1
        return self._come[number] > int(self._rows[number]["sent"])

    def one_sent(self, number: int) -> None:
        self._rows[number]["sent"] = self._come[number]
        self._write(number)

    def _write(self, number: int) -> None:
        if number in self._loose:
            return
        try:
            self._kept.put(KIND, _name(number), self._rows[number])
        except SQLAlchemyError:
            self._loose.add(number)


class KeptQueue(asyncio.Queue[Any]):
    """The queue that polling and the webhook fill: what is in it is written."""

    def __init__(self, updates: KeptUpdates) -> None:
        super().__init__()
        self._updates = updates

    async def put(self, item: Any) -> None:
        if isinstance(item, Update):
            self._updates.keep(item)
        await super().put(item)


class EachOnce(BaseUpdateProcessor):
    """Lets an update through to the door's handlers when it is still to be answered."""

    def __init__(self, updates: KeptUpdates) -> None:
        super().__init__(AT_ONCE)
        self._updates = updates

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        if not isinstance(update, Update):
            await coroutine
            return
        async with self._updates.answering(update.update_id) as open_:
            if open_:
                await coroutine
            else:
                coroutine.close()  # type: ignore[attr-defined]

    async def initialize(self) -> None:
        """Nothing to prepare."""

    async def shutdown(self) -> None:
        """Nothing to clear away."""


def _name(number: int) -> str:
    return f"{number:020d}"  # rows come back in the order in which people wrote


def _reply(row: dict[str, Any]) -> Reply:
    """A reply out of its row (JSON)."""
    parts: dict[str, Any] = {"buttons": Button, "links": Link, "sources": Source}
    fields: dict[str, Any] = {**row, **{name: tuple(kind(**one) for one in row[name]) for name, kind in parts.items()}}
    fields["review_by"] = datetime.date.fromisoformat(row["review_by"]) if row["review_by"] else None
    fields["file"] = File(**row["file"]) if row["file"] else None
    return Reply(**fields)
