"""One encrypted file with everything that is kept: `noor backup FILE`, `noor restore FILE`. The same file goes into SQLite and PostgreSQL.

The file opens only with the key that made it. What was erased after the backup comes back with it: a start after restoring erases at
once whatever was silent too long, and backups are to be thrown away after 30 days (docs/running.md).
"""

from __future__ import annotations

import base64
import datetime
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from cryptography.fernet import Fernet, InvalidToken

from bot.store.migrate import at, migrate, newest

CHUNK = 500  # rows that are encrypted together
MARK = b"noor-backup-1\n"


class BackupError(Exception):
    """A file that can't be used, or a database that must not be overwritten: one line that says what to do."""


def backup(engine: Any, key: bytes, path: Path) -> int:
    """Writes every row of every table as they are at one moment; returns how many. Raises OSError; an existing file stays until all is written."""
    fernet, rows, part = Fernet(key), 0, path.with_name(path.name + ".part")
    tables = _tables(engine)
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file, _snapshot(engine) as connection:
        file.write(MARK + fernet.encrypt(json.dumps({"stands": at(engine)}).encode()) + b"\n")
        for table in tables:
            found = connection.execute(sa.select(table)).mappings()
            while many := found.fetchmany(CHUNK):
                rows += len(many)
                line = {"table": table.name, "rows": [{k: _packed(v) for k, v in row.items()} for row in many]}
                file.write(fernet.encrypt(json.dumps(line).encode()) + b"\n")
        file.write(fernet.encrypt(json.dumps({"end": rows}).encode()) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    return rows


def restore(engine: Any, key: bytes, path: Path) -> int:
    """Fills an empty database with a backup, then brings it to this version; returns the number of rows. All or nothing.

    Raises BackupError for another key, a damaged file, or a database that holds rows; OSError for a file that can't be read.
    """
    with path.open("rb") as file:
        lines = _lines(file, Fernet(key))
        stands = str(next(lines)["stands"])
        if stands > newest():
            raise BackupError(f"{path}: made by a newer Noor ({stands}, this one knows {newest()}); install that version first")
        migrate(engine, stands)
        tables = {t.name: t for t in _tables(engine)}
        rows = -1
        with engine.begin() as connection:
            for table in tables.values():
                if connection.execute(sa.select(sa.func.count()).select_from(table)).scalar():
                    raise BackupError("the database is not empty; restore into a new one, so that nothing is overwritten")
            for line in lines:
                if "end" in line:
                    rows = int(line["end"])
                    break
                table = tables[line["table"]]
                connection.execute(table.insert(), [{k: _unpacked(v) for k, v in row.items()} for row in line["rows"]])
            if rows < 0:
                raise BackupError(f"{path}: the end is missing; use another backup")
            _go_on_counting(connection, tables)
    migrate(engine)
    return rows


def _lines(file: Any, fernet: Fernet) -> Iterator[dict[str, Any]]:
    if file.readline() != MARK:
        raise BackupError(f"{file.name}: not a backup of Noor; choose a file that noor backup wrote")
    for line in file:
        try:
            yield json.loads(fernet.decrypt(line.strip()))
        except (InvalidToken, ValueError):
            raise BackupError(f"{file.name}: can't be opened; set NOOR_KEY to the key it was made with, or use another backup") from None


def _tables(engine: Any) -> list[Any]:
    """The tables as they stand in the database, whatever its version, parents before children."""
    metadata = sa.MetaData()
    metadata.reflect(engine)
    return [t for t in metadata.sorted_tables if t.name != "alembic_version"]


def _snapshot(engine: Any) -> Any:
    if engine.dialect.name == "postgresql":
        return engine.connect().execution_options(isolation_level="REPEATABLE READ")
    return engine.connect()


def _go_on_counting(connection: Any, tables: dict[str, Any]) -> None:
    """PostgreSQL's own counters do not see rows that come with their number."""
    if connection.dialect.name != "postgresql":
        return
    for table in tables.values():
        for column in table.primary_key.columns:
            if isinstance(column.type, sa.Integer):
                counter = connection.execute(sa.select(sa.func.pg_get_serial_sequence(table.name, column.name))).scalar()
                if counter:
                    connection.execute(sa.select(sa.func.setval(counter, sa.func.coalesce(sa.select(sa.func.max(column)).scalar_subquery(), 1))))


def _packed(value: Any) -> Any:
    if isinstance(value, bytes | memoryview):
        return {"b": base64.b64encode(bytes(value)).decode()}
    if hasattr(value, "isoformat"):
        return {"t": value.isoformat(), "k": value.__class__.__name__}
    return value


def _unpacked(value: Any) -> Any:
    if isinstance(value, dict) and "b" in value:
        return base64.b64decode(value["b"])
    if isinstance(value, dict) and "t" in value:
        return getattr(datetime, value["k"]).fromisoformat(value["t"])
    return value
