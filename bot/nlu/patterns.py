"""Patterns that a social worker can read, over folded words: "wil|wilt ... dood*".

    word            that word                     a|b      either
    word*  *word    begins with, ends with        word?    may be missing
    ...             up to five words between      <child>  any word of the group `child`
    van+het+dak     several words as one alternative

A pattern becomes one regular expression over the words of a message joined by spaces, which was some ten times faster than the
same patterns in spaCy's Matcher (docs/decisions/0003-danger-rules.md).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.nlu.normalise import normalise, words

GAP = r"(?:\w+ ){0,5}?"


class PatternError(ValueError):
    """A pattern that can't be read; the message says which and why."""


def joined(text: str) -> str:
    """A message as the patterns see it: folded words, each followed by one space, one space in front."""
    return " " + "".join(w + " " for w in words(text))


@dataclass(frozen=True)
class Expression:
    """A regular expression in text, and beginnings of words of which a message must hold one; None when that can't be told."""

    text: str
    keys: frozenset[str] | None


@dataclass(frozen=True)
class Pattern:
    """One pattern, ready to search with."""

    search: re.Pattern[str]
    keys: frozenset[str] | None


def compile_pattern(pattern: str, groups: Mapping[str, Expression] | None = None) -> Pattern:
    """One pattern, with groups as group_expressions() makes them; raises PatternError."""
    parts = pattern.split()
    if not parts or all(p == "..." for p in parts):
        raise PatternError(f"the pattern {pattern!r} has no word")
    out, keys = [], []
    for part in parts:
        if part == "...":
            out.append(GAP)
            continue
        optional = part.endswith("?")
        body = _alternatives(part.rstrip("?"), groups or {}, pattern)
        out.append(body.text + ("?" if optional else ""))
        if not optional and body.keys is not None:
            keys.append(body.keys)
    return Pattern(re.compile("(?<= )" + "".join(out)), min(keys, key=len, default=None))


def group_expressions(groups: Mapping[str, Iterable[str]]) -> dict[str, Expression]:
    """Each group as an expression, made once for all patterns of a file. Raises PatternError."""
    return {
        name: _alternatives("|".join(str(m).strip().replace(" ", "+") for m in members), {}, f"<{name}>")
        for name, members in groups.items()
    }


def _alternatives(part: str, groups: Mapping[str, Expression], pattern: str) -> Expression:
    """Alternatives as an expression of words, each word followed by its space."""
    found = []
    for alternative in part.split("|"):
        words_of = [_group(word, groups, pattern) or _word(word, pattern) for word in alternative.split("+")]
        known = [w.keys for w in words_of if w.keys is not None]
        found.append(Expression("".join(w.text for w in words_of), min(known, key=len, default=None)))
    keys = None if any(e.keys is None for e in found) else frozenset(k for e in found for k in e.keys or ())
    return Expression("(?:" + "|".join(e.text for e in found) + ")", keys)


def _group(word: str, groups: Mapping[str, Expression], pattern: str) -> Expression | None:
    match = re.fullmatch(r"<(\w+)>", word)
    if not match:
        return None
    if match[1] not in groups:
        raise PatternError(f"the pattern {pattern!r} uses the group {word}, which is not there")
    return groups[match[1]]


def _word(word: str, pattern: str) -> Expression:
    core = normalise(word.strip("*"))
    if not core or not re.fullmatch(r"\w+", core):
        raise PatternError(f"the pattern {pattern!r} holds {word!r}, which is not a word")
    text = (r"\w*" if word.startswith("*") else "") + re.escape(core) + (r"\w* " if word.endswith("*") else " ")
    return Expression(text, None if word.startswith("*") else frozenset([core]))


class PatternSet:
    """Patterns that are looked for together, less those that an `unless` pattern cancels.

    A pattern is tried only when the message holds the beginning of one of the words it needs: of some thousand patterns a few dozen.
    """

    def __init__(self, patterns: Iterable[Pattern], unless: Iterable[Pattern] = ()) -> None:
        self._always: list[Pattern] = []
        self._by_key: dict[str, list[Pattern]] = defaultdict(list)
        for pattern in patterns:
            if pattern.keys is None:
                self._always.append(pattern)
            for key in pattern.keys or ():
                self._by_key[key].append(pattern)
        self._unless = list(unless)

    def found(self, joined_text: str, begun: Iterable[str] | None = None) -> bool:
        """Whether a pattern is in a text made by joined() and no `unless` pattern is; `begun` is beginnings(joined_text)."""
        tried = {id(p): p for b in (beginnings(joined_text) if begun is None else begun) for p in self._by_key.get(b, ())}
        hit = any(p.search.search(joined_text) for p in (*tried.values(), *self._always))
        return hit and not any(p.search.search(joined_text) for p in self._unless)


def beginnings(joined_text: str) -> set[str]:
    """Every beginning of every word: "de kat " -> {"d", "de", "k", "ka", "kat"}."""
    return {word[:end] for word in set(joined_text.split()) for end in range(1, len(word) + 1)}
