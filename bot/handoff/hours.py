"""Opening hours: is it open now, until when, and when does it open next. Days and spans as in facts.yml and organisation.yml."""

from __future__ import annotations

import datetime
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dateutil.easter import easter

from bot.content.facts import day_range

SPAN = re.compile(r"([01]\d|2[0-3]):[0-5]\d-(?:([01]\d|2[0-3]):[0-5]\d|24:00)")
HOLIDAY = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])|easter(?:[+-]\d{1,2})?")
AHEAD = 60  # days within which the next opening is looked for
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True)
class Opening:
    """One span of opening; both with a time zone."""

    opens: datetime.datetime
    closes: datetime.datetime


@dataclass(frozen=True)
class Hours:
    """A week of spans in one time zone; holidays ("MM-DD", "easter+1") are closed; a date in `dates` has its own spans, none for closed."""

    week: Mapping[str, list[str]]
    timezone: str = "Europe/Amsterdam"
    holidays: Collection[str] = ()
    dates: Mapping[datetime.date, list[str]] = field(default_factory=dict)

    def on(self, date: datetime.date) -> list[Opening]:
        """The spans that begin on one date, in order. A span that ends before it begins goes on past midnight."""
        if date in self.dates:
            spans = self.dates[date]
        elif any(self._falls_on(h, date) for h in self.holidays):
            return []
        else:
            spans = [s for days, all_spans in self.week.items() if date.weekday() in day_range(days) for s in all_spans]
        zone = ZoneInfo(self.timezone)
        found = []
        for begin, end in (s.split("-") for s in spans):
            later = end if end > begin else "24:00+" + end
            found.append(Opening(_at(date, begin, zone), _at(date, later, zone)))
        return sorted(found, key=lambda o: o.opens.timestamp())

    def now(self, at: datetime.datetime) -> Opening | None:
        """The span that is open at a moment, or None. Spans that touch count as one: its end is the last one's."""
        today = at.astimezone(ZoneInfo(self.timezone)).date()
        spans = [o for days in (-1, 0, 1) for o in self.on(today + datetime.timedelta(days=days))]
        # Compared in seconds: two times of one zone are otherwise compared by the hands of the clock, wrong in the night it changes.
        found = next((o for o in spans if o.opens.timestamp() <= at.timestamp() < o.closes.timestamp()), None)
        for later in spans:
            if found and found.opens.timestamp() < later.opens.timestamp() <= found.closes.timestamp() < later.closes.timestamp():
                found = Opening(found.opens, later.closes)
        return found

    def next(self, at: datetime.datetime) -> Opening | None:
        """The first span that opens after a moment; None when none does within 60 days."""
        return next(iter(self.coming(at)), None)

    def coming(self, at: datetime.datetime, days: int = AHEAD) -> list[Opening]:
        """The spans that open after a moment, within so many days."""
        start = at.astimezone(ZoneInfo(self.timezone)).date()
        dates = (start + datetime.timedelta(days=n) for n in range(days))
        return [o for date in dates for o in self.on(date) if o.opens.timestamp() > at.timestamp()]

    def _falls_on(self, holiday: str, date: datetime.date) -> bool:
        if holiday.startswith("easter"):
            return bool(easter(date.year) + datetime.timedelta(days=int(holiday[6:] or 0)) == date)
        return holiday == f"{date:%m-%d}"


def hours_of(organisation: Mapping[str, Any]) -> Hours:
    """The hours of organisation.yml. What its check (`hours_faults`) refuses is left out."""
    week = {d: list(s) for d, s in _lines(organisation, "hours") if _is_days(d) and not _faults_of_spans(s)}
    dates = {d: list(s) for d, s in _lines(organisation, "dates") if isinstance(d, datetime.date) and not _faults_of_spans(s)}
    holidays = tuple(str(h) for h in organisation.get("holidays") or () if HOLIDAY.fullmatch(str(h)))
    return Hours(week, str(organisation.get("timezone", "Europe/Amsterdam")), holidays, dates)


def always_or_week(value: Any, timezone: str = "Europe/Amsterdam") -> Hours:
    """The hours of a fact: "always" or a week."""
    return Hours({"mon-sun": ["00:00-24:00"]} if value == "always" else value, timezone)


def hours_faults(organisation: Mapping[str, Any], path: str) -> list[str]:
    """Every fault of an organisation's hours as `path: what is wrong; what to do`."""
    faults = []
    try:
        ZoneInfo(str(organisation.get("timezone", "Europe/Amsterdam")))
    except (ZoneInfoNotFoundError, ValueError):
        faults.append(f"{path}: timezone is {organisation['timezone']!r}; write one like Europe/Amsterdam")
    for name in ("hours", "dates"):
        group = organisation.get(name) or {}
        if not isinstance(group, dict):
            faults.append(f"{path}: {name} holds no `day: spans` lines; see content/README.md")
            continue
        for key, spans in group.items():
            if name == "hours" and not _is_days(key):
                faults.append(f"{path}: {name} has the day {key!r}; write mon, tue ... or mon-fri")
            if name == "dates" and not isinstance(key, datetime.date):
                faults.append(f"{path}: {name} has {key!r}; write a date like 2026-12-24")
            faults += [f"{path}: {name}: {key}: {fault}" for fault in _faults_of_spans(spans)]
    for holiday in organisation.get("holidays") or ():
        if not HOLIDAY.fullmatch(str(holiday)):
            faults.append(f'{path}: the holiday {holiday!r} can\'t be read; write a month and day as "12-25", or easter, "easter+1"')
    return faults


def _lines(organisation: Mapping[str, Any], name: str) -> list[tuple[Any, Any]]:
    group = organisation.get(name)
    return list(group.items()) if isinstance(group, dict) else []


def _is_days(days: Any) -> bool:
    first, _, last = str(days).partition("-")
    return first in WEEK and (last or first) in WEEK and WEEK.index(first) <= WEEK.index(last or first)


def _faults_of_spans(spans: Any) -> list[str]:
    if not isinstance(spans, list):
        return [f'{spans!r} is no list; write ["13:00-17:00"], or [] for closed']
    return [f'{s!r} can\'t be read; write "13:00-17:00"' for s in spans if not SPAN.fullmatch(str(s))]


def _at(date: datetime.date, clock: str, zone: ZoneInfo) -> datetime.datetime:
    days = 0
    if clock.startswith("24:00"):
        days, clock = 1, clock[6:] or "00:00"
    hour, minute = clock.split(":")
    return datetime.datetime.combine(date + datetime.timedelta(days=days), datetime.time(int(hour), int(minute)), zone)
