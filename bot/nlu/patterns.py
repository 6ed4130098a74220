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
from collections.abc import Iterable, Mapping

from bot.nlu.normalise import normalise, words

ARABIC, LATIN = re.compile("[\u0600-\u06ff]"), re.compile("[a-z0-9]")
GAP = r"(?:\w+ ){0,5}?"


class PatternError(ValueError):
    """A pattern that can't be read; the message says which and why."""


def joined(text: str) -> str:
    """A message as the patterns see it: folded words, each followed by one space, one space in front."""
    return " " + "".join(w + " " for w in words(text))


def compile_pattern(pattern: str, groups: Mapping[str, Iterable[str]] | None = None) -> re.Pattern[str]:
    """The regular expression of one pattern; raises PatternError."""
    parts = pattern.split()
    groups = groups or {}
    if not parts or all(p == "..." for p in parts):
        raise PatternError(f"the pattern {pattern!r} has no word")
    out = []
    for part in parts:
        if part == "...":
            out.append(GAP)
            continue
        optional = part.endswith("?")
        alternatives = _alternatives(part.rstrip("?"), groups, pattern)
        body = "(?:" + "|".join(alternatives) + ")"
        out.append(body + ("?" if optional else ""))
    return re.compile("(?<= )" + "".join(out))


def _alternatives(part: str, groups: Mapping[str, Iterable[str]], pattern: str) -> list[str]:
    """Each alternative as a regular expression of words, each word followed by its space."""
    found = []
    for alternative in part.split("|"):
        found.append("".join(_group(word, groups, pattern) or _word(word, pattern) for word in alternative.split("+")))
    return found


def _group(word: str, groups: Mapping[str, Iterable[str]], pattern: str) -> str:
    match = re.fullmatch(r"<(\w+)>", word)
    if not match:
        return ""
    if match[1] not in groups:
        raise PatternError(f"the pattern {pattern!r} uses the group {word}, which is not there")
    members = (str(member).strip().replace(" ", "+") for member in groups[match[1]])
    return "(?:" + "|".join(a for member in members for a in _alternatives(member, {}, pattern)) + ")"


def _word(word: str, pattern: str) -> str:
    core = normalise(word.strip("*"))
    if not core or not re.fullmatch(r"\w+", core):
        raise PatternError(f"the pattern {pattern!r} holds {word!r}, which is not a word")
    return (r"\w*" if word.startswith("*") else "") + re.escape(core) + (r"\w* " if word.endswith("*") else " ")


class PatternSet:
    """Patterns that are looked for together, less those that an `unless` pattern cancels."""

    def __init__(self, patterns: Iterable[str], unless: Iterable[str] = (), groups: Mapping[str, Iterable[str]] | None = None) -> None:
        found = [compile_pattern(p, groups) for p in patterns]
        # A message in one script can't match a pattern in the other: half of the work saved.
        letters = {True: ARABIC, False: LATIN}
        self._yes = {arabic: [p for p in found if script.search(p.pattern.replace(r"\w", ""))] for arabic, script in letters.items()}
        self._no = [compile_pattern(p, groups) for p in unless]

    def found(self, joined_text: str) -> bool:
        """Whether a pattern is in a text made by joined() and no `unless` pattern is."""
        scripts = [arabic for arabic, letters in ((True, ARABIC), (False, LATIN)) if letters.search(joined_text)]
        return any(p.search(joined_text) for script in scripts for p in self._yes[script]) and not any(
            p.search(joined_text) for p in self._no
        )
