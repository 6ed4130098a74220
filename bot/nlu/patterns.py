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
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from functools import cached_property

from bot.nlu.normalise import normalise, words

GAP = r"(?:\w+ ){0,5}?"


class PatternError(ValueError):
    """A pattern that can't be read; the message says which and why."""


def joined(text: str) -> str:
    """A message as the patterns see it: folded words, each followed by one space, one space in front."""
    return " " + "".join(w + " " for w in words(text))


@dataclass(frozen=True)
class Signs:
    """What a message must hold for an expression to match: a word with one of these beginnings, or one of these letter groups anywhere."""

    beginnings: frozenset[str] = frozenset()
    inside: frozenset[str] = frozenset()

    def __len__(self) -> int:
        return len(self.beginnings) + len(self.inside)

    def in_(self, joined_text: str, begun: Set[str]) -> bool:
        return not self.beginnings.isdisjoint(begun) or any(part in joined_text for part in self.inside)


@dataclass(frozen=True)
class Expression:
    """A regular expression in text, with the signs of it."""

    text: str
    signs: Signs


@dataclass(frozen=True)
class Pattern:
    """One pattern as a regular expression, and the signs of each part that it can't do without, the most telling first."""

    text: str
    signs: tuple[Signs, ...]

    @cached_property
    def search(self) -> re.Pattern[str]:
        """Compiled when a message first holds the signs: compiling all of some thousand patterns took seconds of every start."""
        return re.compile(self.text)

    def found(self, joined_text: str, begun: Set[str]) -> bool:
        return all(s.in_(joined_text, begun) for s in self.signs) and self.search.search(joined_text) is not None


def compile_pattern(pattern: str, groups: Mapping[str, Expression] | None = None) -> Pattern:
    """One pattern, with groups as group_expressions() makes them; raises PatternError."""
    parts = pattern.split()
    if not parts or all(p == "..." for p in parts):
        raise PatternError(f"the pattern {pattern!r} has no word")
    out, signs = [], []
    for part in parts:
        if part == "...":
            out.append(GAP)
            continue
        optional = part.endswith("?")
        body = _alternatives(part.rstrip("?"), groups or {}, pattern)
        out.append(body.text + ("?" if optional else ""))
        if not optional:
            signs.append(body.signs)
    return Pattern("(?<= )" + "".join(out), tuple(sorted(signs, key=len)))


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
        found.append(Expression("".join(w.text for w in words_of), min((w.signs for w in words_of), key=len)))
    signs = Signs(frozenset().union(*(e.signs.beginnings for e in found)), frozenset().union(*(e.signs.inside for e in found)))
    return Expression("(?:" + "|".join(e.text for e in found) + ")", signs)


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
    return Expression(text, Signs(inside=frozenset([core])) if word.startswith("*") else Signs(frozenset([core])))


class PatternSet:
    """Patterns that are looked for together, less those that an `unless` pattern cancels.

    A pattern is tried only when the message holds a sign of each of its parts: of some thousand patterns a handful.
    """

    def __init__(self, patterns: Iterable[Pattern], unless: Iterable[Pattern] = ()) -> None:
        self._always: list[Pattern] = []
        self._by_key: dict[str, list[Pattern]] = defaultdict(list)
        for pattern in patterns:
            telling = next((s for s in pattern.signs if not s.inside), None)
            if telling is None:
                self._always.append(pattern)
            for key in telling.beginnings if telling else ():
                self._by_key[key].append(pattern)
        self._unless = list(unless)

    def found(self, joined_text: str, begun: Set[str] | None = None) -> bool:
        """Whether a pattern is in a text made by joined() and no `unless` pattern is; `begun` is beginnings(joined_text)."""
        begun = beginnings(joined_text) if begun is None else begun
        tried = {id(p): p for b in self._by_key.keys() & begun for p in self._by_key[b]}
        hit = any(p.found(joined_text, begun) for p in (*tried.values(), *self._always))
        return hit and not any(p.found(joined_text, begun) for p in self._unless)


def beginnings(joined_text: str) -> set[str]:
    """Every beginning of every word: "de kat " -> {"d", "de", "k", "ka", "kat"}."""
    return {word[:end] for word in set(joined_text.split()) for end in range(1, len(word) + 1)}
