"""The talks that wait for a person or are with one, as rows of the database: whatever process asks sees the same queue.

Two counsellors who claim at once: one changed row decides. A person's message and a counsellor's each count once by their own id, and
get the next number of their talk in the same transaction.
"""

from __future__ import annotations

import contextlib
import secrets
from typing import Any

import sqlalchemy as sa

from bot.handoff.rows import BROUGHT, GET, LAST, NEXT, OPEN_OF, READ, WRITE, H, Handoff, L, Line, handoff_of
from bot.store.kept import Kept, Unreadable
from bot.store.tables import DUTY, HANDOFF_LINES, HANDOFFS, REMINDERS

OPEN = ("waiting", "human")
PRESENT = 45.0  # seconds after which a counsellor who gave no sign counts as gone


class Queue:
    """Rows of `handoffs`, `handoff_lines` and `duty`. Raises sqlalchemy's errors when the store fails."""

    def __init__(self, kept: Kept) -> None:
        self.kept = kept
        self._engine = kept.engine

    # --- a person asks, leaves, comes back ---------------------------------------------------------------------------

    def join(self, address: tuple[str, str], language: str, summary: list[dict[str, str]], danger: bool, at: float) -> Handoff:
        """A new talk at the end of the queue; one that is open already for this person is given back as it is."""
        talk = self.kept.name(*address)
        if (open_one := self.of(talk)) is not None:
            return open_one
        row = secrets.token_hex(16)
        with self._engine.begin() as connection:
            connection.execute(
                HANDOFFS.insert().values(
                    id=row, talk=talk, state="waiting", danger=int(danger), returned=0, language=language, asked_at=at, here_at=at, away=0, told="",
                    lines=0, brought=0, settled=0, data=self.kept.seal({"summary": summary, "address": list(address)}),
                )
            )  # fmt: skip
        found = self.get(row)
        assert found
        return found

    def of(self, talk: str) -> Handoff | None:
        """The open talk of a person, by the keyed hash of door and person."""
        return next(iter(self._select(sa.and_(H.talk == talk, H.state.in_(OPEN)))), None)

    def get(self, handoff: str) -> Handoff | None:
        with self._engine.connect() as connection:
            row = connection.execute(GET, {"handoff": handoff}).first()
        return handoff_of(row, self.kept) if row else None

    def open(self) -> list[Handoff]:
        """Everything open: who waits first in the order she is taken, danger before all, then who lost her counsellor, then by time."""
        return self._select(H.state.in_(OPEN))

    def waiting(self) -> list[Handoff]:
        return self._select(H.state == "waiting")

    def for_counsellor(self, counsellor: str) -> list[Handoff]:
        """What somebody's list shows: who waits, the talks she has, and those she is asked to take over."""
        return self._select(sa.and_(H.state.in_(OPEN), sa.or_(H.state == "waiting", H.counsellor == counsellor, H.asked_of == counsellor)))

    def held(self) -> int:
        """How many talks counsellors have, all together."""
        with self._engine.connect() as connection:
            return int(connection.execute(sa.select(sa.func.count()).where(H.state == "human")).scalar() or 0)

    def place(self, handoff: Handoff) -> int:
        """1 for who is next; 0 when she does not wait."""
        return next((i for i, other in enumerate(self.waiting(), 1) if other.id == handoff.id), 0)

    def _select(self, where: Any) -> list[Handoff]:
        query = sa.select(HANDOFFS).where(where).order_by(H.danger.desc(), H.returned.desc(), H.asked_at, H.id)
        with self._engine.connect() as connection:
            return [handoff_of(row, self.kept) for row in connection.execute(query)]

    # --- one changed row decides -------------------------------------------------------------------------------------

    def claim(self, handoff: str, counsellor: str, at: float) -> bool:
        """Whether this counsellor got the talk; False when another was first or the person left."""
        return self._change(sa.and_(H.id == handoff, H.state == "waiting"), **_with(counsellor, at))

    def ask(self, handoff: str, counsellor: str, colleague: str) -> bool:
        """Asks a colleague to take a talk over, "" takes that back; False when it is not this counsellor's (any more)."""
        return self._change(self._held_by(handoff, counsellor), asked_of=colleague or None)

    def accept(self, handoff: str, colleague: str, at: float) -> bool:
        """The colleague who was asked has the talk now; False when she is asked no longer."""
        return self._change(self._asked_of(handoff, colleague), **_with(colleague, at))

    def decline(self, handoff: str, colleague: str) -> bool:
        """The colleague can't; False when she is asked no longer."""
        return self._change(self._asked_of(handoff, colleague), asked_of=None)

    def put_back(self, handoff: str, counsellor: str) -> bool:
        """The counsellor fell away: the talk waits again, before the others; False when it is not this counsellor's."""
        return self._change(self._held_by(handoff, counsellor), state="waiting", counsellor=None, returned=1, told="", asked_of=None)

    def end(self, handoff: str, how: str, at: float, counsellor: str = "") -> bool:
        """Ends an open talk; with `counsellor` only one that is theirs. False when it had ended."""
        where = self._held_by(handoff, counsellor) if counsellor else sa.and_(H.id == handoff, H.state.in_(OPEN))
        return self._change(where, state="ended", ended=how, ended_at=at, asked_of=None)

    def tell_once(self, handoff: Handoff, what: str) -> bool:
        """Whether this notice may be given now: nobody gave it in the present state, in this process or another."""
        if what + "," in handoff.told:
            return False
        same = sa.and_(H.id == handoff.id, H.state == handoff.state, H.told == handoff.told)
        return self._change(same, told=handoff.told + what + ",")

    def alive(self, counsellor: str, at: float) -> None:
        """A sign of life of the counsellor, for every talk she has."""
        self._change(sa.and_(H.state == "human", H.counsellor == counsellor), alive_at=at)

    def acted(self, handoff: str, counsellor: str, at: float) -> bool:
        """The counsellor pressed a key in this talk; False when it is not hers."""
        return self._change(self._held_by(handoff, counsellor), alive_at=at, acted_at=at)

    def here(self, talk: str, at: float, away: bool = False) -> bool:
        """The person's page is open (or has closed); whether that is news. Every page asks; few of them wait for a human, and nothing is written for the others."""
        with self._engine.connect() as connection:
            if connection.execute(OPEN_OF, {"talk": talk}).first() is None:
                return False
        is_open = sa.and_(H.talk == talk, H.state.in_(OPEN))
        news = self._change(sa.and_(is_open, H.away != int(away)), away=int(away), here_at=at)
        return news or (self._change(is_open, here_at=at) and False)

    def mark_danger(self, handoff: str) -> bool:
        """Puts a talk before the others; whether it was not there yet."""
        return self._change(sa.and_(H.id == handoff, H.danger == 0), danger=1)

    def helped(self, handoff: str, answer: bool) -> bool:
        """Keeps the answer to "did this help", once."""
        return self._change(sa.and_(H.id == handoff, H.helped.is_(None)), helped=int(answer))

    def settle(self, handoff: str) -> bool:
        """The person knows that it ended: her address is forgotten, the summary stays with the lines."""
        found = self.get(handoff)
        return bool(found) and self._change(H.id == handoff, settled=1, data=self.kept.seal({"summary": found.summary if found else []}))

    def brought(self, handoff: str, line: int) -> None:
        """The lines up to this one have been brought to the person."""
        with self._engine.begin() as connection:
            connection.execute(BROUGHT, {"handoff": handoff, "line": line})

    def behind(self) -> list[Handoff]:
        """Open talks with words of the counsellor that were not brought, because a process stopped in between."""
        return self._select(sa.and_(H.state.in_(OPEN), H.lines > H.brought))

    def unsettled(self) -> list[Handoff]:
        """Ended talks whose person was not told, because a process stopped in between."""
        return self._select(sa.and_(H.state == "ended", H.settled == 0))

    def _held_by(self, handoff: str, counsellor: str) -> Any:
        return sa.and_(H.id == handoff, H.state == "human", H.counsellor == counsellor)

    def _asked_of(self, handoff: str, colleague: str) -> Any:
        return sa.and_(H.id == handoff, H.state == "human", H.asked_of == colleague)

    def _change(self, where: Any, **values: Any) -> bool:
        with self._engine.begin() as connection:
            return bool(connection.execute(HANDOFFS.update().where(where).values(**values)).rowcount)

    # --- lines -------------------------------------------------------------------------------------------------------

    def add(self, handoff: str, sender: str, text: str, *, language: str, message_id: str, at: float, by: str = "", danger: str = "") -> Line | None:
        """The next line; None when this message id is there already, or the talk is not open."""
        data = self.kept.seal({"text": text, "language": language, "by": by, "danger": danger})
        try:
            with self._engine.begin() as connection:
                if not connection.execute(NEXT[sender], {"handoff": handoff, "at": at, "by": by}).rowcount:
                    return None
                number = int(connection.execute(LAST, {"handoff": handoff}).scalar())
                connection.execute(
                    WRITE, {"handoff": handoff, "number": number, "sender": sender, "message_id": message_id, "at": at, "data": data}
                )
        except sa.exc.IntegrityError:  # sent again because its acknowledgement was lost
            return None
        return Line(number, sender, text, language, at, by, danger, message_id)

    def read(self, handoff: str, after: int = 0) -> list[Line]:
        """The lines after a number, in order."""
        with self._engine.connect() as connection:
            rows = connection.execute(READ, {"handoff": handoff, "after": after}).all()
        found = []
        for row in rows:
            try:
                data = self.kept.unseal(bytes(row.data), "line")
            except Unreadable:
                continue
            found.append(Line(row.number, row.sender, data["text"], data["language"], row.at, data["by"], data["danger"], row.message_id))
        return found

    # --- reminders ---------------------------------------------------------------------------------------------------

    def remind(self, address: tuple[str, str], language: str, due_at: float) -> None:
        """Keeps that this person wants one message at a time; a second wish replaces the first."""
        talk = self.kept.name(*address)
        with self._engine.begin() as connection:
            connection.execute(REMINDERS.delete().where(REMINDERS.c.talk == talk))
            connection.execute(REMINDERS.insert().values(talk=talk, due_at=due_at, language=language, data=self.kept.seal({"address": list(address)})))

    def due(self, at: float) -> list[tuple[str, str, tuple[str, str]]]:
        """(talk, language, address) of each reminder whose time has come; each is given once, to one process."""
        found = []
        with self._engine.connect() as connection:
            rows = connection.execute(sa.select(REMINDERS).where(REMINDERS.c.due_at <= at)).all()
        for row in rows:
            with self._engine.begin() as connection:
                mine = connection.execute(REMINDERS.delete().where(REMINDERS.c.talk == row.talk, REMINDERS.c.due_at == row.due_at)).rowcount
            if mine:
                with contextlib.suppress(Unreadable):
                    door, person = self.kept.unseal(bytes(row.data), "reminder")["address"]
                    found.append((row.talk, row.language, (door, person)))
        return found

    # --- who is there, how long it takes, what is forgotten ----------------------------------------------------------

    def on_duty(self, counsellor: str, at: float) -> None:
        """This counsellor is there and can take talks. Call it every ten seconds."""
        with self._engine.begin() as connection:
            if not connection.execute(DUTY.update().where(DUTY.c.counsellor == counsellor).values(seen_at=at)).rowcount:
                try:
                    with connection.begin_nested():
                        connection.execute(DUTY.insert().values(counsellor=counsellor, seen_at=at))
                except sa.exc.IntegrityError:  # another process was first
                    pass

    def off_duty(self, counsellor: str) -> None:
        with self._engine.begin() as connection:
            connection.execute(DUTY.delete().where(DUTY.c.counsellor == counsellor))

    def present(self, at: float) -> list[str]:
        """Who is there now."""
        query = sa.select(DUTY.c.counsellor).where(DUTY.c.seen_at > at - PRESENT, DUTY.c.seen_at <= at + PRESENT).order_by(DUTY.c.counsellor)
        with self._engine.connect() as connection:
            return [str(row.counsellor) for row in connection.execute(query)]

    def minutes(self, at: float, days: int = 30, few: int = 5) -> float | None:
        """How long a talk lasts: the middle one of the last days, in minutes; None when there were fewer than five."""
        query = sa.select(H.claimed_at, H.ended_at).where(H.ended.in_(("handed_back", "closed", "left")), H.claimed_at > at - days * 86400, H.ended_at <= at)
        with self._engine.connect() as connection:
            lengths = sorted(row.ended_at - row.claimed_at for row in connection.execute(query))
        return lengths[len(lengths) // 2] / 60 if len(lengths) >= few else None

    def erase(self, talk: str) -> list[Handoff]:
        """Everything of one person, at once; what was erased, so that a counsellor's page can say so."""
        found = self._select(H.talk == talk)
        self._erase([h.id for h in found])
        with self._engine.begin() as connection:
            connection.execute(REMINDERS.delete().where(REMINDERS.c.talk == talk))
        return found

    def forget(self, handoff: str) -> None:
        """Erases one talk: nobody read it and nobody will."""
        self._erase([handoff])

    def erase_old(self, before: float) -> int:
        """Erases talks that ended before a moment; how many."""
        old = self._select(sa.and_(H.state == "ended", H.ended_at < before))
        self._erase([h.id for h in old])
        return len(old)

    def _erase(self, handoffs: list[str]) -> None:
        with self._engine.begin() as connection:
            for one in handoffs:
                connection.execute(HANDOFF_LINES.delete().where(L.handoff == one))
                connection.execute(HANDOFFS.delete().where(H.id == one))


def _with(counsellor: str, at: float) -> dict[str, Any]:
    return {"state": "human", "counsellor": counsellor, "claimed_at": at, "alive_at": at, "acted_at": at, "told": "", "returned": 0, "asked_of": None}
