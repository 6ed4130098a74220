"""`noor content review <language>`: a page to read and print, Dutch left, the other language right, stale texts and due reviews first."""

from __future__ import annotations

import datetime
from html import escape

from bot.content.library import Content, Topic
from bot.doors.markup import html

STYLE = """body{font:16px/1.5 system-ui,sans-serif;margin:24px;color:#1c2730}table{border-collapse:collapse;width:100%;table-layout:fixed}
td,th{border:1px solid #6b7c88;padding:10px;vertical-align:top;text-align:start}caption{text-align:start;font-weight:700;padding:18px 0 6px}
.stale caption{color:#8c1d18}small{color:#4a5a65}@media print{table{break-inside:avoid-page}}"""


def review_page(content: Content, language: str, today: datetime.date) -> str:
    """The whole page as HTML. Raises KeyError for a language that is not in languages.yml."""
    about = content.languages[language]
    topics = sorted(content.topics.values(), key=lambda t: (not _open(t, language), t.review_by > today, t.risk != "high", t.group, t.name))
    tables = "\n".join(_table(content, t, language) for t in topics)
    waiting = sum(_open(t, language) for t in topics)
    return (
        f'<!doctype html><html lang="nl"><meta charset="utf-8"><title>Review {escape(about["name"])}</title><style>{STYLE}</style>'
        f"<h1>Nederlands → {escape(about['name'])}</h1><p>{len(topics)} teksten, {waiting} nog te vertalen of verouderd. Gemaakt op {today}.</p>{tables}</html>"
    )


def _open(topic: Topic, language: str) -> bool:
    return language != "nl" and (language not in topic.texts or topic.stale(language))


def _table(content: Content, topic: Topic, language: str) -> str:
    source, text = topic.texts["nl"], topic.texts.get(language)
    direction = content.languages[language]["direction"]
    rows = [(source.title, text.title if text else ""), (source.short, text.short if text else "")]
    rows += [(f"*{name}*\n\n{part}", text.parts.get(name, "") if text else "") for name, part in source.parts.items()]
    cells = "".join(f'<tr><td lang="nl">{html(a)}<td lang="{language}" dir="{direction}">{html(b)}' for a, b in rows)
    state = " · verouderd of niet vertaald" if _open(topic, language) else ""
    head = f"{topic.group}/{topic.name} <small>risico {topic.risk} · nakijken voor {topic.review_by} · {escape(topic.owner)}{state}</small>"
    return f'<table class="{"stale" if state else ""}"><caption>{head}</caption>{cells}</table>'
