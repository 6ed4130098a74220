"""Which labels a sentence of a professional earns: one linear model a label over its features. Needs NumPy only; coach_learning.py learns it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from bot.practice.coach_features import Alike, features

WEIGHTS = {"word": 0.7, "char": 1.0, "same": 0.9, "alike": 1.0, "pair": 0.7, "before": 0.2}  # how much each kind of feature weighs
PRECISE = 0.75  # below this precision, by cross-validation, a label is not used for feedback


@dataclass
class Measure:
    """What was found for one label, in counts of messages; of the whole coach, rules included."""

    right: int = 0
    given: int = 0
    there: int = 0

    @property
    def precision(self) -> float:
        """Right of those given; 0 when never given."""
        return self.right / self.given if self.given else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall; 0 when nothing was there and nothing given."""
        return 2 * self.right / (self.given + self.there) if self.given + self.there else 0.0

    def count(self, given: bool, there: bool) -> None:
        """One more message."""
        self.right += given and there
        self.given += given
        self.there += there


@dataclass
class CoachModel:
    """As coach_learning.learn() or load() makes it."""

    labels: list[str]
    index: dict[str, int]  # feature -> row of idf and weights
    idf: Any
    weights: Any  # features x labels
    bias: Any
    slope: Any  # per label: chance = 1 / (1 + exp(-(slope * score + shift)))
    shift: Any
    threshold: Any  # chance from which a label is given
    doubt: Any  # chance from which it is named as unsure
    alike: Alike
    measured: dict[str, Measure] = field(default_factory=dict)  # by cross-validation

    def scores(self, text: str, with_whom: str, before: str = "") -> tuple[Any, Any]:
        """(score per label, contribution as tokens x labels) of one sentence."""
        counts: dict[str, dict[int, int]] = {kind: {} for kind in WEIGHTS}
        where: dict[int, list[int]] = {}
        for kind, feature, token in features(text, with_whom, before, self.alike):
            row = self.index.get(feature)
            if row is not None:
                counts[kind][row] = counts[kind].get(row, 0) + 1
                if token >= 0:
                    where.setdefault(row, []).append(token)
        own = np.zeros((1 + max((t for places in where.values() for t in places), default=-1), len(self.labels)))
        total = self.bias.astype(float)
        for kind, found in counts.items():
            if not found:
                continue
            rows = np.fromiter(found, int, len(found))
            values = (1.0 + np.log(np.fromiter(found.values(), float, len(found)))) * self.idf[rows]
            parts = self.weights[rows] * (WEIGHTS[kind] * values / np.linalg.norm(values))[:, None]
            total = total + parts.sum(axis=0)
            for row, part in zip(rows, parts, strict=True):
                if places := where.get(int(row)):
                    own[places] += part / len(places)
        return total, own

    def chances(self, scores: Any) -> Any:
        """Calibrated chances of scores."""
        return 1.0 / (1.0 + np.exp(-(self.slope * scores + self.shift)))

    def save(self, folder: Path) -> None:
        """Plain arrays and JSON: nothing in a model file is ever run."""
        arrays = {name: getattr(self, name) for name in ("idf", "weights", "bias", "slope", "shift", "threshold", "doubt")}
        np.savez(folder / "arrays.npz", **arrays)
        measured = {name: [m.right, m.given, m.there] for name, m in self.measured.items()}
        kept = {"labels": self.labels, "features": list(self.index), "measured": measured}
        (folder / "model.json").write_text(json.dumps(kept, ensure_ascii=False), "utf-8")

    @classmethod
    def load(cls, folder: Path, alike: Alike) -> CoachModel:
        """Raises OSError or ValueError for a folder that save() did not make."""
        kept = json.loads((folder / "model.json").read_text("utf-8"))
        with np.load(folder / "arrays.npz") as file:
            arrays = {name: file[name] for name in file.files}
        arrays["weights"] = arrays["weights"].astype(np.float32)
        index = {feature: i for i, feature in enumerate(kept["features"])}
        return cls(kept["labels"], index, alike=alike, measured={n: Measure(*counts) for n, counts in kept["measured"].items()}, **arrays)
