"""Labels and labelled messages of the phrase coach, read from data/coach/ and checked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.content import ContentError

WITH = ("parent", "victim", "spreader")
GROUPS = ("helps", "neutral", "hinders")
LANGUAGES = ("nl", "en")


@dataclass(frozen=True)
class Kind:
    """A label as data/coach/labels.yml tells it: its group, whom it counts with, the check-list item that it ticks ("" for none)."""

    name: str
    group: str  # helps | neutral | hinders
    means: str
    with_whom: tuple[str, ...] = WITH
    checks: str = ""


@dataclass(frozen=True)
class Labelled:
    """One message of a professional with the labels that a person would give it."""

    text: str
    with_whom: str
    labels: frozenset[str]
    before: str = ""


def read_kinds(root: Path) -> dict[str, Kind]:
    """{label: Kind} in the order of labels.yml. Raises ContentError with every fault."""
    where = "data/coach/labels.yml"
    groups, faults, kinds = read_yaml(root / where, where), [], {}
    for group in GROUPS:
        for name, fields in (groups.get(group) or {}).items():
            only = tuple(fields.get("with") or WITH)
            if stranger := set(only) - set(WITH):
                faults.append(f"{where}: {name}: with names {', '.join(sorted(stranger))}; use {', '.join(WITH)}")
            kinds[name] = Kind(name, group, str(fields.get("means", "")), only, str(fields.get("checks", "")))
    if faults or not kinds:
        raise ContentError(faults or [f"{where}: holds no labels; copy it from an earlier version"])
    return kinds


def read_labelled(root: Path, language: str, kinds: Iterable[str]) -> list[Labelled]:
    """The messages of data/coach/<language>*.yml. Raises ContentError with every fault."""
    known, faults = set(kinds), []
    found: dict[tuple[str, str, str], Labelled] = {}
    for path in sorted((root / "data" / "coach").glob(f"{language}*.yml")):
        where = str(path.relative_to(root))
        items = read_yaml(path, where)
        if not isinstance(items, list):
            faults.append(f"{where}: is not a list; write lines as - {{text: ..., with: victim, labels: [...]}}")
            continue
        for number, item in enumerate(items, 1):
            problem = _problem(item, known)
            if problem:
                faults.append(f"{where}: item {number}: {problem}")
                continue
            one = Labelled(item["text"].strip(), item["with"], frozenset(item["labels"]), str(item.get("before") or ""))
            same = found.setdefault((one.text.casefold(), one.with_whom, one.before.casefold()), one)
            if same.labels != one.labels:
                faults.append(f"{where}: item {number}: {one.text!r} is there with other labels; agree on one")
    if faults:
        raise ContentError(faults)
    return list(found.values())


def faults(root: Path) -> list[str]:
    """Everything that is wrong with the coach's data, rules included, as `path: what is wrong; what to do`."""
    from bot.practice.coach_features import read_alike
    from bot.practice.coach_rules import read_rules

    try:
        kinds = read_kinds(root)
    except ContentError as error:
        return list(error.faults)
    found: list[str] = []
    for language in LANGUAGES:
        for read in (lambda x: read_labelled(root, x, kinds), lambda x: read_rules(root, x, kinds), lambda x: read_alike(root, x)):
            try:
                read(language)
            except ContentError as error:
                found += error.faults
    return found


def _problem(item: Any, known: set[str]) -> str:
    if not isinstance(item, dict) or not isinstance(item.get("text"), str) or not item["text"].strip():
        return "has no text; write it in quotes"
    if item.get("with") not in WITH:
        return f"with is {item.get('with')!r}; use {', '.join(WITH)}"
    if not isinstance(item.get("labels"), list):
        return "has no list of labels; write labels: [] when none counts"
    if strange := [label for label in item["labels"] if label not in known]:
        return f"unknown label {', '.join(map(str, strange))}; see data/coach/labels.yml"
    if more := set(item) - {"text", "with", "before", "labels"}:
        return f"unknown field {', '.join(map(str, more))}; use text, with, before and labels"
    return ""


def read_yaml(path: Path, where: str) -> Any:
    try:
        return yaml.load(path.read_text("utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506  the safe loader, in C where it is there
    except yaml.YAMLError as error:
        raise ContentError([f"{where}: can't be read: {' '.join(str(error).split())}; correct it there"]) from error
