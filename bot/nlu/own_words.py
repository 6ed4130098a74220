"""Words that belong to one language, so that a message of nothing else is in it, however short: "slm", "merhaba", "sa hocam".

Letters can't tell here: "slm" has no vowel, and on a first word the language of the house weighs heavier (bot/language.py). Whoever greets in
Turkish would be greeted in Dutch.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from bot.nlu.normalise import words

EVERYWHERE = "shared"  # greetings of no one language


def _read(path: Path) -> dict[str, Any]:
    return yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader) or {}


def loan_words(lexicon: Path) -> list[str]:
    """`loan_words` of every data/lexicon/<language>.yml: words that speakers of other languages say too."""
    return [word for path in sorted(lexicon.glob("*.yml")) for word in _read(path).get("loan_words") or ()]


def own_words(lexicon: Path, language: str) -> list[str]:
    """`own_words` of data/lexicon/<language>.yml: words that no other language has."""
    return list(_read(lexicon / f"{language}.yml").get("own_words") or ())


class OwnWords:
    """language() gives the code of the language that every word of a message belongs to, "" when there is none or more than one."""

    def __init__(self, phrases: Mapping[str, Iterable[str]]) -> None:
        self.phrases = {code: tuple(folded) for code, lines in phrases.items() if (folded := sorted({" ".join(words(line)) for line in lines}))}
        self._whole = {code: re.compile(f"(?:(?:{'|'.join(map(re.escape, lines))}) )+") for code, lines in self.phrases.items()}

    @classmethod
    def from_files(cls, lexicon: Path, greetings: Path) -> OwnWords:
        """`own_words` of every data/lexicon/<language>.yml and the greetings of that language."""
        phrases: dict[str, list[str]] = {}
        for path in sorted(lexicon.glob("*.yml")):
            phrases.setdefault(path.stem, []).extend(_read(path).get("own_words") or ())
        for path in sorted(greetings.glob("*.yml")):
            for code, lines in _read(path).items():
                phrases.setdefault(code, []).extend(lines or ())
        phrases.pop(EVERYWHERE, None)
        return cls(phrases)

    def language(self, text: str) -> str:
        line = " ".join(words(text[:60])) + " "
        found = [code for code, whole in self._whole.items() if whole.fullmatch(line)]
        return found[0] if len(found) == 1 and len(text) <= 60 else ""
