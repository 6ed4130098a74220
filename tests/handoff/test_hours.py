"""Opening hours: open now, next opening, holidays and the night when the clock changes."""

import datetime
from zoneinfo import ZoneInfo

import pytest

from bot.handoff.hours import Hours, hours_faults, hours_of

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


def test_easter_and_the_days_that_hang_on_it() -> None:
    hours = Hours({"mon-sun": ["10:00-12:00"]}, holidays=("easter+1", "easter+39", "easter+50", "04-27"))
    for closed in ("2026-04-06", "2026-05-14", "2026-05-25", "2027-03-29", "2026-04-27"):
        assert hours.now(at(closed + "T11:00")) is None
    assert hours.now(at("2026-04-05T11:00"))


def test_a_date_with_hours_of_its_own_goes_before_the_week_and_the_holiday() -> None:
    hours = Hours(HOURS.week, holidays=("12-25",), dates={datetime.date(2026, 12, 25): ["09:00-10:00"], datetime.date(2026, 12, 28): []})
    assert hours.now(at("2026-12-25T09:30"))
    assert hours.now(at("2026-12-28T14:00")) is None


def test_the_nights_in_which_the_clock_changes() -> None:
    hours = Hours({"sun": ["01:00-04:00"]})
    spring, autumn = hours.on(datetime.date(2026, 3, 29))[0], hours.on(datetime.date(2026, 10, 25))[0]
    assert (spring.closes.timestamp() - spring.opens.timestamp()) / 3600 == 2
    assert (autumn.closes.timestamp() - autumn.opens.timestamp()) / 3600 == 4
    assert hours.now(datetime.datetime.fromisoformat("2026-10-25T02:30:00+01:00"))  # the second half past two
    assert hours.now(datetime.datetime.fromisoformat("2026-10-25T03:59:00+01:00"))
    assert hours.now(datetime.datetime.fromisoformat("2026-10-25T04:00:00+01:00")) is None


def test_past_midnight_and_touching_spans() -> None:
    hours = Hours({"fri": ["22:00-02:00"], "mon-sun": ["08:00-12:00", "12:00-13:00"]})
    assert hours.now(at("2026-11-28T01:59"))
    assert hours.now(at("2026-11-28T02:00")) is None
    morning = hours.now(at("2026-11-24T11:00"))
    assert morning
    assert morning.closes == at("2026-11-24T13:00")
    assert Hours({"mon-sun": ["00:00-24:00"]}).now(at("2026-11-24T23:59"))


@pytest.mark.parametrize(
    ("organisation", "said"),
    [
        ({"hours": {"mon-fri": ["9-17"]}}, "9-17"),
        ({"hours": {"fri-mon": ["09:00-17:00"]}}, "fri-mon"),
        ({"hours": "always"}, "hours"),
        ({"dates": {"24 December": []}}, "24 December"),
        ({"holidays": ["13-40"]}, "13-40"),
        ({"timezone": "Europe/Nowhere"}, "Europe/Nowhere"),
    ],
)
def test_hours_that_cannot_be_read_are_named_and_break_nothing(organisation: dict[str, object], said: str) -> None:
    found = hours_faults(organisation, "organisation.yml")
    assert any(said in fault for fault in found)
    if "timezone" not in organisation:
        assert hours_of(organisation).now(at("2026-11-24T14:00")) is None
