"""The preparation sheet: the person's own answers and steps on one A4, in her language and in Dutch for the desk.

Made when it is asked for, kept nowhere. It holds closed answers only: no name, link or image that somebody typed can be on it.
"""

from __future__ import annotations

import html
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog
import typst
from babel import Locale
from babel.dates import format_date

from bot.clock import day_of, now
from bot.conversation import Talk
from bot.messages import File, Reply
from bot.report import words

if TYPE_CHECKING:
    from bot.answers import Answers

log = structlog.get_logger()
TEMPLATE = Path(__file__).with_name("sheet.typ")
FILL = ("sheet_names", "sheet_links", "sheet_dates", "sheet_who_not", "sheet_case_number")
TOLD = (*words.SHOWN, "ongoing", "danger")
BOLD = re.compile(r"\*\*(.+?)\*\*")
NUMBER = re.compile(r"\d[\d -]{4,}\d")
FONTS = Path(__file__).with_name("fonts")  # Arabic must not hang on what a server has installed


class SheetFailed(Exception):
    """The PDF can't be made here (typst failed); the page can."""


def offer(answers: Answers, talk: Talk, page: bool = False) -> list[Reply]:
    """The sheet as something to download: the PDF and the same as a page; the page alone, saying so, when a PDF can't be made."""
    name = answers.say("sheet_file", talk)
    as_page = Reply("report_sheet_page", answers.say("sheet_page_offer", talk), talk.language, file=File("sheet_page", f"{name}.html", "text/html"))
    back = (answers.button("report:start", "r_resume", talk),)
    if page:
        return [replace(as_page, buttons=back)]
    try:
        pdf(answers, talk)
    except SheetFailed:
        return [replace(as_page, topic="report_sheet_failed", text=answers.say("sheet_failed", talk), buttons=back)]
    sheet = Reply("report_sheet", answers.say("sheet_offer", talk), talk.language, file=File("sheet", f"{name}.pdf", "application/pdf"))
    return [sheet, replace(as_page, buttons=back)]


def pdf(answers: Answers, talk: Talk) -> bytes:
    """The sheet as a tagged PDF of one page. Raises SheetFailed."""
    data = contents(answers, talk)
    try:
        made = typst.compile(TEMPLATE, format="pdf", font_paths=[FONTS], sys_inputs={"data": json.dumps(data, ensure_ascii=False)})
    except (typst.TypstError, RuntimeError, OSError) as error:
        log.error("sheet not made", error=error.__class__.__name__)
        raise SheetFailed from None
    assert isinstance(made, bytes)
    return made


def page(answers: Answers, talk: Talk) -> bytes:
    """The same as an accessible page: headings, lists, each part in its own language and direction."""
    data = contents(answers, talk)
    first = data["sides"][0]

    def items(tag: str, lines: list[str]) -> str:
        return f"<{tag}>" + "".join(f"<li>{html.escape(line)}</li>" for line in lines) + f"</{tag}>"

    sides = "".join(
        f'<section lang="{s["lang"]}" dir="{s["dir"]}"><h1>{html.escape(s["title"])}</h1><p>{html.escape(s["lead"])}</p>'
        f"<h2>{html.escape(s['told_title'])}</h2>{items('ul', s['told'])}<h2>{html.escape(s['steps_title'])}</h2>{items('ol', s['steps'])}"
        f"<h2>{html.escape(s['numbers_title'])}</h2>{items('ul', s['numbers'])}"
        + (f"<h2>{html.escape(s['desk_title'])}</h2><p>{html.escape(s['desk'])}</p>" if s["desk"] else "")
        + "</section>"
        for s in data["sides"]
    )
    def in_own(lines: list[str], tag: str) -> str:
        """The same words in each language, each with its direction: a full stop of the Dutch would else stand at the wrong end."""
        return "".join(f'<{tag} lang="{s["lang"]}" dir="{s["dir"]}">{html.escape(line)}</{tag}>' for s, line in zip(data["sides"], lines, strict=False))

    fill = "<ul>" + "".join(f"<li>{in_own(labels, 'div')}______________________________</li>" for labels in data["fill_in"]) + "</ul>"
    no_image = f"{in_own(data['no_image'], 'p')}"
    return (
        f'<!doctype html><html lang="{first["lang"]}" dir="{first["dir"]}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{html.escape(first['title'])}</title><style>body{{font-family:sans-serif;line-height:1.5;max-width:44rem;margin:1rem auto;padding:0 1rem}}h2 span{{display:block}}.last{{font-weight:bold}}</style></head>"
        f"<body><main>{sides}<section><h2>{in_own(data['fill_titles'], 'span')}</h2>{fill}<div class='last'>{no_image}</div></section></main></body></html>"
    ).encode()


def contents(answers: Answers, talk: Talk) -> dict[str, Any]:
    """What stands on the sheet: {sides: [person's language, Dutch], fill_title, fill, no_image}; fill_titles and fill_in are the
    same words for each side apart."""
    dutch = replace(talk, language="nl")
    sides = [talk] if talk.language == "nl" else [talk, dutch]
    both = sides[:1] if talk.language == "nl" else sides

    def beside(key: str) -> str:
        return " / ".join(answers.say(key, side) for side in both)

    made = [_side(answers, talk, side) for side in sides]
    return {
        "sides": made,
        "fill_title": beside("sheet_fill"),
        "fill": [beside(k) for k in FILL],
        "fill_titles": [answers.say("sheet_fill", side) for side in both],
        "fill_in": [[answers.say(k, side) for side in both] for k in FILL],
        "no_image": [answers.say("sheet_no_image", side) for side in both],
    }


def _side(answers: Answers, talk: Talk, side: Talk) -> dict[str, Any]:
    known = words.known_facts(talk)
    language = side.language
    date = format_date(day_of(now()), "d MMMM y", locale=Locale.parse(language))
    steps = [words.step_words(answers, s, side) for s in answers.report.rules.plan(known)]
    desk = [answers.say("sheet_desk_line", side)] if known["side"] == "victim" and known["speaker"] != "pro" else []
    return {
        "lang": language,
        "dir": str(answers.content.languages[language]["direction"]),
        "title": answers.say("sheet_title", side),
        "lead": answers.say("sheet_lead", side, date=date),
        "told_title": answers.say("sheet_told", side),
        "told": [w for _, w in words.known_words(answers, talk.report.get("case", {}), side, TOLD, own="sheet_")] or ["-"],
        "steps_title": answers.say("sheet_steps", side),
        "steps": [unbroken(m[1] if (m := BOLD.search(s)) else s) for s in steps],
        "numbers_title": answers.say("sheet_numbers", side),
        "numbers": [unbroken(link.title) for link in answers.links(words.lines_to_call(known), language, True)],
        "desk_title": answers.say("sheet_for_desk", side),
        "desk": " ".join(desk),
    }


def unbroken(line: str) -> str:
    """A line whose telephone numbers stay on one line: in two halves they are dialled wrongly."""
    return NUMBER.sub(lambda m: m[0].replace(" ", "\u00a0"), line)
