"""The moment it is, and the day that people here call it: after midnight in the Netherlands it is still yesterday in UTC."""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Amsterdam")


def now() -> datetime.datetime:
    """The clock of the doors, in UTC."""
    return datetime.datetime.now(datetime.UTC)


def day_of(at: datetime.datetime) -> datetime.date:
    """The day of a moment (with its zone), as counted, shown and printed."""
    return at.astimezone(ZONE).date()
