"""Example messages with their topic and language, read from where they lie: data/nlu/<language>/<group>/<topic>.yml."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

SENTENCE = re.compile(r"(?<=[.!?؟])\s+|\n+")


def language_examples(examples: Path, texts: Path) -> tuple[list[str], list[str]]:
    """(messages, their language codes)."""
    found: list[tuple[str, str]] = []
    for path in sorted(examples.glob("*/*/*.yml")):
        found += [(line, path.parts[-3]) for line in nlu_lines(path)]
    for path in sorted(texts.glob("*/*.*.md")):  # a README has no language in its name
        body = path.read_text("utf-8").split("---", 2)[-1]
        language = path.name.split(".")[-2]
        found += [(s.strip(" -#*"), language) for s in SENTENCE.split(body) if len(s) > 20 and not s.startswith("##")]
    return [t for t, _ in found], [code for _, code in found]


def topic_examples(examples: Path) -> tuple[list[str], list[str]]:
    """(messages, their topics) of every language."""
    found = [(line, path.stem) for path in sorted(examples.glob("*/*/*.yml")) for line in nlu_lines(path)]
    return [t for t, _ in found], [topic for _, topic in found]


def danger_examples(folder: Path) -> tuple[list[str], list[str]]:
    """The counter-examples and the examples that stand beside the danger rules: (calm, alarming)."""
    calm: list[str] = []
    alarming: list[str] = []
    for path in sorted(folder.glob("*.yml")):
        for kind, entry in (yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader) or {}).items():
            if kind != "groups":
                alarming += map(str, entry.get("examples") or ())
                calm += map(str, entry.get("counter_examples") or ())
    return calm, alarming


def nlu_lines(path: Path) -> list[str]:
    """The example messages of one file in Rasa's format, without entity marks."""
    lines = []
    for entry in (yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader) or {}).get("nlu") or []:
        lines += [line[2:].strip() for line in str(entry.get("examples", "")).splitlines() if line.startswith("- ")]
    return lines


def misfiled(path: Path) -> str | None:
    """What is wrong with an example file, or None."""
    try:
        raw = yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader)
        intents = [entry["intent"] for entry in raw["nlu"]]
    except (OSError, UnicodeDecodeError, yaml.YAMLError, KeyError, TypeError) as error:
        return f"can't be read ({str(error).splitlines()[0]}); write version, nlu, intent and examples as the files beside it"
    if intents != [path.stem]:
        return f"holds the intents {intents}; a file holds the one intent it is named after"
    return None if nlu_lines(path) else "holds no examples; write `- ` lines"
