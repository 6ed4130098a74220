"""One practice session, as it lies in Talk.practice: numbers and labels, and of what was typed only the masked words a label is about."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import Any

LENGTHS = {"short": 6, "usual": 12, "long": 18}


@dataclass
class Said:
    """One turn: labels with the masked words they are about, what the coach was unsure of, words typed and heard, trust after it."""

    labels: dict[str, str] = field(default_factory=dict)
    unsure: list[str] = field(default_factory=list)
    typed: int = 0
    heard: int = 0
    trust: float = 0.0


@dataclass
class Session:
    """`stage` is "", choose, card, play, sentence or over; a paused session keeps its place. `hints` and `picked` hold ids of hints and the turn."""

    stage: str = ""
    paused: bool = False
    scene: str = ""
    language: str = "nl"
    level: str = "normal"
    length: str = "usual"
    at_end: bool = False
    whom: str = ""  # to whom a single sentence is said
    trust: float = 0.0
    first_trust: float = 0.0
    turns: list[Said] = field(default_factory=list)
    used: list[str] = field(default_factory=list)
    hints: dict[str, int] = field(default_factory=dict)
    picked: dict[str, int] = field(default_factory=dict)
    last: str = ""  # what the person said last
    focus: str = ""  # the label that feedback was last about
    shown: dict[str, int] = field(default_factory=dict)  # label -> wordings shown
    told: bool = False  # that there is no feedback now
    code: str = ""  # the keyed name of the history that the report goes to
    started: str = ""  # the day, as 2026-11-23

    def labels(self) -> set[str]:
        """Every label heard so far."""
        return {label for said in self.turns for label in said.labels}

    def count(self, label: str) -> int:
        """In how many turns a label was heard."""
        return sum(label in said.labels for said in self.turns)

    def to_dict(self) -> dict[str, Any]:
        return dataclasses.asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Session:
        """A session as it was kept; fields that this version does not know are left out."""
        known = {f.name for f in dataclasses.fields(cls)}
        kept = {k: v for k, v in data.items() if k in known}
        kept["turns"] = [Said(**turn) for turn in kept.get("turns", [])]
        return cls(**kept)
