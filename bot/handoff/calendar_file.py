"""The next opening of the chat as a calendar file. Nothing in it says what the chat is about: a calendar is read by others too."""

from __future__ import annotations

import datetime
import hashlib
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from icalendar import Alarm, Calendar, Event

from bot.clock import now
from bot.handoff.hours import hours_of
from bot.messages import File

if TYPE_CHECKING:
    from bot.answers import Answers
    from bot.conversation import Talk

FILE = File("calendar", "afspraak.ics", "text/calendar")
AHEAD = datetime.timedelta(minutes=10)


class NeverOpen(Exception):
    """Nothing opens within 60 days."""


def file(answers: Answers, talk: Talk) -> bytes:
    """The file for a talk, as of now. Raises NeverOpen."""
    made = calendar_file(answers, talk.language, now())
    if made is None:
        raise NeverOpen
    return made


def calendar_file(answers: Answers, language: str, at: datetime.datetime) -> bytes | None:
    """An iCalendar file (RFC 5545) in UTF-8 with one event and an alarm ten minutes before; None when nothing opens within 60 days."""
    hours = hours_of(answers.content.organisation)
    opening = hours.next(at)
    if opening is None:
        return None
    title = answers.content.say("calendar_title", language)
    calendar, event, alarm = Calendar(), Event(), Alarm()
    calendar.add("prodid", "-//noor//NL")
    calendar.add("version", "2.0")
    event.add("uid", hashlib.sha256(opening.opens.isoformat().encode()).hexdigest()[:32])
    event.add("dtstamp", at.astimezone(datetime.UTC))
    event.add("dtstart", opening.opens.astimezone(ZoneInfo(hours.timezone)))
    event.add("dtend", opening.closes.astimezone(ZoneInfo(hours.timezone)))
    event.add("summary", title)
    event.add("class", "PRIVATE")
    alarm.add("action", "DISPLAY")
    alarm.add("description", title)
    alarm.add("trigger", -AHEAD)
    event.add_component(alarm)
    calendar.add_component(event)
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())
