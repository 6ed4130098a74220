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
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Set
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from bot.nlu.normalise import normalise, words

GAP = r"(?:\w+ ){0,5}?"
_INSIDE = "*"
REMEMBERED = 20_000  # words whose signs are kept
ASKED_AGAIN = 16  # texts of which is known what is in them: a turn asks the same of its message more than once


class PatternError(ValueError):
    """A pattern that can't be read; the message says which and why."""


@lru_cache(ASKED_AGAIN)  # rules of several kinds look at the same message in turn
def joined(text: str) -> str:
    """A message as the patterns see it: folded words, each followed by one space, one space in front."""
    return " " + "".join(w + " " for w in words(text))


@dataclass(frozen=True)
class Expression:
    """A regular expression in text, and its signs: a message that it matches has a word that begins with "dood" or holds "*dood"."""

    text: str
    signs: frozenset[str]


@dataclass(frozen=True)
class Pattern:
    """One pattern as a regular expression, and the signs of each part that it can't do without, the most telling part first."""

    text: str
    parts: tuple[frozenset[str], ...]

    @cached_property
    def search(self) -> re.Pattern[str]:
        """Compiled when a message first holds the signs: compiling all of some thousand patterns took seconds of every start."""
        return re.compile(self.text)

    def found(self, joined_text: str, held: Set[str]) -> bool:
        """Whether it is in a text made by joined(); `held` are the signs that the text holds."""
        return self.possible(held) and self.search.search(joined_text) is not None

    def possible(self, held: Set[str]) -> bool:
        """Whether a text holds a sign of every part."""
        for part in self.parts:  # noqa: SIM110  a hundred times a message: all() takes twice as long
            if part.isdisjoint(held):
                return False
        return True


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
    return Expression("(?:" + "|".join(e.text for e in found) + ")", frozenset().union(*(e.signs for e in found)))


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
    return Expression(text, frozenset([_INSIDE + core if word.startswith(_INSIDE) else core]))


@dataclass(frozen=True)
class PatternSet:
    """Patterns that say one thing, less those that an `unless` pattern cancels."""

    patterns: tuple[Pattern, ...]
    unless: tuple[Pattern, ...] = ()


_Filed = tuple[Hashable, Pattern, list[frozenset[str]]]  # the name of its set, a pattern, and the parts that are left to be looked for


class PatternIndex:
    """Sets of patterns by name, looked for in one go: of some thousand patterns those are tried whose every part has a sign in the message."""

    def __init__(self, sets: Mapping[Hashable, PatternSet]) -> None:
        self._sets = sets
        self._by_sign: dict[str, list[_Filed]] = defaultdict(list)
        self._always: list[_Filed] = []  # every part of them may be missing
        known = Counter(sign for one in sets.values() for pattern in (*one.patterns, *one.unless) for part in pattern.parts for sign in part)
        for name, one in sets.items():
            for pattern in one.patterns:
                # Filed under the part that is in the fewest other patterns: "ik" is in most messages, "brug" in few.
                first, *rest = sorted(pattern.parts, key=lambda part: sum(known[sign] for sign in part)) or [frozenset[str]()]
                for sign in first:
                    self._by_sign[sign].append((name, pattern, rest))
                if not pattern.parts:
                    self._always.append((name, pattern, []))
        inside = [sign for sign in known if sign.startswith(_INSIDE)]

        @lru_cache(REMEMBERED)
        def signs(word: str) -> frozenset[str]:
            beginnings = (word[:end] for end in range(1, len(word) + 1))
            return frozenset([b for b in beginnings if b in known] + [sign for sign in inside if sign[1:] in word])

        self._signs = signs
        self._order = {name: n for n, name in enumerate(sets)}
        self._asked = lru_cache(ASKED_AGAIN)(self._look)

    def look(self, joined_text: str) -> Looked:
        """What is in a text made by joined()."""
        return self._asked(joined_text)

    def _look(self, joined_text: str) -> Looked:
        held = set().union(*map(self._signs, joined_text.split()))
        tried: dict[Hashable, list[Pattern]] = defaultdict(list)
        for entries in (self._always, *(self._by_sign[sign] for sign in held & self._by_sign.keys())):
            for name, pattern, rest in entries:
                for part in rest:  # a hundred times a message: a call of possible() takes twice as long
                    if part.isdisjoint(held):
                        break
                else:
                    tried[name].append(pattern)
        return Looked(joined_text, held, tried, self._sets, self._order)


@dataclass(frozen=True)
class Looked:
    """One text with the patterns that could be in it."""

    text: str
    held: Set[str]
    tried: Mapping[Hashable, list[Pattern]]
    sets: Mapping[Hashable, PatternSet]
    order: Mapping[Hashable, int]

    def found(self, name: Hashable) -> bool:
        """Whether a pattern of a set is in the text and no `unless` pattern of it is."""
        hit = name in self.tried and any(p.search.search(self.text) for p in self.tried[name])
        return hit and not any(p.found(self.text, self.held) for p in self.sets[name].unless)

    def names(self) -> tuple[Any, ...]:
        """The names of all sets that are found, in the order of the index."""
        return self._names

    @cached_property
    def _names(self) -> tuple[Any, ...]:
        return tuple(name for name in sorted(self.tried, key=self.order.__getitem__) if self.found(name))
