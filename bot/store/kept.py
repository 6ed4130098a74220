"""Encrypted rows with an expiry, in SQLite or PostgreSQL: the talks of the door and the trackers of Rasa.

A row can be read only with the key from the environment; without it talks are lost, never opened.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import time
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from cryptography.fernet import Fernet, InvalidToken
from sqlalchemy.pool import QueuePool, StaticPool

from bot.store.migrate import migrate
from bot.store.tables import KEPT


class Unreadable(Exception):
    """A row that the key does not open."""


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

    def get(self, kind: str, row: str) -> dict[str, Any] | None:
        """The row, None when there is none. Raises Unreadable."""
        with self._engine.connect() as connection:
            data = connection.execute(sa.select(KEPT.c.data).where(KEPT.c.kind == kind, KEPT.c.id == row)).scalar()
        if data is None:
            return None
        try:
            found: dict[str, Any] = json.loads(self._fernet.decrypt(bytes(data)))
        except (InvalidToken, ValueError) as error:
            raise Unreadable(f"the {kind} {row[:8]}... can't be opened: another key, or a damaged row") from error
        return found

    def put(self, kind: str, row: str, value: dict[str, Any]) -> None:
        """Writes a row, replacing the one that was there."""
        data, now = self._fernet.encrypt(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()), time.time()
        with self._engine.begin() as connection:
            changed = connection.execute(
                KEPT.update().where(KEPT.c.kind == kind, KEPT.c.id == row).values(data=data, changed_at=now)
            ).rowcount
            if not changed:
                connection.execute(KEPT.insert().values(kind=kind, id=row, data=data, changed_at=now))

    def erase(self, kind: str, row: str) -> None:
        """Erases one row; one that is not there is fine."""
        with self._engine.begin() as connection:
            connection.execute(KEPT.delete().where(KEPT.c.kind == kind, KEPT.c.id == row))

    def erase_silent(self, kinds: tuple[str, ...], seconds: float) -> int:
        """Erases rows that nobody touched for so many seconds; returns how many."""
        with self._engine.begin() as connection:
            return int(connection.execute(KEPT.delete().where(KEPT.c.kind.in_(kinds), KEPT.c.changed_at < time.time() - seconds)).rowcount)

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


def _tune_sqlite(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "secure_delete=ON", "busy_timeout=5000"):
        cursor.execute("PRAGMA " + pragma)
    cursor.close()
