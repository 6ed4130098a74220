"""An organisation's colours for the widget, held to what can be read.

Contrast as WCAG 2.2 defines it (https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio): from 1 (the same) to 21 (black on white);
4.5 is the least for text of normal size (success criterion 1.4.3, level AA).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

HEX = re.compile(r"#[0-9a-fA-F]{6}")
LEAST = 4.5
NAMES = ("accent", "accent_text", "background", "text")
DEFAULTS = {"accent": "#1b5e6b", "accent_text": "#ffffff", "background": "#faf7f2", "text": "#22292e"}  # as in web/widget/frame.css
BUBBLE = "#ffffff"  # behind Noor's words; the accent colour is read on it too
DARK, LIGHT = "#111111", "#ffffff"


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours written as "#1b5e6b"."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def palette(organisation: Mapping[str, Any], accent: str = "") -> dict[str, str]:
    """Custom properties of frame.css for an organisation; `accent` ("7a1f5c") is a site's own colour, given by its script tag.

    A site's colour is never refused: its text becomes black or white, and where it can't be read on the page the text colour stands in.
    """
    colours = {**DEFAULTS, **(organisation.get("colours") or {})}
    if HEX.fullmatch("#" + accent):
        colours["accent"] = "#" + accent
        colours["accent_text"] = max((LIGHT, DARK), key=lambda c: contrast(c, colours["accent"]))
    ink = colours["accent"] if all(contrast(colours["accent"], b) >= LEAST for b in (colours["background"], BUBBLE)) else colours["text"]
    return {
        "--accent": colours["accent"], "--accent-text": colours["accent_text"], "--accent-ink": ink, "--back": colours["background"],
        "--text": colours["text"], "--you": colours["accent"], "--you-text": colours["accent_text"],
    }  # fmt: skip


def faults(organisation: Mapping[str, Any], where: str) -> list[str]:
    """What is wrong with the colours, the allowed sites and the way out of one organisation.yml, as `path: what is wrong; what to do`."""
    found = []
    own = organisation.get("colours") or {}
    for name, value in own.items():
        if name not in NAMES:
            found.append(f"{where}: colours: {name} is unknown; use one of {', '.join(NAMES)}")
        elif not HEX.fullmatch(str(value)):
            found.append(f'{where}: colours: {name} is {value!r}; write six hexadecimal digits, as "{DEFAULTS[name]}"')
    if not found:
        colours = {**DEFAULTS, **own}
        for text, back in (("accent_text", "accent"), ("text", "background"), ("accent", "background")):
            ratio = contrast(colours[text], colours[back])
            if ratio < LEAST:
                found.append(
                    f"{where}: colours: {text} {colours[text]} on {back} {colours[back]} has a contrast of {ratio:.1f}; "
                    f"choose a {'darker' if _luminance(colours[back]) > 0.18 else 'lighter'} {text}, to reach {LEAST}"
                )
        if contrast(colours["text"], BUBBLE) < LEAST or contrast(colours["accent"], BUBBLE) < LEAST:
            found.append(f"{where}: colours: text and accent also stand on white; choose darker ones, to reach {LEAST}")
    for origin in organisation.get("origins") or ():
        parts = urlsplit(str(origin))
        if parts.scheme not in ("https", "http") or not parts.netloc or parts.path or re.search(r"[\s;,'\"]", str(origin)):
            found.append(f"{where}: origins: {origin!r} is no site; write only scheme and host, as https://www.school.nl")
    if urlsplit(str(organisation.get("leave_to", ""))).scheme != "https":
        found.append(f'{where}: leave_to is {organisation.get("leave_to")!r}; write an https address that anybody could have open')
    return found
