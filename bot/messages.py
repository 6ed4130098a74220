"""What goes through a door: a Message in, Replies out."""

from __future__ import annotations

import datetime
from dataclasses import dataclass


@dataclass(frozen=True)
class Message:
    """What a person did: typed `text`, or tapped the button `tap`. `at` is the door's clock, with a time zone."""

    talk: str
    at: datetime.datetime
    text: str | None = None
    tap: str | None = None
    language: str | None = None
    id: str = ""  # the door's own number of this message; the same one counts once
    door: str = ""  # web, telegram, terminal: filled in by the service, with `talk` the address to answer at later
    media: str | None = None  # the kind of a file that the door refused without fetching it: photo, voice, document ...


@dataclass(frozen=True)
class Button:
    """`id` means the same wherever it is tapped: "topic:already_paid", "more", "language:tr"."""

    id: str
    title: str


@dataclass(frozen=True)
class Link:
    """`href` is a tel: or https: address from facts.yml."""

    title: str
    href: str


@dataclass(frozen=True)
class Source:
    """Where an answer comes from, and until when its text counts as reviewed."""

    title: str
    url: str


@dataclass(frozen=True)
class File:
    """Something to download, made when it is asked for and kept nowhere. `kind` says what: "sheet", "calendar", "practice_report"."""

    kind: str
    name: str
    media_type: str


@dataclass(frozen=True)
class Reply:
    """One message of Noor: reviewed text in Markdown without links, for one topic in one language.

    `sender` is noor, human (a counsellor's own words) or practice (the person of a scene).
    """

    topic: str
    text: str
    language: str
    buttons: tuple[Button, ...] = ()
    links: tuple[Link, ...] = ()
    sources: tuple[Source, ...] = ()
    review_by: datetime.date | None = None
    urgent: bool = False
    sender: str = "noor"
    file: File | None = None
    part: str = ""  # of an answer: "more" or "easier", "" for the answer itself
