"""What a practising professional says outside the scene: stop, a real case, a crisis of her or his own (data/practice/outside.yml).

The words of danger are part of the work here ("denk je aan zelfmoord?"), so the danger rules alone don't end a scene; they do when
somebody speaks of her- or himself and of nobody else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.nlu.normalise import words
from bot.nlu.patterns import PatternError, PatternIndex, PatternSet, compile_pattern, group_expressions, joined
from bot.rule_files import read_yaml
from bot.safety import Found

SHOWN = "data/practice/outside.yml"
KINDS = ("start", "stop", "real", "own")
ARABIC = range(0x600, 0x780)  # letters
FOREIGN = 2  # words that tell a language
SENTENCES = re.compile(r"(?<=[.!?\n])\s+")


@dataclass(frozen=True)
class Outside:
    """`stops`: whole messages that stop; `me` and `others`: words by which somebody speaks of her- or himself, or of another."""

    kinds: PatternIndex
    sentence: re.Pattern[str]
    stops: frozenset[str]
    me: frozenset[str]
    others: frozenset[str]
    english: frozenset[str]
    foreign: Mapping[str, frozenset[str]]  # words of languages in which nothing is played

    def is_english(self, text: str) -> bool:
        """Whether a message that asks to practise does so in English."""
        return bool(self.english & set(words(text[:100])))

    def in_another_language(self, text: str) -> str:
        """The language that a message in a scene is written in when no scene is played in it; "" when it is none of them."""
        letters = [c for c in text if c.isalpha()]
        if letters and sum(c in ARABIC for c in map(ord, letters)) > len(letters) / 2:
            return "ar"
        said = words(text)
        hits = {code: sum(w in known for w in said) for code, known in self.foreign.items()}
        return next((code for code, many in hits.items() if many >= FOREIGN and many >= len(said) / 3), "")

    def notice(self, text: str, danger: Callable[[str], Found | None], language: str) -> str:
        """own, real, stop or "": what a message in a scene of this language is besides a part of the scene."""
        if self._own_danger(text, danger, language) or self.is_("own", text):
            return "own"
        return next((kind for kind in ("real", "stop") if self.is_(kind, text)), "")

    def is_(self, kind: str, text: str) -> bool:
        line = joined(text[:2_000])
        return self.kinds.look(line).found(kind) or (kind == "stop" and line.strip() in self.stops)

    def sentence_in(self, text: str) -> str | None:
        """The sentence of "Hoe klinkt dit: ...", "" when it is still to come; None when the message is something else."""
        match = self.sentence.match(text.strip())
        return match[1].strip(" \t\n\"'“”‘’«»„:-") if match else None

    def _own_danger(self, text: str, danger: Callable[[str], Found | None], language: str) -> bool:
        for sentence in SENTENCES.split(text.strip()):
            found = None if sentence.rstrip(" \"'”’)").endswith("?") else danger(sentence)
            if found is None:
                continue
            said = set(words(sentence))
            # A scene is in Dutch or English: danger in another language is no line of it.
            if found.language not in (language, "nl", "en") or (said & self.me and not said & self.others):
                return True
        return False


def load_outside(root: Path, faults: list[str]) -> Outside | None:
    """Reads the patterns; None and a fault when they can't be used."""
    before = len(faults)
    raw = read_yaml(root / SHOWN, SHOWN, faults)
    kinds: dict[Hashable, PatternSet] = {}
    try:
        groups = group_expressions(raw.get("groups") or {})
        for kind in KINDS:
            entry = raw[kind]
            kinds[kind] = PatternSet(
                tuple(compile_pattern(str(p), groups) for p in entry["patterns"]), tuple(compile_pattern(str(p), groups) for p in entry.get("unless") or ())
            )  # fmt: skip
        openings = "|".join(r"\W+".join(map(re.escape, str(p).split())) for p in sorted(raw["sentence"]["openings"], key=lambda p: -len(str(p))))
        stops = frozenset(joined(str(p)).strip() for p in raw["stop"]["alone"])
        foreign = {str(code): frozenset(w for p in listed for w in words(str(p))) for code, listed in raw["foreign"].items() if code not in ("examples", "counter_examples")}
        me, others, english = (frozenset(w for p in raw[name] for w in words(str(p))) for name in ("me", "others", "english"))
    except (PatternError, KeyError, TypeError) as error:
        faults.append(f"{SHOWN}: {error.__class__.__name__}: {error}; put the last good one back")
    if len(faults) > before:
        return None
    return Outside(PatternIndex(kinds), re.compile(rf"(?:noor\W+)?(?:{openings})\b(.*)", re.IGNORECASE | re.DOTALL), stops, me, others, english, foreign)
