"""The commands for those who keep Noor's stores: migrate, backup, restore."""

from __future__ import annotations

from pathlib import Path

from bot.settings import Settings


def run_migrate(settings: Settings, new: str | None) -> int:
    """`noor migrate`: brings the database to the tables of this version. With a name, writes a migration instead."""
    from bot.store.kept import connect
    from bot.store.migrate import at, migrate, write_migration

    if new:
        print(write_migration(new))
        return 0
    settings.data.mkdir(parents=True, exist_ok=True)
    engine = connect(settings.database_url())
    changed = migrate(engine)
    print(f"The database stands at {at(engine)}" + (" now." if changed else " already."))
    engine.dispose()
    return 0


def run_backup(settings: Settings, file: Path) -> int:
    """`noor backup FILE`, while Noor runs or not."""
    from bot.store.backup import backup
    from bot.store.kept import connect, key_from
    from bot.store.migrate import migrate

    settings.data.mkdir(parents=True, exist_ok=True)
    engine = connect(settings.database_url())
    migrate(engine)
    rows = backup(engine, key_from(settings.key, settings.data), file)
    print(f"{file}: {rows} rows, encrypted. It opens only with the same NOOR_KEY; throw it away after 30 days.")
    engine.dispose()
    return 0


def run_restore(settings: Settings, file: Path) -> int:
    """`noor restore FILE` into an empty database, while Noor is stopped."""
    from bot.cli import stop
    from bot.store.backup import BackupError, restore
    from bot.store.kept import connect, key_from

    settings.data.mkdir(parents=True, exist_ok=True)
    engine = connect(settings.database_url())
    try:
        rows = restore(engine, key_from(settings.key, settings.data), file)
    except BackupError as error:
        return stop(str(error))
    print(f"{rows} rows are back. What was silent too long is erased at the next start.")
    engine.dispose()
    return 0
