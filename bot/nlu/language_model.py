"""Which language a message is in: a linear model over the character n-grams of what people type to Noor and of what she answers.

One word never decides (bot/language.py). Naive Bayes took most Darija in Arabic script for Arabic; this does not (docs/decisions/0006-language.md).
"""

from __future__ import annotations

import json
import random
import unicodedata
import warnings
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.svm import LinearSVC

from bot.nlu.ngrams import count_terms, letters

ARABIC_SCRIPT = ("ar", "ary")
ENOUGH = 5_000  # messages of one language that are learned from
SHARPNESS = 4.0  # margins of the model to odds
LETTERS = letters(1)
LONGEST = 400  # characters that decide


def spelled(text: str) -> str:
    """Lower case with marks kept: ş, ğ and é tell languages apart; digits and punctuation do not."""
    text = unicodedata.normalize("NFKC", text[:LONGEST]).replace("İ", "i").lower()
    return " ".join("".join(c if c.isalpha() or c in "'379" else " " for c in text).split())


def in_one_script(line: str) -> tuple[str, bool]:
    """The words of a spelled line that are in its script, and whether that is Arabic: half of the words are enough, for "شو يعني
    vlaggensysteem" asks in Arabic however long the Dutch word is."""
    said = line.split()
    arabic = [word for word in said if any("\u0600" <= c <= "\u06ff" for c in word)]
    if 2 * len(arabic) >= len(said):
        return " ".join(arabic), True
    return " ".join(word for word in said if word not in arabic), False


class LanguageModel:
    """fit() with messages and their language codes; probabilities() gives {code: probability}."""

    def __init__(self, terms: list[str], languages: list[str], weights: Any, bias: Any) -> None:
        self._terms, self._languages, self._weights, self._bias = terms, languages, weights, bias
        self._numbers = LETTERS({term: i for i, term in enumerate(terms)}.get)

    @classmethod
    def fit(cls, texts: Sequence[str], languages: Sequence[str]) -> LanguageModel:
        chance, own = random.Random(1), defaultdict(list)
        for text, language in zip(texts, languages, strict=True):
            own[language].append(text)
        # How much we have of a language says nothing of who types next.
        pairs = [
            (spelled(text), language)
            for language, lines in own.items()
            for text in (lines if len(lines) <= ENOUGH else chance.sample(lines, ENOUGH))
        ]
        terms, counts = count_terms(LETTERS, [text for text, _ in pairs], most=60_000)
        counts.data[:] = 1.0 / np.sqrt(np.repeat(np.diff(counts.indptr), np.diff(counts.indptr)))  # which ones a text has, of length one
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            svc = LinearSVC(C=0.3, class_weight="balanced", max_iter=6, random_state=1).fit(counts, [code for _, code in pairs])
        return cls(terms, [str(c) for c in svc.classes_], svc.coef_.T.astype(np.float32), svc.intercept_.astype(np.float32))

    def probabilities(self, text: str) -> dict[str, float]:
        """{} when the text has no letters; a language of another script gets 0."""
        line, arabic = in_one_script(spelled(text))
        if not line:
            return {}
        found = np.unique(np.array(self._numbers(line), np.int32))
        scores = SHARPNESS * (self._weights[found].sum(axis=0) / np.sqrt(max(len(found), 1)) + self._bias)
        for i, code in enumerate(self._languages):
            if arabic != (code in ARABIC_SCRIPT) and (arabic or code == "ar"):
                scores[i] = -np.inf
        if not np.isfinite(scores).any():
            return {"ar": 1.0} if arabic else {}
        odds = np.exp(scores - scores.max())
        return dict(zip(self._languages, (odds / odds.sum()).tolist(), strict=True))

    def save(self, folder: Path) -> None:
        (folder / "language.json").write_text(json.dumps({"languages": self._languages, "terms": self._terms}, ensure_ascii=False), "utf-8")
        np.save(folder / "language.npy", np.vstack([self._weights, self._bias]))

    @classmethod
    def load(cls, folder: Path) -> LanguageModel:
        """Raises OSError or ValueError for a folder that save() did not make."""
        kept = json.loads((folder / "language.json").read_text("utf-8"))
        arrays = np.load(folder / "language.npy")
        return cls(kept["terms"], kept["languages"], arrays[:-1], arrays[-1])
