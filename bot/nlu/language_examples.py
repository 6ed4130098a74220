"""Messages with their language, read from the folders that say it: data/nlu/<language>/ and content/*/*.<language>.md."""

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
    for path in sorted(texts.glob("*/*.md")):
        body = path.read_text("utf-8").split("---", 2)[-1]
        language = path.name.split(".")[-2]
        found += [(s.strip(" -#*"), language) for s in SENTENCE.split(body) if len(s) > 20 and not s.startswith("##")]
    return [t for t, _ in found], [code for _, code in found]


def nlu_lines(path: Path) -> list[str]:
    """The example messages of one file in Rasa's format, without entity marks."""
    lines = []
    for entry in (yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader) or {}).get("nlu") or []:
        lines += [line[2:].strip() for line in str(entry.get("examples", "")).splitlines() if line.startswith("- ")]
    return lines
