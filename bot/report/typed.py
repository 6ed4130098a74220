"""Short answers as people type them: "mn dochter", "nee nog niet", "via snpa", read beside the open question.

A whole message is an answer, never a part of one: what else somebody says is for bot/report/listen.py and the danger rules.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import lru_cache

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

    def find(self, slot: str, text: str, slips: bool = False) -> str:
        """The answer that a whole message is for a slot, "" when it is none; `slips`: a slip of the keys is forgiven."""
        said = words(text)
        if not 0 < len(said) <= LONGEST or said == [STOP]:
            return ""
        bare = self._bare(said)
        for answer, phrases in self.answers.get(slot, {}).items():
            for phrase in phrases:
                for mine, theirs in ((said, phrase), (bare, self._bare(phrase))):
                    if mine and len(mine) == len(theirs) and all(a == b or (slips and alike(a, b)) for a, b in zip(mine, theirs, strict=True)):
                        return answer
        return ""

    def _bare(self, said: Sequence[str]) -> tuple[str, ...]:
        return tuple(w for w in said if w not in self.fillers)


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
