"""Files that a reply offers (Reply.file), made when the person asks for them and kept nowhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from bot import card
from bot.conversation import Talk
from bot.handoff import calendar_file
from bot.practice import report_file
from bot.report import sheet

if TYPE_CHECKING:
    from bot.answers import Answers

Maker = Callable[["Answers", Talk], bytes]
MAKERS: dict[str, tuple[str, Maker]] = {
    "sheet": ("application/pdf", sheet.pdf),
    "calendar": ("text/calendar; charset=utf-8", calendar_file.file),
    "sheet_page": ("text/html; charset=utf-8", sheet.page),
    "practice_report": ("application/pdf", report_file.pdf),
    "practice_report_page": ("text/html; charset=utf-8", report_file.page),
    "card": (card.TYPES["png"], lambda answers, talk: card.draw(answers.content, talk.language, "png")),
}


class NoFile(Exception):
    """A file of that kind is not on offer in this talk, or can't be made."""


def make_file(answers: Answers, talk: Talk, kind: str) -> tuple[str, bytes]:
    """(media type, bytes) of a file on offer. Raises NoFile."""
    if kind not in MAKERS or not on_offer(talk, kind):
        raise NoFile(kind)
    media_type, maker = MAKERS[kind]
    try:
        return media_type, maker(answers, talk)
    except (sheet.SheetFailed, calendar_file.NeverOpen, card.CardFailed, report_file.ReportFailed):
        raise NoFile(kind) from None


def on_offer(talk: Talk, kind: str) -> bool:
    """Whether the talk has what the file is made of."""
    if kind == "calendar":
        return bool(talk.handoff.get("calendar"))
    if kind.startswith("practice_report"):
        return bool(talk.practice.get("turns"))
    return kind == "card" or (kind.startswith("sheet") and bool(talk.report.get("case")))


