"""Rules of the phrase coach: patterns where a wrong guess would cost trust or safety (data/coach/rules.<language>.yml)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from bot.content import ContentError
from bot.nlu.normalise import words
from bot.nlu.patterns import Pattern, PatternError, compile_pattern, group_expressions
from bot.practice.coach_data import read_yaml

PARTS = ("patterns", "unless", "never")
_RUN = re.compile(r"[\w'’‘`´ʼ]+")


@dataclass(frozen=True)
class Rule:
    """What gives one label (unless ...), and what takes it away from a sentence whatever the model thinks (never)."""

    label: str
    patterns: tuple[Pattern, ...]
    unless: tuple[Pattern, ...]
    never: tuple[Pattern, ...]
    examples: tuple[str, ...]
    counter_examples: tuple[str, ...]

    def hears(self, sentence: str) -> tuple[int, int] | bool | None:
        """(start, end) of the words in `sentence` that give the label; False when they take it away; None when they say nothing."""
        folded, places = folded_words(sentence)
        if any(p.search.search(folded) for p in self.never):
            return False
        if any(p.search.search(folded) for p in self.unless):
            return None
        for pattern in self.patterns:
            if match := pattern.search.search(folded):
                first = folded[: match.start()].count(" ") - 1
                last = folded[: match.end()].count(" ") - 2
                return places[first][0], places[max(first, last)][1]
        return None


def folded_words(text: str) -> tuple[str, list[tuple[int, int]]]:
    """The text as patterns see it (bot.nlu.patterns.joined), and where each of its words stands in the text."""
    folded, places = [], []
    for match in _RUN.finditer(text):
        for word in words(match[0]):
            folded.append(word)
            places.append(match.span())
    return " " + "".join(w + " " for w in folded), places


def read_rules(root: Path, language: str, kinds: Iterable[str]) -> list[Rule]:
    """The rules of one language; [] when it has none. Raises ContentError with every fault."""
    path = root / "data" / "coach" / f"rules.{language}.yml"
    where = str(path.relative_to(root))
    if not path.exists():
        return []
    data, known, faults, rules = read_yaml(path, where), set(kinds), [], []
    try:
        groups = group_expressions(data.get("groups") or {})
    except PatternError as error:
        raise ContentError([f"{where}: groups: {error}; correct it there"]) from error
    for label, fields in (data.get("labels") or {}).items():
        if label not in known:
            faults.append(f"{where}: {label} is no label; see data/coach/labels.yml")
            continue
        try:
            patterns, unless, never = (tuple(compile_pattern(str(p), groups) for p in fields.get(part) or ()) for part in PARTS)
        except PatternError as error:
            faults.append(f"{where}: {label}: {error}; correct it there")
            continue
        rule = Rule(label, patterns, unless, never, tuple(fields.get("examples") or ()), tuple(fields.get("counter_examples") or ()))
        faults += [f"{where}: {label}: the example {e!r} is not heard; change a pattern" for e in rule.examples if not rule.hears(e)]
        faults += [f"{where}: {label}: the counter-example {e!r} is heard; narrow a pattern or add to unless" for e in rule.counter_examples if rule.hears(e)]
        rules.append(rule)
    if faults:
        raise ContentError(faults)
    return rules
