"""Reviewed Markdown for a page and for Telegram."""

from bot.doors.markup import html, telegram
from bot.doors.telegram import split


def test_lists_and_bold() -> None:
    assert html("**Bel 112.**\n\n- een\n- twee") == "<p><strong>Bel 112.</strong></p>\n<ul>\n<li>een</li>\n<li>twee</li>\n</ul>"
    assert telegram("**Bel 112.**\n\n1. een\n2. twee") == "<b>Bel 112.</b>\n\n1. een\n2. twee"


def test_html_is_shown_not_run() -> None:
    for render in (html, telegram):
        shown = render("<script>alert(1)</script> [x](javascript:1) ![y](http://z)")
        assert "<script" not in shown
        assert "<a " not in shown
        assert "<img" not in shown


def test_long_answers_are_cut_between_paragraphs() -> None:
    pieces = split("\n\n".join(["woord " * 60] * 20), 1000)
    assert all(len(p) <= 1000 for p in pieces)
    assert all(not p.startswith(" ") for p in pieces)
    assert sum(p.count("woord") for p in pieces) == 1200
