"""Opening hours: is it open now, until when, and when does it open next. Days and spans as in facts.yml and organisation.yml."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from bot.content.facts import day_range


@dataclass(frozen=True)
class Opening:
    """One span of opening; both with a time zone."""

    opens: datetime.datetime
    closes: datetime.datetime


@dataclass(frozen=True)
class Hours:
    """A week of spans in one time zone, less holidays ("MM-DD") and single closed dates."""

    week: Mapping[str, list[str]]
    timezone: str = "Europe/Amsterdam"
    holidays: Collection[str] = ()
    closed: Collection[datetime.date] = ()

    def on(self, date: datetime.date) -> list[Opening]:
        """The spans of one date, in order."""
        if f"{date:%m-%d}" in self.holidays or date in self.closed:
            return []
        zone = ZoneInfo(self.timezone)
        spans = [s for days, all_spans in self.week.items() if date.weekday() in day_range(days) for s in all_spans]
        return sorted((Opening(_at(date, a, zone), _at(date, b, zone)) for a, b in (s.split("-") for s in spans)), key=lambda o: o.opens)

    def now(self, at: datetime.datetime) -> Opening | None:
        """The span that is open at a moment, or None."""
        return next((o for o in self.on(at.astimezone(ZoneInfo(self.timezone)).date()) if o.opens <= at < o.closes), None)

    def next(self, at: datetime.datetime) -> Opening | None:
        """The first span that opens after a moment; None when none does within 60 days."""
        start = at.astimezone(ZoneInfo(self.timezone)).date()
        for days in range(60):
            for opening in self.on(start + datetime.timedelta(days=days)):
                if opening.opens > at:
                    return opening
        return None


def hours_of(organisation: Mapping[str, Any]) -> Hours:
    """The hours of organisation.yml."""
    return Hours(
        organisation.get("hours") or {},
        str(organisation.get("timezone", "Europe/Amsterdam")),
        tuple(organisation.get("holidays") or ()),
        tuple(organisation.get("closed") or ()),
    )


def _at(date: datetime.date, clock: str, zone: ZoneInfo) -> datetime.datetime:
    hour, minute = clock.split(":")
    return datetime.datetime.combine(date, datetime.time(int(hour), int(minute)), zone)
