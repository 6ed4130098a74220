"""One spelling for what people type: the same at training, at run time and in the danger rules.

Folding follows what was measured for Turkish without its letters (cocugum), Arabic hamza and ta marbuta slips, and capitals:
İ, I and ı become i, marks and tatweel go, ة/ه and ى/ي are one letter.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_ARABIC = str.maketrans(
    {
        "أ": "ا",
        "إ": "ا",
        "آ": "ا",
        "ٱ": "ا",
        "ة": "ه",
        "ى": "ي",
        "ی": "ي",
        "ک": "ك",
        "ؤ": "و",
        "ئ": "ي",
        "ڭ": "ك",
        "گ": "ك",
        "ڤ": "ف",
        "پ": "ب",
    }
)
_DROP = re.compile("[\u0640\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff'’‘`´ʼ]")  # tatweel, zero-width, direction controls, apostrophes
_LONG = re.compile(r"(\w)\1{2,}")
_TOKEN = re.compile(r"\w+")


class _Folded(dict[int, str]):
    """What becomes of each character, worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        c = unicodedata.normalize("NFKC", chr(code)).replace("İ", "i").replace("I", "i").replace("ı", "i").lower()
        c = "".join(part for part in unicodedata.normalize("NFD", c) if not unicodedata.combining(part)).translate(_ARABIC)
        c = _DROP.sub("", c)
        digits = (unicodedata.digit(part, None) if part.isdigit() and not part.isascii() else None for part in c)
        self[code] = "".join(part if digit is None else str(digit) for part, digit in zip(c, digits, strict=True))
        return self[code]


_FOLDED = _Folded()


def normalise(text: str) -> str:
    """Folded lower-case text, punctuation kept. Never raises; control and direction characters are dropped."""
    return _LONG.sub(r"\1\1", text.translate(_FOLDED))


def words(text: str) -> list[str]:
    """The words of a text in folded spelling: "Ik wíl niet!" -> ["ik", "wil", "niet"]."""
    return list(_words(text))


@lru_cache(32)  # a turn asks for those of its message and of the buttons under it some thirty times
def _words(text: str) -> tuple[str, ...]:
    return tuple(_TOKEN.findall(normalise(text)))
