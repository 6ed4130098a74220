"""Files of patterns that people read: `kind: {patterns, unless, examples, counter_examples}`, with every fault named."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

import yaml

from bot.nlu.patterns import Pattern, PatternError, PatternIndex, PatternSet, compile_pattern, group_expressions

FIELDS = {"patterns", "unless", "examples", "counter_examples"}


def read_rules(path: Path, kinds: Collection[str], faults: list[str]) -> dict[str, PatternSet]:
    """The patterns of each kind that can be read; what can't, and kinds that are not among `kinds`, become faults."""
    shown = f"data/{path.parent.name}/{path.name}"
    raw = read_yaml(path, shown, faults)
    try:
        groups = group_expressions(raw.pop("groups", None) or {})
    except PatternError as error:
        faults.append(f"{shown}: groups: {error}; see the head of bot/nlu/patterns.py")
        groups = {}
    rules = {}
    for kind, entry in raw.items():
        if kind not in kinds:
            faults.append(f"{shown}: the kind {kind!r} is unknown; use one of {', '.join(kinds)}")
            continue
        if not isinstance(entry, dict) or not entry.get("patterns"):
            faults.append(f"{shown}: {kind} has no patterns; add `patterns:`")
            continue
        for name in entry.keys() - FIELDS:
            faults.append(f"{shown}: {kind} has {name!r}; use {', '.join(sorted(FIELDS))}")
        good: dict[str, list[Pattern]] = {"patterns": [], "unless": []}
        for part, compiled in good.items():
            for pattern in entry.get(part) or ():
                try:
                    compiled.append(compile_pattern(str(pattern), groups))
                except PatternError as error:
                    faults.append(f"{shown}: {kind}: {error}; see the head of bot/nlu/patterns.py")
        rules[kind] = PatternSet(tuple(good["patterns"]), tuple(good["unless"]))
    return rules


def read_index(folder: Path, kinds: Collection[str], faults: list[str]) -> PatternIndex:
    """The rules of every language's file in a folder, by (language, kind)."""
    return PatternIndex({(path.stem, kind): one for path in sorted(folder.glob("*.yml")) for kind, one in read_rules(path, kinds, faults).items()})


def read_yaml(path: Path, shown: str, faults: list[str]) -> dict[str, Any]:
    """A YAML file that holds `name: value` lines; {} and a fault when it can't be read."""
    try:
        raw = yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        faults.append(f"{shown}: can't be read ({str(error).splitlines()[0]}); mend it or put the last good one back")
        return {}
    if not isinstance(raw, dict):
        faults.append(f"{shown}: holds no `name: value` lines; put the last good one back")
        return {}
    return raw
