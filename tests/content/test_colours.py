"""An organisation's colours, sites and way out: what can't be read or reached is named."""

from __future__ import annotations

from typing import Any

import pytest

from bot.content.colours import DEFAULTS, contrast, faults, palette

GOOD = {"leave_to": "https://www.google.nl"}


@pytest.mark.parametrize(("one", "other", "ratio"), [("#000000", "#ffffff", 21.0), ("#777777", "#ffffff", 4.48), ("#1b5e6b", "#1b5e6b", 1.0)])
def test_contrast_as_wcag_computes_it(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == pytest.approx(ratio, abs=0.01)
    assert contrast(one, other) == contrast(other, one)


@pytest.mark.parametrize(
    ("organisation", "named"),
    [
        ({"colours": {"accent": "#ffd54f"}}, "contrast of"),
        ({"colours": {"text": "#999999"}}, "text #999999 on background"),
        ({"colours": {"accent_text": "#1b5e6b"}}, "accent_text #1b5e6b on accent"),
        ({"colours": {"background": "#333333"}}, "background #333333"),
        ({"colours": {"accent": "teal"}}, "write six hexadecimal digits"),
        ({"colours": {"acent": "#1b5e6b"}}, "acent is unknown"),
        ({"origins": ["www.school.nl"]}, "is no site"),
        ({"origins": ["https://www.school.nl/ouders"]}, "is no site"),
        ({"origins": ["https://a.nl; script-src *"]}, "is no site"),
        ({"leave_to": "google"}, "write an https address"),
    ],
)
def test_each_fault_is_named(organisation: dict[str, Any], named: str) -> None:
    found = faults({**GOOD, **organisation}, "organisations/x/organisation.yml")
    assert any(named in fault for fault in found), found


def test_good_ones_pass() -> None:
    assert faults(GOOD, "x") == []
    assert faults({**GOOD, "colours": {"accent": "#7a1f5c", "accent_text": "#ffffff"}, "origins": ["https://www.school.nl"]}, "x") == []


@pytest.mark.parametrize("accent", ["ffe08a", "000000", "ffffff", "808080", "ff0000"])
def test_any_colour_of_a_site_can_be_read(accent: str) -> None:
    made = palette({}, accent)
    assert made["--accent"] == "#" + accent
    for text, back in (("--accent-text", "--accent"), ("--you-text", "--you"), ("--accent-ink", "--back")):
        assert contrast(made[text], made[back]) >= 4.5


def test_what_is_no_colour_is_passed_over() -> None:
    assert palette({}, "red;}")["--accent"] == DEFAULTS["accent"]
