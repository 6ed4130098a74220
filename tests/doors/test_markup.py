"""Reviewed Markdown for a page and for Telegram."""

from bot.doors.markup import for_page, html, telegram
from bot.doors.telegram_outbox import split


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


def test_numbers_to_call_stand_in_bdi_on_a_page_and_other_numbers_do_not() -> None:
    assert for_page("Bel 020-261 52 75 of **112**.\n\n1. Na 14 jaar, in 2024") == (
        "<p>Bel <bdi>020-261 52 75</bdi> of <strong><bdi>112</bdi></strong>.</p>\n<ol>\n<li>Na 14 jaar, in 2024</li>\n</ol>"
    )
    assert "<bdi>\u20660800-2000\u2069</bdi>" in for_page("اتصلوا: \u20660800-2000\u2069")
