"""Brings a database to the tables of this version: at every start, and by `noor migrate`.

Migrations are plain Alembic files under bot/store/migrations/versions, numbered 0001, 0002, ...; the number is the revision.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import sqlalchemy as sa

FOLDER = Path(__file__).resolve().parent / "migrations"
_LOCK = 7_061_939_114  # any number that only Noor's migrations use: two processes that start together wait for each other


def newest() -> str:
    """The number of the newest migration in this version of Noor."""
    return max((p.name[:4] for p in (FOLDER / "versions").glob("[0-9][0-9][0-9][0-9]_*.py")), default="")


def at(engine: Any) -> str:
    """The number a database stands at; "" for an empty one, or one from before migrations."""
    if not sa.inspect(engine).has_table("alembic_version"):
        return ""
    with engine.connect() as connection:
        return str(connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar() or "")


def migrate(engine: Any, to: str = "") -> bool:
    """Runs the migrations that the database lacks, up to the newest or the one named; whether there were any.

    Raises sqlalchemy's errors, and RuntimeError for a database of a newer Noor: an older one must not write in it.
    """
    stands, wanted = at(engine), to or newest()
    if stands == wanted:
        return False
    if stands > wanted:
        raise RuntimeError(f"the database stands at {stands} and this Noor knows {wanted}; start the newer version, or restore a backup")
    from alembic import command

    logging.getLogger("alembic").setLevel(logging.WARNING)
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(sa.text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
        command.upgrade(_config(connection), wanted)
    return True


def write_migration(name: str) -> Path:
    """A new migration with what tables.py has more or less than the migrations so far; read it before you keep it."""
    from alembic import command

    engine = sa.create_engine("sqlite://", future=True)
    with engine.begin() as connection:
        config = _config(connection)
        command.upgrade(config, "head")
        script = command.revision(config, message=name, autogenerate=True, rev_id=f"{int(newest() or 0) + 1:04}")
    return Path(script.path)  # type: ignore[union-attr]


def _config(connection: Any) -> Any:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    return config
