"""Which labels a professional's message earns: one linear model a label over the features of its sentences.

Learns from whole messages, of which it finds by itself which sentence earned which label; a message's chance of a label is that of
its best sentence. Reading needs NumPy only; learning needs scikit-learn.
"""

from __future__ import annotations

import json
import random
import warnings
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from bot.practice.coach_data import Labelled
from bot.practice.coach_features import features
from bot.practice.sentences import sentences

GROUPS = {"word": 1.0, "char": 0.8, "before": 0.3}  # how much each group of features weighs
FOLDS = 4
TYPOS = 0.3  # share of the sentences learned a second time with a slip of the finger
PRECISE = 0.75  # below this precision, by cross-validation, a label is not used for feedback
COST = 4.0


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
    def recall(self) -> float:
        """Right of those there; 0 when there are none."""
        return self.right / self.there if self.there else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        return 2 * self.right / (self.given + self.there) if self.given + self.there else 0.0

    def count(self, given: bool, there: bool) -> None:
        """One more message."""
        self.right += given and there
        self.given += given
        self.there += there


@dataclass
class CoachModel:
    """fit() or load(), then chances() for each sentence."""

    labels: list[str] = field(default_factory=list)
    index: dict[str, int] = field(default_factory=dict)  # feature -> row of idf and weights
    idf: Any = None
    weights: Any = None  # features x labels
    bias: Any = None
    slope: Any = None  # per label: chance = 1 / (1 + exp(-(slope * score + shift)))
    shift: Any = None
    threshold: Any = None  # chance from which a label is given
    doubt: Any = None  # chance from which it is named as unsure
    measured: dict[str, Measure] = field(default_factory=dict)

    # --- reading -----------------------------------------------------------------------------------------------------

    def row(self, text: str, with_whom: str, before: str = "") -> tuple[Any, Any, list[list[int]]]:
        """(columns, values, tokens of each column) of one sentence: log counts times idf, each group of length GROUPS."""
        counts: dict[str, dict[int, float]] = {g: {} for g in GROUPS}
        where: dict[int, list[int]] = {}
        for group, feature, token in features(text, with_whom, before):
            column = self.index.get(feature)
            if column is not None:
                counts[group][column] = counts[group].get(column, 0.0) + 1.0
                if token >= 0:
                    where.setdefault(column, []).append(token)
        columns, values = [], []
        for group, found in counts.items():
            if not found:
                continue
            own = np.fromiter(found, int, len(found))
            value = (1.0 + np.log(np.fromiter(found.values(), float, len(found)))) * self.idf[own]
            columns.append(own)
            values.append(GROUPS[group] * value / np.linalg.norm(value))
        if not columns:
            return np.empty(0, int), np.empty(0), []
        joined = np.concatenate(columns)
        return joined, np.concatenate(values), [where.get(int(c), []) for c in joined]

    def scores(self, text: str, with_whom: str, before: str = "") -> tuple[Any, Any]:
        """(score per label, contribution as tokens x labels) of one sentence."""
        columns, values, where = self.row(text, with_whom, before)
        parts = self.weights[columns] * values[:, None]
        size = 1 + max((t for tokens in where for t in tokens), default=-1)
        own = np.zeros((size, len(self.labels)))
        for part, tokens in zip(parts, where, strict=True):
            for token in tokens:
                own[token] += part / len(tokens)
        return parts.sum(axis=0) + self.bias, own

    def chances(self, scores: Any) -> Any:
        """Calibrated chances of scores."""
        return 1.0 / (1.0 + np.exp(-(self.slope * scores + self.shift)))

    # --- learning ----------------------------------------------------------------------------------------------------

    def fit(self, messages: Sequence[Labelled], labels: Sequence[str]) -> list[tuple[CoachModel, list[int]]]:
        """Learns; chances and thresholds come from models that had not seen the message. Returns those: (model, which messages it had not seen)."""
        self.labels = list(labels)
        scores, fold = np.zeros((len(messages), len(labels))), folds(messages)
        parts = []
        for i in range(FOLDS):
            part, held = CoachModel(self.labels), [int(n) for n in np.flatnonzero(fold == i)]
            part._learn([m for m, f in zip(messages, fold, strict=True) if f != i])
            for n in held:
                scores[n] = part.message_scores(messages[n])
            parts.append((part, held))
        self._calibrate(scores, truth(messages, self.labels))
        self._learn(messages)
        for part, _ in parts:
            part.slope, part.shift, part.threshold, part.doubt = self.slope, self.shift, self.threshold, self.doubt
        return parts

    def message_scores(self, message: Labelled) -> Any:
        """Score per label of a message: that of its best sentence."""
        parts = [message.text[a:b] for a, b in sentences(message.text)] or [message.text]
        return np.max([self.scores(p, message.with_whom, message.before)[0] for p in parts], axis=0)

    def _learn(self, messages: Sequence[Labelled]) -> None:
        units = [(n, m.text[a:b]) for n, m in enumerate(messages) for a, b in sentences(m.text)]
        self._vocabulary(messages, units)
        rows = self._matrix([(text, messages[n].with_whom, messages[n].before) for n, text in units])
        owner = np.array([n for n, _ in units])
        earned = truth(messages, self.labels)[owner]
        single = np.bincount(owner)[owner] == 1
        self._linear(rows[single], earned[single])
        scores = rows @ self.weights + self.bias
        earned = share_out(scores, earned, owner)
        chance = random.Random(5)
        slipped = [i for i in range(len(units)) if chance.random() < TYPOS]
        from bot.nlu.topic_model import typo

        slips = self._matrix([(typo(units[i][1], chance), messages[units[i][0]].with_whom, messages[units[i][0]].before) for i in slipped])
        import scipy.sparse as sp

        self._linear(sp.vstack([rows, slips], format="csr"), np.vstack([earned, earned[slipped]]))

    def _vocabulary(self, messages: Sequence[Labelled], units: Sequence[tuple[int, str]]) -> None:
        seen: Counter[str] = Counter()
        for n, text in units:
            seen.update({f for _, f, _ in features(text, messages[n].with_whom, messages[n].before)})
        kept = sorted(f for f, count in seen.items() if count > 1)
        self.index = {f: i for i, f in enumerate(kept)}
        self.idf = np.array([1.0 + np.log((1 + len(units)) / (1 + seen[f])) for f in kept], np.float32)

    def _matrix(self, units: Sequence[tuple[str, str, str]]) -> Any:
        import scipy.sparse as sp

        starts, columns, values = [0], [np.empty(0, int)], [np.empty(0)]
        for text, with_whom, before in units:
            own, value, _ = self.row(text, with_whom, before)
            columns.append(own)
            values.append(value)
            starts.append(starts[-1] + len(own))
        return sp.csr_matrix((np.concatenate(values), np.concatenate(columns), starts), (len(units), len(self.index)), dtype=np.float64)

    def _linear(self, rows: Any, earned: Any) -> None:
        from sklearn.svm import LinearSVC

        self.weights = np.zeros((rows.shape[1], len(self.labels)), np.float32)
        self.bias = np.full(len(self.labels), -1.0)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # liblinear says that it stopped early
            for i in range(len(self.labels)):
                if 1 < earned[:, i].sum() < len(earned):
                    one = LinearSVC(C=1.0, max_iter=30, random_state=1).fit(rows, earned[:, i])
                    self.weights[:, i], self.bias[i] = one.coef_[0], one.intercept_[0]

    def _calibrate(self, scores: Any, there: Any) -> None:
        from sklearn.linear_model import LogisticRegression

        n = len(self.labels)
        self.slope, self.shift, self.threshold, self.doubt = np.ones(n), np.zeros(n), np.full(n, 0.5), np.full(n, 0.25)
        for i in range(n):
            if 1 < there[:, i].sum() < len(there):
                one = LogisticRegression(C=10.0).fit(scores[:, [i]], there[:, i])
                self.slope[i], self.shift[i] = max(float(one.coef_[0, 0]), 1e-3), float(one.intercept_[0])
                self.threshold[i] = best_threshold(self.chances(scores)[:, i], there[:, i])
                self.doubt[i] = self.threshold[i] * 0.6

    # --- on disk -----------------------------------------------------------------------------------------------------

    def save(self, folder: Path) -> None:
        """Plain arrays and JSON: nothing in a model file is ever run."""
        arrays = {name: getattr(self, name) for name in ("bias", "slope", "shift", "threshold", "doubt")}
        np.savez(folder / "arrays.npz", weights=self.weights.astype(np.float16), idf=self.idf.astype(np.float32), **arrays)
        kept = {
            "labels": self.labels,
            "features": list(self.index),
            "measured": {name: [m.right, m.given, m.there] for name, m in self.measured.items()},
        }
        (folder / "model.json").write_text(json.dumps(kept, ensure_ascii=False), "utf-8")

    @classmethod
    def load(cls, folder: Path) -> CoachModel:
        """Raises OSError or ValueError for a folder that save() did not make."""
        kept = json.loads((folder / "model.json").read_text("utf-8"))
        with np.load(folder / "arrays.npz") as file:
            arrays = {name: file[name] for name in file.files}
        arrays["weights"] = arrays["weights"].astype(np.float32)
        measured = {name: Measure(*counts) for name, counts in kept["measured"].items()}
        return cls(kept["labels"], {f: i for i, f in enumerate(kept["features"])}, measured=measured, **arrays)


def truth(messages: Sequence[Labelled], labels: Sequence[str]) -> Any:
    """Which message earns which label, as booleans."""
    return np.array([[label in m.labels for label in labels] for m in messages], bool).reshape(len(messages), len(labels))


def folds(messages: Sequence[Labelled]) -> Any:
    """A fold per message, by chance but the same each time."""
    chance = random.Random(11)
    order = list(range(len(messages)))
    chance.shuffle(order)
    found = np.zeros(len(messages), int)
    for place, n in enumerate(order):
        found[n] = place % FOLDS
    return found


def share_out(scores: Any, earned: Any, owner: Any) -> Any:
    """Which sentence of a message earned each of its labels: the best one, and others nearly as good that seem to have it too."""
    shared = np.zeros_like(earned)
    for n in np.unique(owner):
        own = np.flatnonzero(owner == n)
        best = scores[own].max(axis=0)
        shared[own] = earned[own] & ((scores[own] == best) | (scores[own] > 0.0))
    return shared


def best_threshold(chances: Any, there: Any) -> float:
    """The chance from which giving the label is best (F1), with a precision above PRECISE where any threshold has that."""
    order = np.argsort(-chances)
    right = np.cumsum(there[order])
    given = np.arange(1, len(order) + 1)
    f1 = 2 * right / (given + there.sum())
    precise = (right + 1.0) / (given + 2.0) >= PRECISE
    if precise.any():
        f1 = np.where(precise, f1, -1.0)
    at = int(np.argmax(f1))
    after = chances[order[min(at + 1, len(order) - 1)]]
    return float(np.clip((chances[order[at]] + after) / 2, 0.2, 0.8))
