"""The patterns of data/report/frames/<language>.yml, read and checked line by line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from bot.nlu.normalise import normalise, words
from bot.nlu.patterns import Pattern, PatternError, PatternSet, compile_pattern, group_expressions, joined
from bot.report.typed import TypedAnswers
from bot.report.whose_age import OWNERS

WORDS = ("plan", "sheet", "back", "skip", "why", "pause", "wrong", "yes", "no", "agreed")  # whole messages that steer or answer; `agreed` are those of `yes` that say "that is right"
PARTS = {"groups", "frames", "not_so", "years", "ages", "own_ages", "almost", "not_an_age", "before_not_an_age", "clock", "classes", "questions", "supposed", "announced", "whose", "but", "words", "answers", "fillers"}


@dataclass(frozen=True)
class Frames:
    """The patterns of one language, ready to search with."""

    slots: Mapping[str, Mapping[str, PatternSet]]
    years: Mapping[str, PatternSet]
    words: Mapping[str, frozenset[str]]
    not_after: frozenset[str]
    not_before: frozenset[str]
    classes: frozenset[str] = frozenset()
    ages: tuple[str, ...] = ()  # "shes #"
    own_ages: tuple[str, ...] = ()  # "ik ben #"
    almost: tuple[tuple[str, str], ...] = ()  # the words before and after the number: ("bijna", ""), ("", "olacak")
    openings: frozenset[str] = frozenset()  # how a question begins
    particles: frozenset[str] = frozenset()  # what stands behind the word that is asked
    supposed: PatternSet = field(default_factory=lambda: PatternSet(()))  # what is not so: "if I don't pay"
    typed: TypedAnswers = field(default_factory=TypedAnswers)
    announced: PatternSet = field(default_factory=lambda: PatternSet(()))  # what somebody says he will do: "threatens to send it to everyone"
    but: frozenset[str] = frozenset()  # what stands between a no and a story: "no, but"
    whose: Mapping[str, frozenset[str]] = field(default_factory=dict)  # words that own an age beside them (bot/report/whose_age.py)
    clock: frozenset[str] = frozenset()  # words before a number that make it an hour: "om elf"
    not_so: Mapping[str, PatternSet] = field(default_factory=dict)  # of `what`, what a message says did not happen: {"threat": "was never blackmailed"}


def load_frames(path: Path, faults: list[str]) -> Frames:
    """One language's file; what is wrong with it is added to `faults`."""
    shown = f"data/report/frames/{path.name}"
    try:
        raw = yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1} " if mark else ""
        faults.append(f"{shown}: {where}can't be read ({str(error).splitlines()[0]}); mend it or put the last good one back")
        raw = {}
    if not isinstance(raw, dict):
        faults.append(f"{shown}: holds no `name: value` lines; put the last good one back")
        raw = {}
    for name in raw.keys() - PARTS:
        faults.append(f"{shown}: {name!r} is unknown; use {', '.join(sorted(PARTS))}")
    try:
        groups: Any = group_expressions(raw.get("groups") or {})
    except PatternError as error:
        faults.append(f"{shown}: groups: {error}; see the head of bot/nlu/patterns.py")
        groups = {}

    def compiled(where: str, patterns: Iterable[Any]) -> PatternSet:
        good: list[Pattern] = []
        for pattern in patterns or ():
            try:
                good.append(compile_pattern(str(pattern), groups))
            except PatternError as error:
                faults.append(f"{shown}: {where}: {error}; see the head of bot/nlu/patterns.py")
        return PatternSet(tuple(good))

    for part in (raw.get("questions") or {}).keys() - {"begin", "behind"}:
        faults.append(f"{shown}: questions: {part!r} is unknown; use begin, behind")
    for owner in (raw.get("whose") or {}).keys() - set(OWNERS):
        faults.append(f"{shown}: whose: {owner!r} is unknown; use {', '.join(OWNERS)}")
    for kind in (raw.get("words") or {}).keys() - set(WORDS):
        faults.append(f"{shown}: words: {kind!r} is unknown; use {', '.join(WORDS)}")
    return Frames(
        {slot: {str(v): compiled(f"{slot}.{v}", p) for v, p in values.items()} for slot, values in (raw.get("frames") or {}).items()},
        {str(y): compiled(f"years.{y}", p) for y, p in (raw.get("years") or {}).items()},
        {str(k): frozenset(joined(str(p)).strip() for p in phrases) for k, phrases in (raw.get("words") or {}).items()},
        _folded(raw.get("not_an_age")),
        _folded(raw.get("before_not_an_age")),
        _folded(raw.get("classes")),
        tuple(age_pattern(str(a)) for a in raw.get("ages") or ()),
        tuple(age_pattern(str(a)) for a in raw.get("own_ages") or ()),
        tuple((before.strip(), after.strip()) for a in raw.get("almost") or () for before, _, after in [age_pattern(str(a)).partition("#")]),
        _folded((raw.get("questions") or {}).get("begin")),
        _folded((raw.get("questions") or {}).get("behind")),
        compiled("supposed", raw.get("supposed") or ()),
        _typed(shown, raw, faults),
        compiled("announced", raw.get("announced") or ()),
        _folded(raw.get("but")),
        {str(owner): frozenset(normalise(str(w).rstrip("*")) + ("*" if str(w).endswith("*") else "") for w in listed) for owner, listed in (raw.get("whose") or {}).items() if owner in OWNERS},
        _folded(raw.get("clock")),
        {str(v): compiled(f"not_so.{v}", p) for v, p in (raw.get("not_so") or {}).items()},
    )


def _typed(shown: str, raw: Mapping[str, Any], faults: list[str]) -> TypedAnswers:
    answers: dict[str, dict[str, tuple[tuple[str, ...], ...]]] = {}
    for slot, values in (raw.get("answers") or {}).items():
        seen: dict[tuple[str, ...], str] = {}
        for answer, phrases in values.items():
            answers.setdefault(slot, {})[str(answer)] = split = tuple(tuple(words(str(p))) for p in phrases)
            for phrase in split:
                if seen.setdefault(phrase, answer) != answer:
                    faults.append(f"{shown}: answers: {slot}: {' '.join(phrase)!r} stands under {seen[phrase]} and {answer}; leave it under one")
    return TypedAnswers(answers, _folded(raw.get("fillers")))


def age_pattern(pattern: str) -> str:
    """A pattern of an age in folded spelling, # for the number: "# jaar"."""
    return " ".join(normalise(w) if w != "#" else w for w in pattern.split())


def _folded(phrases: Iterable[Any] | None) -> frozenset[str]:
    return frozenset(joined(str(p)).strip() for p in phrases or ())
