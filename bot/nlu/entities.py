"""Details in what a person types: age, relation, platform, organisation, what happened, money, whether family may know.

spaCy's PhraseMatcher over folded words; the phrases are the lists of data/lexicon/.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import yaml
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc
from spacy.util import filter_spans
from spacy.vocab import Vocab

from bot.nlu.normalise import normalise, words

_RAW_WORD = re.compile(r"[^\W_]+(?:['’‘`´ʼ\u0640\u064b-\u065f][^\W_]+)*")
_NUMBER = re.compile(r"\d")
OLDEST = 99
NO_DETAIL = "no_detail"  # longer phrases in which a word is no detail: a fake account is no fake picture, Turkish "son" (last) is no English son


class EntityModel:
    """find() gives [{entity, value, start, end}] with places in the text as typed."""

    def __init__(self, patterns: list[dict[str, Any]], ages: list[str]) -> None:
        self._patterns, self._ages = patterns, ages
        self._vocab = Vocab()
        self._matcher = PhraseMatcher(self._vocab)
        for pattern in patterns:
            self._matcher.add(f"{pattern['entity']}={pattern['value']}", [Doc(self._vocab, words=pattern["words"])])
        number = r"(?P<age>\d{1,2})"
        self._age = [re.compile("(?<= )" + re.escape(a).replace(r"\#", number) + "(?= )") for a in ages]

    @classmethod
    def from_files(cls, lexicon: Path, content: Path) -> EntityModel:
        """Reads every lexicon and the organisations' other names (`also`)."""
        patterns: dict[tuple[str, ...], dict[str, Any]] = {}
        ages: dict[str, None] = {}
        for path in sorted(lexicon.glob("*.yml")):
            raw = yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader) or {}
            for entity, values in (raw.get("entities") or {}).items():
                for value, phrases in values.items():
                    for phrase in phrases:
                        _add(patterns, entity, str(value), str(phrase))
            for phrase in raw.get("no_detail") or ():
                _add(patterns, NO_DETAIL, "", str(phrase))
            for age in raw.get("ages") or ():
                ages[" ".join(normalise(w) if w != "#" else w for w in age.split())] = None
        for path in sorted(content.glob("organisations.*.yml")):
            for organisation, entry in (yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader) or {}).items():
                for name in entry.get("also") or ():
                    _add(patterns, "organisation", organisation, str(name))
        return cls(list(patterns.values()), list(ages))

    def find(self, text: str) -> list[dict[str, Any]]:
        places = [(m.start(), m.end()) for m in _RAW_WORD.finditer(text[:2_000])]
        folded = ["".join(words(text[a:b])) for a, b in places]
        kept = [(w, p) for w, p in zip(folded, places, strict=True) if w]
        if not kept:
            return []
        found = []
        for span in filter_spans(self._matcher(Doc(self._vocab, words=[w for w, _ in kept]), as_spans=True)):  # the longest, then the first
            entity, value = span.label_.split("=", 1)
            if entity == NO_DETAIL:
                continue
            found.append({"entity": entity, "value": value, "start": kept[span.start][1][0], "end": kept[span.end - 1][1][1]})
        return found + self._find_age(kept)

    def _find_age(self, kept: list[tuple[str, tuple[int, int]]]) -> list[dict[str, Any]]:
        line = " " + "".join(w + " " for w, _ in kept)
        if not _NUMBER.search(line):
            return []
        for pattern in self._age:
            if (match := pattern.search(line)) and 0 < int(match["age"]) <= OLDEST:
                first = line[: match.start()].count(" ") - 1
                last = first + match[0].count(" ")
                return [{"entity": "age", "value": match["age"], "start": kept[first][1][0], "end": kept[last][1][1]}]
        return []

    def save(self, folder: Path) -> None:
        (folder / "entities.json").write_text(json.dumps({"patterns": self._patterns, "ages": self._ages}, ensure_ascii=False), "utf-8")

    @classmethod
    def load(cls, folder: Path) -> EntityModel:
        kept = json.loads((folder / "entities.json").read_text("utf-8"))
        return cls(kept["patterns"], kept["ages"])


def _add(patterns: dict[tuple[str, ...], dict[str, Any]], entity: str, value: str, phrase: str) -> None:
    split = tuple(words(phrase))
    if split:
        patterns.setdefault((entity, *split), {"entity": entity, "value": value, "words": list(split)})
