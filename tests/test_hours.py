"""Opening hours: open now, next opening, holidays and the night when the clock changes."""

import datetime
from zoneinfo import ZoneInfo

import pytest

from bot.handoff.hours import Hours

HOURS = Hours({"mon-fri": ["13:00-17:00"], "mon": ["19:30-21:30"], "thu": ["19:30-21:30"]}, holidays=("12-25",))
ZONE = ZoneInfo("Europe/Amsterdam")


def at(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("moment", "closes"), [("2026-11-23T13:00", 17), ("2026-11-23T16:59", 17), ("2026-11-23T20:00", 21), ("2026-11-26T19:30", 21)]
)
def test_open(moment: str, closes: int) -> None:
    opening = HOURS.now(at(moment))
    assert opening
    assert opening.closes.hour == closes


@pytest.mark.parametrize("moment", ["2026-11-23T12:59", "2026-11-23T17:00", "2026-11-22T14:00", "2026-12-25T14:00", "2026-11-24T20:00"])
def test_closed(moment: str) -> None:
    assert HOURS.now(at(moment)) is None


@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        ("2026-11-23T17:00", "2026-11-23T19:30"),
        ("2026-11-27T18:00", "2026-11-30T13:00"),
        ("2026-12-24T22:00", "2026-12-28T13:00"),
        ("2026-10-24T12:00", "2026-10-26T13:00"),
    ],
)
def test_next(moment: str, opens: str) -> None:
    opening = HOURS.next(at(moment))
    assert opening
    assert opening.opens == at(opens)


def test_never_open() -> None:
    assert Hours({}).next(at("2026-11-23T12:00")) is None
