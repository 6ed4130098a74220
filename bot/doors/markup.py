"""Reviewed Markdown as HTML for a web page and for Telegram; what a person typed is only ever shown as typed."""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape

from markdown_it import MarkdownIt

_MARKDOWN = MarkdownIt("commonmark", {"html": False, "breaks": True}).disable(
    ["link", "image", "autolink", "html_block", "html_inline", "code", "fence", "heading", "lheading"]
)
_NUMBER = re.compile(r"(?<![\w-])(\u2066?(?:0\d{2,3}[- ]\d[\d -]{2,}\d|11[23])\u2069?)(?![\w-])")
_TELEGRAM = (
    (r"</?p>", ""),
    (r"<strong>", "<b>"),
    (r"</strong>", "</b>"),
    (r"</?em>", ""),
    (r"<br ?/?>", ""),
    (r"</?(?:ul|ol)[^>]*>", ""),
    (r"</li>", ""),
)


@lru_cache(2_000)
def html(text: str) -> str:
    """Paragraphs, lists and bold; everything else is shown as typed. Reviewed texts alone come here, the same ones again and again."""
    return str(_MARKDOWN.render(text)).strip()


@lru_cache(2_000)
def for_page(text: str) -> str:
    """html() with every number to call in a <bdi>: it keeps its order in right-to-left text, and a style can keep it on one line."""
    return "".join(part if part.startswith("<") else _NUMBER.sub(r"<bdi>\1</bdi>", part) for part in re.split(r"(<[^>]*>)", html(text)))


def plain(text: str) -> str:
    """What a person typed, as HTML that shows it as typed; each line in its own direction."""
    return "".join(f'<p dir="auto">{escape(line)}</p>' for line in text.splitlines() if line.strip())


def telegram(text: str) -> str:
    """The few tags that Telegram's HTML mode allows; lists as lines with a bullet or number."""
    lines, number = [], 0
    for line in html(text).splitlines():
        if line.startswith("<ol"):
            number = int("0" + re.sub(r"\D", "", line)) or 1  # a long list goes on in a second message
        elif line.startswith(("</ol", "<ul", "</ul")):
            number = 0
        if "<li>" in line:
            line = line.replace("<li>", f"{number}. " if number else "• ")
            number += bool(number)
        for pattern, plain in _TELEGRAM:
            line = re.sub(pattern, plain, line)
        lines.append(line)
        if line and not line.startswith(("•", *"123456789")):
            lines.append("")
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
