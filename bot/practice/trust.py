"""How far the simulated person trusts the professional: a bounded number, moved by a table that people can read (data/practice/trust.yml)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

BANDS = ("closed", "guarded", "open")
LEVELS = ("easy", "normal", "hard")
HEARD = ("told", "blame", "stereotype", "see", "pressure", "minimise", "secrecy", "jargon", "safety", "honest", "question", "values", "step", "warmth", "closed", "other")  # fmt: skip
SHOWN = "data/practice/trust.yml"


@dataclass(frozen=True)
class Trust:
    """The table. `change` gives points per label for each band; `heard` which lines answer the label, gravest label first."""

    scale: float
    start: Mapping[str, float]
    bands: Mapping[str, float]
    factor: Mapping[str, Mapping[str, float]]
    most: Mapping[str, float]
    quiet: float
    broken_promise: float
    heard: Mapping[str, str]
    change: Mapping[str, tuple[float, float, float]]

    def band(self, trust: float) -> str:
        """closed, guarded or open."""
        return "open" if trust >= self.bands["open"] else "guarded" if trust >= self.bands["guarded"] else "closed"

    def moved(self, trust: float, labels: Collection[str], level: str, *, quiet: bool = False, broken: bool = False) -> float:
        """Trust after a message with these labels, on the scale 0 to `scale`. Labels that the table does not know move nothing.

        More helping labels never give less trust, more hindering ones never give more; one turn moves at most `most`.
        """
        place = BANDS.index(self.band(trust))
        points = [self.change[label][place] for label in set(labels) if label in self.change]
        factor = self.factor[level]
        move = sum(p * factor["helps" if p > 0 else "hinders"] for p in points)
        move += (self.quiet if quiet else 0.0) + (self.broken_promise if broken else 0.0)
        move = max(-self.most["down"], min(self.most["up"], move))
        return round(max(0.0, min(self.scale, trust + move)), 3)

    def hinders(self, label: str) -> bool:
        return label in self.change and self.change[label][1] < 0

    def helps(self, label: str) -> bool:
        return label in self.change and self.change[label][1] > 0

    def gravest_first(self, labels: Collection[str]) -> list[str]:
        """The labels in the order of the table: what a person hears first when a message does several things."""
        return [label for label in self.change if label in labels]


def load_trust(root: Path, faults: list[str]) -> Trust | None:
    """Reads the table; None and a fault when it can't be used."""
    try:
        raw: dict[str, Any] = yaml.load((root / SHOWN).read_text("utf-8"), Loader=yaml.CSafeLoader)
        change = {str(label): tuple(float(x) for x in entry["change"]) for label, entry in raw["labels"].items()}
        heard = {str(label): str(entry["heard"]) for label, entry in raw["labels"].items()}
        trust = Trust(
            float(raw["scale"]), raw["start"], raw["bands"], raw["factor"], raw["most"], float(raw["quiet"]), float(raw["broken_promise"]), heard,
            change,  # type: ignore[arg-type]
        )  # fmt: skip
    except (OSError, yaml.YAMLError, KeyError, TypeError, ValueError, AttributeError) as error:
        faults.append(f"{SHOWN}: can't be read ({error.__class__.__name__}: {error}); put the last good one back")
        return None
    before = len(faults)
    for label, points in change.items():
        if len(points) != 3:
            faults.append(f"{SHOWN}: {label} has {len(points)} numbers; write three, for closed, guarded and open")
        elif min(points) < 0 < max(points):
            faults.append(f"{SHOWN}: {label} both gives and takes trust; let all three have one sign")
        if heard[label] not in HEARD:
            faults.append(f"{SHOWN}: {label} is heard as {heard[label]!r}; write one of {', '.join(HEARD)}")
    for level in LEVELS:
        if level not in trust.start or level not in trust.factor:
            faults.append(f"{SHOWN}: the level {level} is missing under start or factor; add it")
    if trust.quiet > 0 or trust.broken_promise > 0:
        faults.append(f"{SHOWN}: quiet and broken_promise can't give trust; write 0 or less")
    return trust if len(faults) == before else None
