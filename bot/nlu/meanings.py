"""What the words of a message are about, in a hundred-odd coarse meanings that all languages share: foto, resim, صورة and tswira are all "photo".

Whom it serves: who says it in a word that no example has, or in a language with few examples. What one language taught about "threat" and "photo"
the others know too (docs/decisions/0004-topic-classifier.md). `data/meanings/<language>.yml` holds them: `meaning: [word, beginning*, two+words]`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from bot.nlu.ngrams import REMEMBERED, Numbered
from bot.nlu.normalise import normalise
from bot.rule_files import read_yaml

_TOKEN = re.compile(r"\w+")
_ARTICLES = ("وال", "بال", "فال", "كال", "لل", "ال", "و", "ف", "ب", "ل", "ع")  # Arabic writes them onto the word, Darija in Latin letters "l"
SHORTEST = 2  # letters of a beginning, and of what an Arabic article stands before
SHORTEST_LATIN = 4  # "lflous"; shorter ones are words of other languages


class Meanings:
    """of() gives the meanings of a word; `split` counts those of a text, for ngrams.Tfidf."""

    def __init__(self, words: Mapping[str, Sequence[str]]) -> None:
        """`words` {meaning: [word | beginning* | two+words]}, in any spelling."""
        self.words = {meaning: sorted(set(own)) for meaning, own in words.items()}
        self._whole, self._begins = defaultdict[str, set[str]](set), defaultdict[str, set[str]](set)
        for meaning, own in self.words.items():
            for word in own:
                folded = " ".join(_TOKEN.findall(normalise(word.replace("+", " "))))
                (self._begins if word.endswith("*") else self._whole)[folded].add(meaning)

    def of(self, word: str) -> frozenset[str]:
        """The meanings of one folded word, or of two with a space between; none for most."""
        found = self._whole.get(word, set()).union(*(self._begins.get(word[:end], ()) for end in range(SHORTEST, len(word) + 1)))
        if found:
            return frozenset(found)
        articles, shortest = (("l",), SHORTEST_LATIN) if word.isascii() else (_ARTICLES, SHORTEST)
        rest = next((word[len(a) :] for a in articles if word.startswith(a) and len(word) - len(a) >= shortest), "")
        return self.of(rest) if rest else frozenset()

    def split(self, number: Numbered) -> Callable[[str], list[int]]:
        """What makes a folded text to the numbers of its meanings, as often as they occur."""

        @lru_cache(REMEMBERED)
        def numbers(word: str) -> list[int]:
            return [n for meaning in sorted(self.of(word)) if (n := number(meaning)) is not None]

        def of_text(text: str) -> list[int]:
            words = _TOKEN.findall(text)
            pairs = (pair for a, b in zip(words, words[1:], strict=False) if (pair := f"{a} {b}") in self._whole)
            return [n for term in (*words, *pairs) for n in numbers(term)]

        return of_text


def read_meanings(folder: Path, faults: list[str] | None = None) -> Meanings:
    """The meanings of every language's file together. What can't be read becomes a fault `path: what is wrong; what to do`, or a ValueError without a list."""
    found: list[str] = [] if faults is None else faults
    words: dict[str, list[str]] = defaultdict(list)
    for path in sorted(folder.glob("*.yml")):
        shown = f"data/{folder.name}/{path.name}"
        for meaning, own in read_yaml(path, shown, found).items():
            if not isinstance(own, list) or not all(isinstance(w, str) and _TOKEN.search(w) for w in own):
                found.append(f"{shown}: {meaning}: is no list of words; write `{meaning}: [word, beginning*]`, with quotes around no, yes, on and off")
                continue
            words[str(meaning)] += own
    if found and faults is None:
        raise ValueError("; ".join(found))
    return Meanings(words)
