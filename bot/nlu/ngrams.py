"""Texts as counts of words, word pairs and letter groups, in a fraction of the time that scikit-learn's vectorizers take; a test holds them
to the same numbers. What people type repeats words, so each word's letter groups are kept."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from itertools import count
from typing import Any

import numpy as np
import scipy.sparse as sp

_TOKEN = re.compile(r"\w+")
REMEMBERED = 20_000  # words whose letter groups are kept

Numbered = Callable[[str], int | None]  # the number of a term, None for one that is not known
Split = Callable[[Numbered], Callable[[str], list[int]]]  # -> what makes a text to the numbers of its terms, as often as they occur


def letter_groups(word: str, shortest: int, longest: int = 4) -> list[str]:
    """The groups of `shortest` to `longest` letters of a word with a space on both sides, as scikit-learn's char_wb counts them."""
    padded = f" {word} "
    sizes = range(min(shortest, len(padded)), min(longest, len(padded)) + 1)  # a word that is shorter counts whole
    return [padded[i : i + n] for n in sizes for i in range(len(padded) - n + 1)]


def letters(shortest: int) -> Split:
    """Groups of `shortest` to four letters."""

    def split(number: Numbered) -> Callable[[str], list[int]]:
        groups = lru_cache(REMEMBERED)(lambda word: [n for g in letter_groups(word, shortest) if (n := number(g)) is not None])
        return lambda text: [n for word in text.split() for n in groups(word)]

    return split


def words(number: Numbered) -> Callable[[str], list[int]]:
    """Words and pairs of neighbours."""

    def split(text: str) -> list[int]:
        tokens = _TOKEN.findall(text)
        pairs = (f"{a} {b}" for a, b in zip(tokens, tokens[1:], strict=False))
        return [n for term in (*tokens, *pairs) if (n := number(term)) is not None]

    return split


def count_terms(split: Split, texts: Iterable[str], at_least: int = 2, most: int | None = None, at_most: int | None = None) -> tuple[list[str], Any]:
    """(terms, counts as a CSR of texts x terms) of the terms that `at_least` texts have and no more than `at_most`, the `most` frequent of them."""
    numbers: dict[str, int] = defaultdict(count().__next__)
    numbers_of, found, ends = split(numbers.__getitem__), [], [0]
    for text in texts:
        found.extend(numbers_of(text))
        ends.append(len(found))
    counts = sp.csr_matrix((np.ones(len(found), np.float32), np.array(found, np.int32), ends), shape=(len(ends) - 1, len(numbers)))
    counts.sum_duplicates()
    texts_with = np.bincount(counts.indices, minlength=len(numbers))
    kept = np.flatnonzero((texts_with >= at_least) & (texts_with <= (at_most or counts.shape[0])))
    if most is not None:
        kept = np.sort(kept[np.argsort(-texts_with[kept], kind="stable")[:most]])
    terms = list(numbers)
    return [terms[i] for i in kept], counts[:, kept]


class Tfidf:
    """Sublinear TF-IDF, each text of length one."""

    def __init__(self, split: Split, terms: list[str], idf: Any) -> None:
        self.terms, self.idf = terms, idf
        self._numbers = split({term: i for i, term in enumerate(terms)}.get)

    @classmethod
    def fit(cls, split: Split, texts: Sequence[str], at_most: int | None = None) -> tuple[Tfidf, Any]:
        """The model and the texts as rows of it; terms that more than `at_most` of them have are left out."""
        terms, rows = count_terms(split, texts, at_most=at_most)
        idf = (np.log((1 + len(texts)) / (1 + np.bincount(rows.indices, minlength=len(terms)))) + 1).astype(np.float32)
        rows.data = (1 + np.log(rows.data)) * idf[rows.indices]
        lengths = np.sqrt(np.bincount(np.repeat(np.arange(len(texts)), np.diff(rows.indptr)), rows.data**2, len(texts)))
        rows.data /= np.repeat(np.where(lengths, lengths, 1), np.diff(rows.indptr))
        rows.data = rows.data.astype(np.float32)
        return cls(split, terms, idf), rows

    def row(self, text: str) -> tuple[Any, Any]:
        """(numbers of its terms, their values) of one text."""
        found, counts = np.unique(np.array(self._numbers(text), np.int32), return_counts=True)
        values = (1.0 + np.log(counts)) * self.idf[found]
        length = float(np.sqrt(values @ values))
        return found, (values / length if length else values).astype(np.float32)
