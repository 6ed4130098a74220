"""The practice report as a page and as a PDF, made when its owner asks for it and kept nowhere."""

from __future__ import annotations

import datetime
import html
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog
import typst
from babel.dates import format_date

from bot.conversation import Talk
from bot.practice.report import Report, ReportWords, number, report_of, trust_said

if TYPE_CHECKING:
    from bot.answers import Answers

log = structlog.get_logger()
TEMPLATE = Path(__file__).with_name("report.typ")
STYLE = Path(__file__).with_name("report.css")


class ReportFailed(Exception):
    """There is no session to report on, or typst can't make the PDF here."""


def pdf(answers: Answers, talk: Talk) -> bytes:
    """The report as a tagged PDF. Raises ReportFailed."""
    made, words = _made(answers, talk)
    data = json.dumps({**contents(made, words), "plot": plot(made, words)}, ensure_ascii=False)
    try:
        file = typst.compile(TEMPLATE.read_bytes(), format="pdf", sys_inputs={"data": data})
    except (typst.TypstError, RuntimeError, OSError) as error:
        log.error("practice report not made", error=error.__class__.__name__)
        raise ReportFailed from None
    assert isinstance(file, bytes)
    return file


def page(answers: Answers, talk: Talk) -> bytes:
    """The same as an accessible page. Raises ReportFailed."""
    made, words = _made(answers, talk)
    return _html(contents(made, words), plot(made, words)).encode()


def _made(answers: Answers, talk: Talk) -> tuple[Report, ReportWords]:
    made = report_of(answers.practice, talk.practice)
    if made is None:
        raise ReportFailed
    return made, answers.practice.report[made.language]


def contents(made: Report, words: ReportWords) -> dict[str, Any]:
    """What stands in the report, in words: {title, facts: [[name, value]], sections: [...], table: {head, rows}, lists: [...]}."""
    say = words.words
    questions = say["questions_said"].replace("<open>", str(made.open_questions)).replace("<closed>", str(made.closed_questions))
    rows = [[say["trust_start"], number(made.trust[0], made.language), ""]]
    rows += [[str(n), number(value, made.language), name] for n, (value, name) in enumerate(zip(made.trust[1:], made.names, strict=True), 1)]
    return {
        "lang": made.language,
        "title": say["title"],
        "facts": [[say["scene"], made.title], [say["level"], made.level], [say["date"], format_date(datetime.date.fromisoformat(made.day), "d MMMM y", locale=made.language)], ["", say["turns"].replace("<count>", str(made.turns))]],
        "next_title": say["next"],
        "next": [f"{what}: ‘{example}’" if example else what for what, example in made.next] or [say["nothing"]],
        "talk": [[say["questions"], questions], [say["balance"], say["balance_said"].replace("<share>", str(made.share))]],
        "trust_title": say["trust"],
        "trust": trust_said(made, words),
        "table": {"head": [say["trust_turn"], say["trust_points"], say["trust_heard"]], "rows": rows},
        "worked_title": say["worked"],
        "worked": [f"{name}: ‘{quote}’" for name, quote in made.worked] or [say["nothing"]],
        "hurt_title": say["hurt"],
        "hurt": [f"{name}: ‘{quote}’ → ‘{better}’" for name, quote, better in made.hurt] or [say["nothing"]],
        "hints_title": say["hints"],
        "hints": [f"{say['hints_missed']}: ‘{said}’ {means}" for said, means in made.missed]
        + [f"{say['hints_caught']}: ‘{said}’" for said in made.caught]
        or [say["hints_none"]],
        "lists_title": say["checklists"],
        "lists": [
            {"title": say["list_" + name], "items": [[state, say["state_" + state], text] for text, state in items]} for name, items in made.lists.items()
        ],
        "about_title": say["about"],
        "about": [[say["hides"], made.hides], [say["background"], made.background]],
        "note": say["note"],
    }


def plot(made: Report, words: ReportWords) -> str:
    """Trust after each turn as an SVG image; the table beside it holds the same numbers."""
    from matplotlib import rc_context  # a second to import: only when somebody asks for a report
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    say = words.words
    with rc_context({"svg.hashsalt": "noor", "font.family": "DejaVu Sans", "font.size": 9}):
        figure = Figure(figsize=(6.4, 2.6), layout="constrained")
        axes = figure.add_subplot()
        edges = [0.0, *made.bands, 10.0]
        for low, high, name, colour in zip(edges, edges[1:], ("closed", "guarded", "open"), ("#f3e3d3", "#f6f0df", "#e0efe6"), strict=False):
            axes.axhspan(low, high, color=colour, linewidth=0)
            axes.text(0.995, (low + high) / 2, say[name], transform=axes.get_yaxis_transform(), ha="right", va="center", color="#55524c")
        axes.plot(range(len(made.trust)), made.trust, marker="o", color="#1d5c63", linewidth=2)
        axes.set(xlim=(0, max(1, len(made.trust) - 1) * 1.12), ylim=(0, 10.3), xlabel=say["trust_turn"], ylabel=say["trust_points"])
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.spines[["top", "right"]].set_visible(False)
        drawn = io.StringIO()
        figure.savefig(drawn, format="svg", metadata={"Date": None})
    svg = drawn.getvalue()
    return svg[svg.index("<svg") :]


def _html(data: dict[str, Any], svg: str) -> str:
    def text(value: str) -> str:
        return html.escape(value)

    def pairs(items: list[list[str]]) -> str:
        return "<dl>" + "".join(f"<div><dt>{text(name)}</dt><dd>{text(value)}</dd></div>" for name, value in items) + "</dl>"

    def bullets(items: list[str], tag: str = "ul") -> str:
        return f"<{tag}>" + "".join(f"<li>{text(item)}</li>" for item in items) + f"</{tag}>"

    def ticked(one: dict[str, Any]) -> str:
        lines = "".join(f'<li class="{state}"><span>{text(said)}</span> {text(item)}</li>' for state, said, item in one["items"])
        return f'<h3>{text(one["title"])}</h3><ul class="ticks">{lines}</ul>'

    head = "".join(f'<th scope="col">{text(name)}</th>' for name in data["table"]["head"])
    rows = "".join(f'<tr><th scope="row">{text(a)}</th><td>{text(b)}</td><td>{text(c)}</td></tr>' for a, b, c in data["table"]["rows"])
    picture = svg.replace("<svg ", f'<svg role="img" aria-label="{html.escape(data["trust"])}" ', 1)
    parts = [
        f"<h1>{text(data['title'])}</h1>{pairs(data['facts'])}",
        f"<h2>{text(data['next_title'])}</h2>{bullets(data['next'], 'ol')}",
        f"<h2>{text(data['worked_title'])}</h2>{bullets(data['worked'])}<h2>{text(data['hurt_title'])}</h2>{bullets(data['hurt'])}",
        f"<h2>{text(data['hints_title'])}</h2>{bullets(data['hints'])}{pairs(data['talk'])}",
        f"<h2>{text(data['trust_title'])}</h2><p>{text(data['trust'])}</p><figure>{picture}</figure><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>",
        f"<h2>{text(data['lists_title'])}</h2>{''.join(map(ticked, data['lists']))}",
        f"<h2>{text(data['about_title'])}</h2>{pairs(data['about'])}<p class='note'>{text(data['note'])}</p>",
    ]
    return (
        f'<!doctype html><html lang="{data["lang"]}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f'<meta name="robots" content="noindex"><title>{text(data["title"])}</title><style>{STYLE.read_text("utf-8")}</style></head>'
        f"<body><main>{''.join(f'<section>{part}</section>' for part in parts)}</main></body></html>"
    )
