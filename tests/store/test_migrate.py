"""The tables that migrations make are the tables of tables.py; start, restart and an older database come out the same."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from bot.store.kept import Kept, connect, key_from
from bot.store.migrate import at, migrate, newest
from bot.store.tables import METADATA


def differences(engine: sa.engine.Engine) -> list[object]:
    with engine.connect() as connection:
        return list(compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), METADATA))


def test_migrated_tables_are_the_tables_in_code(database: str) -> None:
    engine = connect(database)
    assert migrate(engine) is True
    assert differences(engine) == []
    assert at(engine) == newest()
    assert migrate(engine) is False
    engine.dispose()


def test_a_database_from_before_migrations_keeps_its_talks(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/k.db"
    key = key_from("secret", tmp_path)
    kept = Kept(url, key)
    kept.put("talk", "a", {"x": 1})
    with kept._engine.begin() as connection:
        connection.execute(sa.text("DROP TABLE alembic_version"))
        for table in METADATA.sorted_tables:
            if table.name != "kept":
                table.drop(connection)
    kept.close()
    assert Kept(url, key).get("talk", "a") == {"x": 1}


def test_an_older_noor_does_not_write_in_a_newer_database(tmp_path: Path) -> None:
    engine = connect(f"sqlite:///{tmp_path}/k.db")
    migrate(engine)
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(RuntimeError, match="9999"):
        migrate(engine)


def test_every_migration_follows_the_one_before(root: Path) -> None:
    numbers = sorted(p.name[:4] for p in (root / "bot/store/migrations/versions").glob("[0-9]*.py"))
    assert numbers == [f"{i:04}" for i in range(1, len(numbers) + 1)]
