"""Whose age a number is, where a message holds somebody else's beside it: "a boy of 16 sent it round, she is 14".

Whom it protects: the victim whose age was taken from who did it gets the wrong steps (whom the police tell, which site takes images down).
The words that own an age stand in data/report/frames/<language>.yml under `whose`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bot.nlu.normalise import words

OWNERS = ("mine", "i", "she", "he", "somebody", "does")  # `somebody`: never the one it is about ("her ex"); `does`: what is said of who did it
CLAUSE = re.compile(r"[,.;:!?()،؛؟\n]+")
BEHIND = 4  # words behind an age in which its owner may stand: "13 yaşında bir çocuk"
NEXT = 2  # and somebody else: "20 yaşında nişanlısı", but "24 yaşında öğrenciyim, eski sevgilim"
DOING = 10  # words behind an owner in which what he did may stand
AND, AND_FROM = "\u0648", 3  # Arabic writes "and" onto the word
SEX = {"daughter": "she", "son": "he"}


@dataclass(frozen=True)
class WhoseAge:
    """By owner the words of all languages: whole ones, and how others begin."""

    owners: Mapping[str, tuple[frozenset[str], tuple[str, ...]]] = field(default_factory=dict)

    def others(self, text: str, person: str, relation: str, did_it: bool, stranger: bool = False) -> set[int]:
        """The numbers in a message that are the age of somebody else than the one it is about. `person`, `relation`: of the case; `did_it`: that one passed it on; `stranger`: somebody unknown seeks contact, and nobody else was named."""
        if not any(character.isdigit() for character in text):
            return set()
        found: dict[int, set[bool]] = {}
        surely: set[int] = set()  # the age of who is said to have done it
        last = ""
        for clause in CLAUSE.split(text):
            said = words(clause)
            owned = {n: owner for n, w in enumerate(said) if (owner := self._owner(w))}
            for n, word in enumerate(said):
                if word.isdigit() and len(word) < 3:
                    before = max((k for k in owned if k < n and owned[k] != "does"), default=-1)
                    behind = min((k for k in owned if n < k <= n + (NEXT if owned[k] == "somebody" else BEHIND) and owned[k] != "does"), default=-1)
                    near = before >= n - BEHIND or behind != n + 1  # "eski sevgilim ... tehdit ediyor 24 yaşındayım"
                    place = before if before >= 0 and near else behind
                    owner = owned[place] if place >= 0 else last
                    did = place >= 0 and self._did(owned, place)
                    found.setdefault(int(word), set()).add(self._is_other(owner, person, relation, (did or stranger) and not did_it))
                    surely |= {int(word)} if (did or stranger) and not did_it and owner != "i" else set()
            last = next((owned[k] for k in sorted(owned, reverse=True) if owned[k] != "does"), last)
        others = {years for years, whose in found.items() if whose == {True}}
        return others if found.keys() - others else others & surely  # a single age is rather that of the one it is about

    def sex(self, text: str, years: str) -> str:
        """"she" or "he" where that word stands nearest before an age in its clause, "" elsewhere."""
        for clause in CLAUSE.split(text):
            said = words(clause)
            for n, word in enumerate(said):
                owner = next((o for w in reversed(said[:n]) if (o := self._owner(w)) not in ("", "does")), "") if word == years else ""
                if owner in SEX.values():
                    return owner
        return ""

    def two(self, text: str) -> bool:
        """Whether a message holds the age of the writer and one of somebody else: "she is 17 and I am 18"."""
        return bool(self.others(text, "self", "", False)) and bool(self.others(text, "other", "", False))

    def _did(self, owned: Mapping[int, str], place: int) -> bool:
        """Whether the owner at a place is the one of whom is said what he did: nobody else is named in between, but perhaps the one whose image it is."""
        behind = min((k for k in owned if k > place and owned[k] != "mine"), default=-1)
        return behind >= 0 and owned[behind] == "does" and behind <= place + DOING

    def _is_other(self, owner: str, person: str, relation: str, did: bool) -> bool:
        if owner in ("", "mine"):
            return False
        if owner == "somebody":
            return True
        if owner == "i" or person == "self":
            return (owner == "i") != (person == "self")
        if sex := SEX.get(relation):
            return owner != sex
        return did  # "a boy of 16 in my class sent it round"

    def _owner(self, word: str) -> str:
        word = word[1:] if word.startswith(AND) and len(word) > AND_FROM else word
        return next((owner for owner, (whole, begun) in self.owners.items() if word in whole or word.startswith(begun)), "")


def whose_age(parts: Iterable[Mapping[str, Iterable[str]]]) -> WhoseAge:
    """The `whose` of every language together; a word that ends in * stands for every ending."""
    found: dict[str, set[str]] = {owner: set() for owner in OWNERS}
    for part in parts:
        for owner, listed in part.items():
            found[owner] |= set(listed)
    begun = {owner: tuple(sorted(w[:-1] for w in known if w.endswith("*"))) for owner, known in found.items()}
    return WhoseAge({owner: (frozenset(w for w in known if not w.endswith("*")), begun[owner]) for owner, known in found.items()})
