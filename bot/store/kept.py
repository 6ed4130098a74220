"""Encrypted rows with an expiry, in SQLite or PostgreSQL: the talks of the doors, Telegram's unanswered updates and the trackers of Rasa.

A row can be read only with the key from the environment; without it talks are lost, never opened.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import json
import os
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from cryptography.fernet import Fernet, InvalidToken
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool, StaticPool

from bot.store.migrate import migrate
from bot.store.tables import KEPT, SAID

KEEPS = 200  # events of a talk that a page which comes back can be shown
PRUNED_EVERY = 20  # events
_NAMED = re.compile(r":(\w+)")
# What every message needs, said to the driver itself: SQLAlchemy took several times as long around each as the database for it.
_READ_KEPT = "SELECT data FROM kept WHERE kind = :kind AND id = :id"
_WRITE_KEPT = (
    "INSERT INTO kept (kind, id, data, changed_at) VALUES (:kind, :id, :data, :changed_at) "
    "ON CONFLICT (kind, id) DO UPDATE SET data = excluded.data, changed_at = excluded.changed_at"
)
_READ_SAID_FROM = "SELECT data FROM said WHERE name = :name AND seq >= :seq ORDER BY seq"
# An event that is written already came from a write whose answer was lost on the way.
_WRITE_SAID = "INSERT INTO said (name, seq, data) VALUES (:name, :seq, :data) ON CONFLICT DO NOTHING"
_PRUNE_SAID = (
    "DELETE FROM said WHERE name = :name AND seq <= (SELECT seq FROM said WHERE name = :name ORDER BY seq DESC LIMIT 1 OFFSET :keeps)"
)


class Unreadable(Exception):
    """A row that the key does not open."""


class Overtaken(Exception):
    """Somebody else wrote other events of this talk under the same numbers: a process whose lock had run out."""


class Kept:
    """Rows of (kind, id) -> JSON. One object per thread: SQLite gets one connection that stays open (reopening cost 28 ms a turn, now 6)."""

    def __init__(self, url: str, key: bytes) -> None:
        self._fernet = Fernet(key)
        self._secret = hashlib.sha256(b"names" + key).digest()
        self._engine = connect(url)
        migrate(self._engine)

    def name(self, door: str, person: str) -> str:
        """The keyed hash under which a door finds its talk again; a chat id can't be read back from it."""
        return hmac.new(self._secret, f"{door}:{person}".encode(), hashlib.sha256).hexdigest()

    @property
    def engine(self) -> Any:
        """The SQLAlchemy engine, for the other tables of tables.py."""
        return self._engine

    def seal(self, value: dict[str, Any]) -> bytes:
        """A value encrypted, as it stands in a column."""
        return self._closed(value)

    def unseal(self, data: Any, what: str) -> dict[str, Any]:
        """The value of a sealed column; `what` names it in the error. Raises Unreadable."""
        try:
            found: dict[str, Any] = self._opened(data)
        except (InvalidToken, ValueError) as error:
            raise Unreadable(f"the {what} can't be opened: another key, or a damaged row") from error
        return found

    def get(self, kind: str, row: str) -> dict[str, Any] | None:
        """The row, None when there is none. Raises Unreadable."""
        data = self.sealed(kind, row)
        return None if data is None else self.unseal(data, f"{kind} {row[:8]}...")

    def sealed(self, kind: str, row: str) -> bytes | None:
        """The row as it stands, encrypted; None when there is none."""
        with self._driver() as run:
            found = run(_READ_KEPT, {"kind": kind, "id": row}).fetchone()
        return None if found is None else bytes(found[0])

    def put(self, kind: str, row: str, value: dict[str, Any], said: Sequence[dict[str, Any]] = ()) -> bytes:
        """Writes a row, replacing the one that was there, and with it what was newly said (events with their `seq`): both or neither.
        Returns the row as it stands then, encrypted.

        Raises Overtaken when these numbers hold other events.
        """
        data, now = self._closed(value), time.time()
        rows = [{"name": row, "seq": event["seq"], "data": self._closed(event)} for event in said]
        with self._driver() as run:
            run(_WRITE_KEPT, {"kind": kind, "id": row, "data": data, "changed_at": now})
            if said:
                # The row above is locked until this is done: whoever else writes this talk has finished, or waits.
                there = run(_READ_SAID_FROM, {"name": row, "seq": said[0]["seq"]}).fetchall()
                if there and [self._opened(one[0]) for one in there] != json.loads(json.dumps(said[: len(there)])):
                    raise Overtaken
                for one in rows:
                    run(_WRITE_SAID, one)
                if said[-1]["seq"] % PRUNED_EVERY < len(said):
                    run(_PRUNE_SAID, {"name": row, "keeps": KEEPS})
        return data

    def said(self, row: str, after: int = 0) -> list[dict[str, Any]]:
        """The newest events of a talk that come after a number, oldest first, KEEPS at most; one that can't be opened is left out."""
        wanted = sa.select(SAID.c.data).where(SAID.c.name == row, SAID.c.seq > after).order_by(SAID.c.seq.desc()).limit(KEEPS)
        with self._engine.connect() as connection:
            found = connection.execute(wanted).scalars().all()
        events = []
        for data in reversed(found):
            with contextlib.suppress(InvalidToken, ValueError):
                events.append(self._opened(data))
        return events

    @contextlib.contextmanager
    def _driver(self) -> Iterator[Callable[[str, Mapping[str, Any]], Any]]:
        """`run(statement, values)` on the driver's own cursor, all of it in one transaction; errors come as SQLAlchemy gives them."""
        dialect = self._engine.dialect
        connection = self._engine.raw_connection()
        try:
            cursor = connection.cursor()

            def run(statement: str, values: Mapping[str, Any]) -> Any:
                cursor.execute(_NAMED.sub(r"%(\1)s", statement) if dialect.paramstyle == "pyformat" else statement, values)
                return cursor

            yield run
            connection.commit()
        except dialect.dbapi.Error as error:
            raise DBAPIError.instance("", None, error, dialect.dbapi.Error, dialect=dialect) from error
        finally:
            connection.close()  # what was not committed is rolled back

    def _closed(self, value: dict[str, Any]) -> bytes:
        return self._fernet.encrypt(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())

    def _opened(self, data: Any) -> Any:
        return json.loads(self._fernet.decrypt(bytes(data)))

    def erase(self, kind: str, row: str) -> None:
        """Erases one row, a talk with all that was said in it, from the files too; one that is not there is fine."""
        with self._engine.begin() as connection:
            connection.execute(KEPT.delete().where(KEPT.c.kind == kind, KEPT.c.id == row))
            if kind == "talk":
                connection.execute(SAID.delete().where(SAID.c.name == row))
        self._wipe()

    def rows(self, kind: str, older: float = 0.0) -> list[tuple[str, dict[str, Any]]]:
        """(id, row) of a kind that was not written for so many seconds, by id; one that can't be opened is left out."""
        wanted = sa.select(KEPT.c.id, KEPT.c.data).where(KEPT.c.kind == kind, KEPT.c.changed_at <= time.time() - older).order_by(KEPT.c.id)
        with self._engine.connect() as connection:
            found = connection.execute(wanted).all()
        opened = []
        for row, data in found:
            with contextlib.suppress(InvalidToken, ValueError):
                opened.append((str(row), self._opened(data)))
        return opened

    def drop(self, kind: str, row: str) -> None:
        """Deletes a row that is of no more use; what a person wants gone goes by `erase`, out of the log too."""
        with self._engine.begin() as connection:
            connection.execute(KEPT.delete().where(KEPT.c.kind == kind, KEPT.c.id == row))

    def erase_silent(self, kinds: tuple[str, ...], seconds: float) -> int:
        """Erases rows that nobody touched for so many seconds, and what was said in talks that are gone; returns how many rows."""
        with self._engine.begin() as connection:
            old = connection.execute(KEPT.delete().where(KEPT.c.kind.in_(kinds), KEPT.c.changed_at < time.time() - seconds)).rowcount
            connection.execute(SAID.delete().where(SAID.c.name.not_in(sa.select(KEPT.c.id).where(KEPT.c.kind == "talk"))))
        self._wipe()
        return int(old)

    def _wipe(self) -> None:
        """SQLite keeps what was written in its log until that is emptied; secure_delete has overwritten it in the file itself."""
        if self._engine.dialect.name == "sqlite":
            with self._engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Closes every connection."""
        self._engine.dispose()


def connect(url: str) -> Any:
    """The database. PostgreSQL that does not answer within two seconds counts as away: people are answered from memory meanwhile."""
    if url.startswith("sqlite"):
        engine = sa.create_engine(url, poolclass=StaticPool, connect_args={"check_same_thread": False, "timeout": 5}, future=True)
        sa.event.listen(engine, "connect", _tune_sqlite)
        return engine
    patience = {"connect_timeout": 2, "options": "-c statement_timeout=2000", "tcp_user_timeout": 2000}
    return sa.create_engine(url, poolclass=QueuePool, pool_pre_ping=True, pool_timeout=2, connect_args=patience, future=True)


def key_from(text: str, data_dir: Path) -> bytes:
    """The key: from NOOR_KEY (any text), or one made once and kept in data_dir/key, readable by its owner alone. Raises OSError."""
    if text:
        return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest())
    path = data_dir / "key"
    if not path.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(Fernet.generate_key())
    return path.read_bytes().strip()


def key_for_memory() -> bytes:
    """A key for rows that are to be gone with the process."""
    return Fernet.generate_key()


def _tune_sqlite(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "secure_delete=ON", "busy_timeout=5000"):
        cursor.execute("PRAGMA " + pragma)
    cursor.close()
