"""Short answers as people type them: "mn dochter", "nee nog niet", "via snpa", read beside the open question.

A whole message is an answer, never a part of one: what else somebody says is for bot/report/listen.py and the danger rules.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cached_property, lru_cache

from bot.nlu.normalise import words

STOP = "stop"  # always ends, whatever was asked
LONGEST = 9  # words of a message that can be one answer
SLIP_FROM = 4  # letters: in shorter words another letter is another word
SHORTEST = 3  # letters of a word that can point to an answer by itself
LINE_ALIKE = 0.88
ALIKE = 0.82  # of SequenceMatcher.ratio(): one slip in five letters or more; "güvenli" and "güvensiz" stay apart


@dataclass(frozen=True)
class TypedAnswers:
    """The phrases of one language: {slot: {answer: phrases as folded words}}, and words that may stand around them."""

    answers: Mapping[str, Mapping[str, tuple[tuple[str, ...], ...]]] = field(default_factory=dict)
    fillers: frozenset[str] = frozenset()

    def find(self, slot: str, said: Sequence[str], slips: bool = False) -> str:
        """The answer that the folded words of a whole message are for a slot, "" when they are none; `slips`: a slip of the keys is forgiven."""
        if not 0 < len(said) <= LONGEST or list(said) == [STOP]:
            return ""
        filed = self._filed.get(slot, {})
        fitting = [
            place
            for mine in {tuple(said), self._bare(said)}
            for place, theirs in filed.get(_initials(mine), ())
            if all(a == b or (slips and alike(a, b)) for a, b in zip(mine, theirs, strict=True))
        ]
        return min(fitting)[1] if fitting else ""

    @cached_property
    def _filed(self) -> dict[str, dict[str, list[tuple[tuple[int, str], tuple[str, ...]]]]]:
        """Of each slot its phrases by the first letters of their words, whole and bare: ((place, answer), phrase). What stands first in the file wins."""
        filed: dict[str, dict[str, list[tuple[tuple[int, str], tuple[str, ...]]]]] = {}
        for slot, answers in self.answers.items():
            by_initials = filed[slot] = defaultdict(list)
            for place, (answer, phrase) in enumerate((a, p) for a, phrases in answers.items() for p in phrases):
                for written in {phrase, self._bare(phrase)} - {()}:
                    by_initials[_initials(written)].append(((place, answer), written))
        return filed

    def _bare(self, said: Sequence[str]) -> tuple[str, ...]:
        return tuple(w for w in said if w not in self.fillers)


def _initials(said: Sequence[str]) -> str:
    """Words that are alike begin with the same letter."""
    return "".join(word[0] for word in said)


@lru_cache(2_000)
def alike(one: str, other: str) -> bool:
    """Whether two words differ by a slip of the keys. The first letter must be the same: "veilig" is never "onveilig"."""
    return min(len(one), len(other)) >= SLIP_FROM and one[0] == other[0] and SequenceMatcher(None, one, other).ratio() > ALIKE


def meant(line: str, phrase: str) -> bool:
    """Whether a whole line is a phrase with a slip in it: "wet niet" for "weet niet", never "dat weet ik" for "dat weet ik niet"."""
    return line[0] == phrase[0] and line.count(" ") == phrase.count(" ") and SequenceMatcher(None, line, phrase).ratio() > LINE_ALIKE


def titled(titles: Mapping[str, str], text: str, fillers: Container[str] = ()) -> str:
    """The one answer whose button's title holds every word of a message, slips forgiven; "" when none or several do, or when
    the message is made of small words alone ("of", "iemand")."""
    said = words(text)
    if all(w in fillers or len(w) < SHORTEST for w in said):
        return ""
    fitting = [a for a, title in titles.items() if 0 < len(said) < LONGEST - 2 and all(_among(w, words(title)) for w in said)]
    return fitting[0] if len(fitting) == 1 else ""


def _among(word: str, others: Iterable[str]) -> bool:
    return any(word == o or alike(word, o) for o in others)
