"""Sessions kept by the server: the cookie is a random word, the table holds its hash. A new word after each step of logging in."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

import sqlalchemy as sa

from bot.store.kept import Kept
from bot.store.tables import SESSIONS

IDLE, LONGEST = 3600.0, 12 * 3600.0  # seconds without a sign, and in all
S = SESSIONS.c
_FIND = sa.select(SESSIONS).where(S.id == sa.bindparam("word"), S.seen_at >= sa.bindparam("idle"), S.created_at >= sa.bindparam("longest"))


@dataclass(frozen=True)
class Session:
    """`stage` is "password" until the second factor was given, then "full". `csrf` goes into every form."""

    id: str
    user: str
    stage: str
    csrf: str


class Sessions:
    """Rows of `sessions`. Times in seconds since 1970."""

    def __init__(self, kept: Kept) -> None:
        self._engine = kept.engine

    def start(self, user: str, stage: str, at: float) -> str:
        """The word for the cookie."""
        word = secrets.token_urlsafe(32)
        with self._engine.begin() as connection:
            connection.execute(SESSIONS.delete().where(sa.or_(S.seen_at < at - IDLE, S.created_at < at - LONGEST)))
            connection.execute(
                SESSIONS.insert().values(id=_hash(word), user=user, stage=stage, csrf=secrets.token_urlsafe(24), created_at=at, seen_at=at)
            )
        return word

    def find(self, word: str, at: float) -> Session | None:
        """The session of a cookie, marked as seen; None when there is none, or it is too old."""
        with self._engine.begin() as connection:
            row = connection.execute(_FIND, {"word": _hash(word), "idle": at - IDLE, "longest": at - LONGEST}).first()
            if row is None:
                return None
            if at - row.seen_at > 10:
                connection.execute(SESSIONS.update().where(S.id == row.id).values(seen_at=at))
        return Session(row.id, row.user, row.stage, row.csrf)

    def end(self, session: str) -> None:
        with self._engine.begin() as connection:
            connection.execute(SESSIONS.delete().where(S.id == session))

    def end_all(self, user: str) -> None:
        """Logs somebody out everywhere: after a change of password, or when her account is switched off."""
        with self._engine.begin() as connection:
            connection.execute(SESSIONS.delete().where(S.user == user))


def _hash(word: str) -> str:
    return hashlib.sha256(word.encode()).hexdigest()
