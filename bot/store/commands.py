"""The commands for those who keep Noor's stores: migrate."""

from __future__ import annotations

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
