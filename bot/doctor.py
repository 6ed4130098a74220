"""`noor doctor`: is everything there that Noor needs to serve, and what to do when not."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from bot.clock import now
from bot.settings import Settings

SKEW = 5.0  # seconds that two clocks may differ


@dataclass(frozen=True)
class Finding:
    """`grade` is ok, look (serves, but somebody should look) or mend (does not serve as it must)."""

    grade: str
    about: str
    said: str


def run_doctor(settings: Settings) -> int:
    """Prints a line for each finding; 1 when something must be mended."""
    worst = 0
    for check in (_settings, _words, _model, _hours, _database, _redis):
        try:
            findings = list(check(settings))
        except Exception as error:  # a check that fails is itself a finding, and the others go on
            findings = [Finding("mend", check.__name__.strip("_"), f"could not be looked at ({error.__class__.__name__}: {str(error).splitlines()[0][:200]})")]
        for finding in findings:
            print(f"{finding.grade:5}{finding.about}: {finding.said}")
            worst |= finding.grade == "mend"
    return int(worst)


def _settings(settings: Settings) -> Iterator[Finding]:
    if settings.key:
        grade = "look" if len(settings.key) < 20 else "ok"
        yield Finding(grade, "NOOR_KEY", "is short; use 20 characters or more" if grade == "look" else "is set")
    else:
        yield Finding("look", "NOOR_KEY", f"is not set: the key lies in {settings.data}/key beside the talks; set it from outside the disk before a launch")
    if settings.redis and not settings.database:
        yield Finding("mend", "NOOR_DATABASE", "is not set and NOOR_REDIS is: several processes can't share a SQLite file; set it to PostgreSQL")
    if settings.host not in ("127.0.0.1", "localhost", "::1") and not settings.public_url:
        yield Finding("look", "NOOR_PUBLIC_URL", f"is not set while Noor listens on {settings.host}: set it to the https address people use")
    if settings.public_url.startswith("http://") and "127.0.0.1" not in settings.public_url and "localhost" not in settings.public_url:
        yield Finding("mend", "NOOR_PUBLIC_URL", "is http: what people type would travel open; put a proxy with TLS in front and write https")
    if "*" in settings.proxies:
        yield Finding("look", "NOOR_PROXIES", "is *: anybody who reaches Noor directly can claim any address; write the proxy's own")
    try:
        settings.data.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=settings.data):
            pass
    except OSError as error:
        yield Finding("mend", "NOOR_DATA", f"{settings.data} can't be written ({error.strerror}); set it to a folder that Noor may write in")
        return
    free = shutil.disk_usage(settings.data).free / 1e9
    yield Finding("ok" if free > 1 else "mend", "disk", f"{free:.1f} GB free in {settings.data}" + ("" if free > 1 else "; make room"))


def _words(settings: Settings) -> Iterator[Finding]:
    from bot.service import load_words

    faults = load_words(settings.root.resolve(), settings.organisation)[2]
    for fault in faults:
        yield Finding("mend", "words", fault)
    if not faults:
        yield Finding("ok", "words", "texts, rules and organisation are whole; `noor content check` looks at more")


def _model(settings: Settings) -> Iterator[Finding]:
    from bot.training import model_path, newest_model

    root = settings.root.resolve()
    path = model_path(root, root / settings.models)
    if path.exists():
        yield Finding("ok", "model", f"{path.name} fits the present data")
    elif older := newest_model(path.parent):
        yield Finding("look", "model", f"{older.name} is older than the data; it serves until `noor train` or the next start has trained")
    else:
        yield Finding("mend", "model", "there is none: only danger, help lines and buttons work; run `noor train`")


def _hours(settings: Settings) -> Iterator[Finding]:
    import yaml

    from bot.handoff.hours import hours_of

    path = settings.root / "organisations" / settings.organisation / "organisation.yml"
    if not path.exists():
        return  # said under `words`
    organisation: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
    hours, at = hours_of(organisation), now()
    following = hours.next(at)
    if not organisation.get("staffed"):
        yield Finding("ok", "hours", "nobody answers here (staffed: false); people get the organisation's own chat and the help lines")
    elif hours.now(at):
        yield Finding("ok", "hours", "the chat is open now")
    elif following is None:
        yield Finding("mend", "hours", f"staffed is true and the chat never opens; write hours in {path}")
    else:
        yield Finding("ok", "hours", f"the chat is closed now and opens {following.opens:%Y-%m-%d %H:%M %Z}")


def _database(settings: Settings) -> Iterator[Finding]:
    from bot.store.kept import Kept, Unreadable, connect, key_from
    from bot.store.migrate import at, newest
    from bot.store.tables import KEPT

    url = settings.database_url()
    if not settings.database and not (settings.data.is_dir() and os.access(settings.data, os.W_OK)):
        return  # said under NOOR_DATA
    kind = url.split(":", 1)[0]
    engine = connect(url)
    try:
        stands = at(engine)
        if stands > newest():
            yield Finding("mend", "store", f"the {kind} database is of a newer Noor ({stands}; this one knows {newest()}); start that version")
            return
        yield Finding("ok" if stands == newest() else "look", "store", f"{kind} answers; tables at {stands or 'none yet'} of {newest()}" + ("" if stands == newest() else ", the next start or `noor migrate` brings them up"))
        if kind.startswith("postgresql"):
            with engine.connect() as connection:
                yield _clock("database", float(connection.execute(sa.text("SELECT extract(epoch FROM clock_timestamp())")).scalar()))
    except sa.exc.OperationalError as error:
        yield Finding("mend", "store", f"the {kind} database does not answer ({str(error.orig).splitlines()[0]}); start it or correct NOOR_DATABASE")
        return
    finally:
        engine.dispose()
    kept = Kept(url, key_from(settings.key, settings.data))
    kept.put("doctor", "-", {"x": 1})
    kept.erase("doctor", "-")
    with kept._engine.connect() as connection:
        some = connection.execute(sa.select(KEPT.c.kind, KEPT.c.id).order_by(KEPT.c.changed_at.desc()).limit(20)).all()
    unreadable = 0
    for row in some:
        try:
            kept.get(*row)
        except Unreadable:
            unreadable += 1
    if unreadable:
        yield Finding("mend", "NOOR_KEY", f"{unreadable} of the newest {len(some)} rows do not open with it; set the key they were written with, or let their talks begin anew")
    kept.close()


def _redis(settings: Settings) -> Iterator[Finding]:
    if not settings.redis:
        yield Finding("ok", "redis", "not used: one process serves")
        return
    from bot.service import connect

    async def ask() -> float:
        client = connect(settings.redis)
        try:
            seconds, micro = await client.time()
            return float(seconds) + float(micro) / 1e6
        finally:
            await client.aclose()

    try:
        yield _clock("redis", asyncio.run(ask()))
    except Exception as error:
        yield Finding("mend", "redis", f"does not answer ({error.__class__.__name__}); start it or correct NOOR_REDIS. Order holds in each process alone until then")


def _clock(whose: str, theirs: float, ours: Callable[[], float] = time.time) -> Finding:
    apart = theirs - ours()
    if abs(apart) > SKEW:
        return Finding("mend", "clock", f"this machine and the {whose} differ by {apart:.0f} s; let both follow NTP, or talks are erased early and hours are wrong")
    return Finding("ok", "clock", f"within {abs(apart):.1f} s of the {whose}")
