"""Words that belong to one language, so that a message of nothing else is in it, however short: "slm", "merhaba", "sa hocam".

Letters can't tell here: "slm" has no vowel, and on a first word the language of the house weighs heavier (bot/language.py). Whoever greets in
Turkish would be greeted in Dutch.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import yaml

from bot.nlu.normalise import words


class OwnWords:
    """language() gives the code of the language that every word of a message belongs to, "" when there is none or more than one."""

    def __init__(self, phrases: Mapping[str, Iterable[str]]) -> None:
        self.phrases = {code: tuple(folded) for code, lines in phrases.items() if (folded := sorted({" ".join(words(line)) for line in lines}))}
        self._whole = {code: re.compile(f"(?:(?:{'|'.join(map(re.escape, lines))}) )+") for code, lines in self.phrases.items()}

    @classmethod
    def from_files(cls, lexicon: Path) -> OwnWords:
        """`own_words` of every data/lexicon/<language>.yml."""
        read = ((path.stem, yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader) or {}) for path in sorted(lexicon.glob("*.yml")))
        return cls({code: raw.get("own_words") or () for code, raw in read})

    def language(self, text: str) -> str:
        line = " ".join(words(text[:60])) + " "
        found = [code for code, whole in self._whole.items() if whole.fullmatch(line)]
        return found[0] if len(found) == 1 and len(text) <= 60 else ""
