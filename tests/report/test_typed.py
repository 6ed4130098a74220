"""Typed answers are found as if a message were held against every phrase."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from bot.nlu.topic_model import typo
from bot.report.frames import load_frames
from bot.report.typed import TypedAnswers, alike

FRAMES = Path(__file__).parent.parent.parent / "data" / "report" / "frames"


def by_hand(typed: TypedAnswers, slot: str, said: list[str], slips: bool) -> str:
    """The first answer in the file that has a phrase of the same words, fillers left out or not, on either side."""

    def bare(some: list[str]) -> list[str]:
        return [w for w in some if w not in typed.fillers]

    def same(mine: list[str], theirs: list[str]) -> bool:
        return bool(mine) and len(mine) == len(theirs) and all(a == b or (slips and alike(a, b)) for a, b in zip(mine, theirs, strict=True))

    found = (a for a, phrases in typed.answers[slot].items() for p in phrases if any(same(mine, theirs) for mine in (said, bare(said)) for theirs in (list(p), bare(list(p)))))
    return next(found, "")


@pytest.mark.parametrize("language", ["nl", "en", "tr", "ar"])
def test_filed_or_not_the_same_is_found(language: str) -> None:
    faults: list[str] = []
    typed = load_frames(FRAMES / f"{language}.yml", faults).typed
    chance, fillers, hits = random.Random(3), sorted(typed.fillers), 0
    for slot, answers in typed.answers.items():
        for phrase in (p for phrases in answers.values() for p in phrases):
            for _ in range(4):
                said = typo(" ".join(phrase), chance).split() if chance.random() < 0.6 else list(phrase)
                if chance.random() < 0.4:
                    said.insert(chance.randrange(len(said) + 1), chance.choice(fillers))
                for slips in (False, True):
                    found = typed.find(slot, said[:9], slips)
                    assert found == by_hand(typed, slot, said[:9], slips), (slot, said, slips)
                    hits += bool(found)
    assert not faults
    assert hits > 300
