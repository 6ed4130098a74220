"""What a message only asks or supposes: "bitti mi", "has it stopped?", "if I don't pay". It tells nothing of how things stand."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from bot.nlu.patterns import Pattern, PatternIndex, PatternSet, joined
from bot.report.frames import Frames

PIECES = re.compile(r"[^,.;:!?؟،؛\n]+[?؟]?")
SHORT = 3  # words of a piece that asks when a question mark follows, whatever it begins with: "gestopt?"
MARKS = ("?", "؟")


@dataclass(frozen=True)
class Asides:
    """stated() and asks() over all languages."""

    openings: tuple[str, ...]  # how a question begins: "is het", "hoe"
    particles: frozenset[str]  # Turkish asks with a word behind what is asked: "bitti mi"
    supposed: tuple[Pattern, ...]

    @classmethod
    def of(cls, frames: Mapping[str, Frames]) -> Asides:
        every = list(frames.values())
        return cls(
            tuple(f" {opening} " for f in every for opening in sorted(f.openings)),
            frozenset().union(*(f.particles for f in every)),
            tuple(p for f in every for p in f.supposed.patterns),
        )

    @cached_property
    def index(self) -> PatternIndex:
        return PatternIndex({n: PatternSet((p,)) for n, p in enumerate(self.supposed)})

    def stated(self, text: str, line: str) -> str:
        """`line` (of joined()) without what is asked or supposed; `line` itself when nothing is."""
        pieces = PIECES.findall(text)
        kept = [p for p in pieces if not self._asked(p)]
        if len(kept) < len(pieces):
            line = " " + "".join(joined(p)[1:] for p in kept)
        if not self.particles.isdisjoint(line.split()):
            said = line.split()
            line = " " + "".join(f"{w} " for w, then in zip(said, [*said[1:], ""], strict=True) if not self.particles & {w, then})
        for number in self.index.look(line).names():
            line = self.supposed[number].search.sub(" ", line)
        return line

    def asks(self, text: str) -> bool:
        """Whether a message asks something: by its mark, its first words or a particle."""
        return any(mark in text for mark in MARKS) or any(self._asked(p) or not self.particles.isdisjoint(joined(p).split()) for p in PIECES.findall(text))

    def _asked(self, piece: str) -> bool:
        line = joined(piece)
        return line.startswith(self.openings) or (piece.endswith(MARKS) and line.count(" ") - 1 <= SHORT)
