"""A talk with a person and its lines as they stand in the database, and the statements that every message asks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from bot.store.kept import Kept, Unreadable
from bot.store.tables import HANDOFF_LINES, HANDOFFS

H, L = HANDOFFS.c, HANDOFF_LINES.c
# What every message asks is built once: SQLAlchemy takes longer to put a statement together than the database to answer it.
GET = sa.select(HANDOFFS).where(H.id == sa.bindparam("handoff"))
OPEN_OF = sa.text("SELECT 1 FROM handoffs WHERE talk = :talk AND state IN ('waiting', 'human')")
READ = sa.select(HANDOFF_LINES).where(L.handoff == sa.bindparam("handoff"), L.number > sa.bindparam("after")).order_by(L.number)
WRITE = sa.text("INSERT INTO handoff_lines (handoff, number, sender, message_id, at, data) VALUES (:handoff, :number, :sender, :message_id, :at, :data)")
BROUGHT = sa.text("UPDATE handoffs SET brought = :line WHERE id = :handoff AND brought < :line")
_BY_ANYBODY = "UPDATE handoffs SET lines = lines + 1 WHERE id = :handoff AND state IN ('waiting', 'human')"
LAST = sa.text("SELECT lines FROM handoffs WHERE id = :handoff")
NEXT = {  # the next number of a talk, for who may speak in it
    "person": sa.text(_BY_ANYBODY.replace(" WHERE", ", unanswered_at = coalesce(unanswered_at, :at), here_at = :at WHERE")),
    "noor": sa.text(_BY_ANYBODY),
    "human": sa.text(
        "UPDATE handoffs SET lines = lines + 1, unanswered_at = NULL, alive_at = :at, acted_at = :at "
        "WHERE id = :handoff AND state = 'human' AND counsellor = :by"
    ),
    "note": sa.text("UPDATE handoffs SET lines = lines + 1 WHERE id = :handoff AND state = 'human' AND counsellor = :by"),
}


@dataclass(frozen=True)
class Handoff:
    """One talk with a person. Times in seconds since 1970; `summary` is what was shown for consent, as lines; `address` (door, person);
    `asked_of` is the colleague who was asked to take it over, or ""."""

    id: str
    talk: str
    state: str
    danger: bool
    returned: bool
    language: str
    asked_at: float
    counsellor: str
    claimed_at: float
    alive_at: float
    acted_at: float
    unanswered_at: float
    here_at: float
    away: bool
    told: str
    lines: int
    brought: int
    asked_of: str
    ended_at: float
    ended: str
    settled: bool
    helped: int | None
    summary: list[dict[str, str]] = field(default_factory=list)
    address: tuple[str, str] | None = None


@dataclass(frozen=True)
class Line:
    """One message of a talk with a person: `sender` is person, human (the counsellor), note (counsellors only) or noor (what happened)."""

    number: int
    sender: str
    text: str
    language: str
    at: float
    by: str = ""
    danger: str = ""
    message_id: str = ""


def handoff_of(row: Any, kept: Kept) -> Handoff:
    """A row of `handoffs`. With another key the talk is there, its words are lost."""
    try:
        data = kept.unseal(bytes(row.data), "handoff") if row.data else {}
    except Unreadable:
        data = {}
    address = data.get("address")
    return Handoff(
        row.id, row.talk, row.state, bool(row.danger), bool(row.returned), row.language, row.asked_at, row.counsellor or "", row.claimed_at or 0.0,
        row.alive_at or 0.0, row.acted_at or 0.0, row.unanswered_at or 0.0, row.here_at or 0.0, bool(row.away), row.told, row.lines, row.brought,
        row.asked_of or "", row.ended_at or 0.0, row.ended or "", bool(row.settled), row.helped, data.get("summary") or [],
        (address[0], address[1]) if address else None,
    )  # fmt: skip
