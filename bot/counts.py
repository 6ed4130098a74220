"""How often things happen: a number for a day, a language and a name. No words, no person, no talk.

Counted in memory and written every few seconds: a turn must not wait for a figure. What a process that dies had not written is lost;
a figure may be a little too low, never a person known.
"""

from __future__ import annotations

import datetime
from collections import Counter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from bot.clock import ZONE, day_of
from bot.conversation import Talk
from bot.messages import Message, Reply
from bot.store.kept import Kept
from bot.store.tables import COUNTS

NOT_UNDERSTOOD = {"nlu_fallback", "out_of_scope", "not_available"}
Key = tuple[str, str, str, str]  # day, what, key, language


class Counts:
    """`turn` after each turn, `add` for anything else, `write` now and then."""

    def __init__(self, kept: Kept) -> None:
        self._engine = kept.engine
        self._new: Counter[Key] = Counter()

    def add(self, what: str, key: str, language: str, at: datetime.datetime, number: int = 1) -> None:
        """One more (or so many more) of `what`, as ("handoff", "asked", "nl")."""
        self._new[(day_of(at).isoformat(), what, key, language)] += number

    def turn(self, before: dict[str, Any], talk: Talk, message: Message, replies: list[Reply], topics: Any) -> None:
        """What one turn was; `before` are the fields of `snapshot`, `topics` the names that content has."""
        language, at = talk.language, message.at
        self.add("turns", talk.answered_by if talk.answered_by in ("waiting", "human", "practice") else "bot", language, at)
        self.add("hour", f"{at.astimezone(ZONE):%H}", language, at)
        if not before["turns"]:
            self.add("talks", message.door or "terminal", language, at)
        for reply in replies:
            if reply.topic in NOT_UNDERSTOOD:
                self.add("not_understood", reply.topic, language, at)
            elif reply.topic.startswith("danger_"):
                self.add("danger", reply.topic, language, at)
            elif reply.topic in topics:
                self.add("topic", reply.topic, language, at)
            if reply.topic == "handoff_waiting" and before["answered_by"] == "bot":
                self.add("handoff", "asked", language, at)
            if reply.topic == "handoff_left":
                self.add("handoff", "left", language, at)
        if (talk.report or {}).get("state") and not before["report"]:
            self.add("plan", "started", language, at)
        if (talk.report or {}).get("state") == "planned" and not before["plan"]:
            self.add("plan", "finished", language, at)
        if talk.answered_by == "practice" and before["answered_by"] != "practice":
            self.add("practice", "started", language, at)

    def write(self) -> None:
        """Adds what was counted to the table. Raises sqlalchemy's errors; what was not written is kept."""
        if not self._new:
            return
        insert = (postgresql.insert if self._engine.dialect.name == "postgresql" else sqlite.insert)(COUNTS)
        more = insert.on_conflict_do_update(index_elements=["day", "what", "key", "language"], set_={"number": COUNTS.c.number + insert.excluded.number})
        taken = dict(self._new)
        with self._engine.begin() as connection:
            for (day, what, key, language), number in sorted(taken.items()):
                connection.execute(more, {"day": day, "what": what, "key": key[:64], "language": language, "number": number})
        self._new.subtract(taken)
        self._new = +self._new

    def rows(self, first: datetime.date, last: datetime.date) -> list[tuple[str, str, str, str, int]]:
        """(day, what, key, language, number) of these days, both counted."""
        query = sa.select(COUNTS).where(COUNTS.c.day >= first.isoformat(), COUNTS.c.day <= last.isoformat()).order_by(COUNTS.c.day, COUNTS.c.what, COUNTS.c.key)
        with self._engine.connect() as connection:
            return [(r.day, r.what, r.key, r.language, int(r.number)) for r in connection.execute(query)]


def snapshot(talk: Talk) -> dict[str, Any]:
    """The fields of a talk that `Counts.turn` compares."""
    return {"turns": talk.turns, "answered_by": talk.answered_by, "report": bool((talk.report or {}).get("state")), "plan": (talk.report or {}).get("state") == "planned"}
