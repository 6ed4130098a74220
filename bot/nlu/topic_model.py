"""Which topic a message is about, whether it is about any, and whether somebody is in danger.

Linear models on TF-IDF of words and character n-grams, one for all languages (nlu.md: equal to one per language, far better on
mixed messages). No Rasa in here, so that it can be tried and measured alone.
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import scipy.sparse as sp
import skops.io
from scipy.optimize import minimize_scalar
from scipy.special import logsumexp
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from bot.nlu.normalise import normalise

OUT_OF_SCOPE = "out_of_scope"
HELD_OUT = 0.2  # share of the examples that thresholds are fitted on
SENSITIVITY = 0.985  # of the danger head alone on held-out examples; the rules at the door come on top
LONGEST = 2_000  # characters of one message that are read
KEYBOARD = {a: b for row in ("qwertyuiop", "asdfghjkl", "zxcvbnm") for a, b in zip(row, row[1:], strict=False)}


@dataclass
class Thresholds:
    """Fitted on messages held out of training; `danger` for sensitivity first, `answer` and `scope` for the cost of a wrong answer."""

    temperature: float = 1.0
    answer: float = 0.35
    scope: float = 0.5
    danger: float = 0.2


@dataclass(frozen=True)
class Reading:
    """What one message seems to be about. `ranking` holds topics other than out_of_scope with calibrated probabilities."""

    ranking: tuple[tuple[str, float], ...]
    in_scope: float
    danger: float
    decision: str  # answer | ask | out_of_scope | danger
    danger_topic: str


def typo(text: str, chance: random.Random) -> str:
    """One random slip: a letter doubled, dropped, swapped with the next, or its neighbour on the keyboard."""
    if len(text) < 4:
        return text
    i = chance.randrange(len(text) - 1)
    kind = chance.randrange(4)
    if kind == 0:
        return text[:i] + text[i] + text[i:]
    if kind == 1:
        return text[:i] + text[i + 1 :]
    if kind == 2:
        return text[:i] + text[i + 1] + text[i] + text[i + 2 :]
    return text[:i] + KEYBOARD.get(text[i], text[i]) + text[i + 1 :]


Learned = tuple[list[str], Any, Any, Any, float]  # topics, weights (features x topics), bias, danger weights, danger bias


def _learn(features: Any, topics: Any, danger_features: Any, dangerous: Any) -> Learned:
    svc = LinearSVC(C=1.0, tol=1e-2, random_state=1).fit(features, topics)
    head = LinearSVC(C=0.5, class_weight={True: 3.0, False: 1.0}, tol=1e-2, random_state=1).fit(danger_features, dangerous)
    weights = np.ascontiguousarray(svc.coef_.T, dtype=np.float32)
    # margins of an SVM, stretched so that a logistic curve over them spreads between 0 and 1
    return [str(c) for c in svc.classes_], weights, svc.intercept_.astype(np.float32), (3 * head.coef_[0]).astype(np.float32), float(3 * head.intercept_[0])


class TopicModel:
    """fit() once, read() many times. Arrays are float32 to keep the process under its memory limit."""

    def __init__(self) -> None:
        self._word = TfidfVectorizer(token_pattern=r"(?u)\w+", ngram_range=(1, 2), lowercase=False, sublinear_tf=True, min_df=2, dtype=np.float32)
        self._char = TfidfVectorizer(analyzer="char_wb", ngram_range=(1, 4), lowercase=False, sublinear_tf=True, min_df=2, dtype=np.float32)
        self.topics: list[str] = []
        self._weights: Any = None  # features x topics
        self._bias: Any = None
        self._danger: Any = None  # features
        self._danger_bias = 0.0
        self._scope: Any = None  # weighs scope_signs
        self._known: set[str] = set()
        self.thresholds = Thresholds()

    # --- training ----------------------------------------------------------------------------------------------------

    def fit(self, texts: Sequence[str], labels: Sequence[str], calm: Sequence[str] = (), alarming: Sequence[str] = ()) -> TopicModel:
        """texts with their topic; `alarming` and `calm` are more messages with and without danger (data/danger), of no topic of their own."""
        chance = random.Random(7)
        folded = [normalise(t) for t in texts]
        typos = [typo(t, chance) for t in folded]
        extra = [normalise(t) for t in (*alarming, *calm)]
        own = self._features([*folded, *typos, *extra], fit=True)
        n = len(folded)
        topics = np.array(labels)
        dangerous = np.array([y.startswith("danger_") for y in labels])
        alarm = np.array([True] * len(alarming) + [False] * len(calm))
        held = np.array([chance.random() < HELD_OUT for _ in folded])
        held_extra = np.array([chance.random() < HELD_OUT for _ in extra], bool)
        jobs = []
        for keep, keep_extra in ((~held, ~held_extra), (np.ones(n, bool), np.ones(len(extra), bool))):
            # 1. learn on four fifths, to calibrate on the fifth that was not seen; 2. learn on everything
            rows = np.concatenate([keep, keep, np.zeros(len(extra), bool)])
            more = np.concatenate([keep, keep, keep_extra])
            y, d = np.concatenate([topics[keep]] * 2), np.concatenate([dangerous[keep]] * 2 + [alarm[keep_extra]])
            jobs.append(joblib.delayed(_learn)(own[rows], y, own[more], d))
        (part, whole) = joblib.Parallel(n_jobs=2)(jobs)
        self._use(part)
        seen = {w for f, h in zip(folded, held, strict=True) if not h for w in f.split()}
        tested, tested_extra = np.flatnonzero(held), 2 * n + np.flatnonzero(held_extra)
        self._calibrate([folded[i] for i in tested], own[tested], topics[tested], seen)
        self._fit_danger(own[np.concatenate([tested, tested_extra])], np.concatenate([dangerous[tested], alarm[held_extra]]))
        self._use(whole)
        self._known = {w for f in folded for w in f.split()}
        return self

    def _use(self, learned: Learned) -> None:
        self.topics, self._weights, self._bias, self._danger, self._danger_bias = learned

    def _features(self, folded: Sequence[str], fit: bool = False) -> Any:
        run = "fit_transform" if fit else "transform"
        return sp.hstack([getattr(self._word, run)(folded), getattr(self._char, run)(folded)], format="csr")

    def _calibrate(self, folded: list[str], features: Any, labels: Any, seen: set[str]) -> None:
        margins = features @ self._weights + self._bias
        index = {t: i for i, t in enumerate(self.topics)}
        truth = np.array([index[y] for y in labels])

        def loss(log_t: float) -> float:
            scores = margins / np.exp(log_t)
            return float(np.mean(logsumexp(scores, axis=1) - scores[np.arange(len(truth)), truth]))

        self.thresholds.temperature = float(np.exp(minimize_scalar(loss, bounds=(-4, 2), method="bounded").x))
        self._known = seen
        signs = np.array([self.scope_signs(f, m) for f, m in zip(folded, margins, strict=True)])
        self._scope = LogisticRegression(C=1.0, class_weight="balanced", max_iter=500).fit(signs, labels != OUT_OF_SCOPE)

    def _fit_danger(self, features: Any, dangerous: Any) -> None:
        """The highest threshold that still finds nearly all danger in messages that were not learned from."""
        scores = features @ self._danger + self._danger_bias
        found = np.sort(scores[dangerous])
        cut = found[int(len(found) * (1 - SENSITIVITY))] if len(found) else 0.0
        self.thresholds.danger = float(np.clip(1 / (1 + np.exp(-cut)), 0.02, 0.5))

    # --- reading -----------------------------------------------------------------------------------------------------

    def scope_signs(self, folded: str, margins: Any) -> list[float]:
        """What tells a message about our subject from another: how sure, how far ahead, how many of its words are known."""
        p = self._probabilities(margins)
        own = [i for i, t in enumerate(self.topics) if t != OUT_OF_SCOPE]
        order = np.sort(p[own])[::-1]
        known = [w in self._known for w in folded.split()] or [False]
        out = p[self.topics.index(OUT_OF_SCOPE)] if OUT_OF_SCOPE in self.topics else 0.0
        return [float(order[0]), float(order[0] - order[1]), float(margins[own].max()), float(out), float(np.mean(known)), float(np.log1p(len(known)))]

    def _probabilities(self, margins: Any) -> Any:
        scores = margins / self.thresholds.temperature
        return np.exp(scores - logsumexp(scores))

    def read(self, text: str) -> Reading:
        """What a message is about. Never raises on odd input; an empty text is out of scope."""
        folded = normalise(text[:LONGEST])
        features = self._features([folded])
        margins = np.asarray(features @ self._weights).ravel() + self._bias
        p = self._probabilities(margins)
        danger = float(1 / (1 + np.exp(-(float((features @ self._danger)[0]) + self._danger_bias))))
        order = np.argsort(-p)
        ranking = tuple((self.topics[i], float(p[i])) for i in order if self.topics[i] != OUT_OF_SCOPE)[:10]
        in_scope = float(self._scope.predict_proba([self.scope_signs(folded, margins)])[0][list(self._scope.classes_).index(True)])
        danger_topic = next(t for t, _ in sorted(((t, pt) for t, pt in zip(self.topics, p, strict=True) if t.startswith("danger_")), key=lambda x: -x[1]))
        return Reading(ranking, in_scope, danger, self.decide(ranking, in_scope, danger, self.topics[order[0]]), danger_topic)

    def decide(self, ranking: Sequence[tuple[str, float]], in_scope: float, danger: float, first: str) -> str:
        """answer, ask, out_of_scope or danger: taken for a question, danger is the dearest error; asking is the cheapest."""
        if danger >= self.thresholds.danger:
            return "danger"
        if first == OUT_OF_SCOPE or in_scope < self.thresholds.scope:
            return "out_of_scope" if first == OUT_OF_SCOPE or in_scope < self.thresholds.scope / 2 else "ask"
        return "answer" if ranking[0][1] >= self.thresholds.answer else "ask"

    # --- on disk -----------------------------------------------------------------------------------------------------

    def save(self, folder: Path) -> None:
        skops.io.dump({"word": self._word, "char": self._char, "scope": self._scope}, folder / "features.skops")
        np.savez(folder / "weights.npz", weights=self._weights, bias=self._bias, danger=self._danger)
        (folder / "model.json").write_text(json.dumps({"topics": self.topics, "danger_bias": self._danger_bias, "thresholds": asdict(self.thresholds), "known": sorted(self._known)}))

    @classmethod
    def load(cls, folder: Path) -> TopicModel:
        """Raises OSError or ValueError for a folder that save() did not make."""
        model = cls()
        parts = skops.io.load(folder / "features.skops", trusted=skops.io.get_untrusted_types(file=folder / "features.skops"))
        model._word, model._char, model._scope = parts["word"], parts["char"], parts["scope"]
        with np.load(folder / "weights.npz") as arrays:
            model._weights, model._bias, model._danger = arrays["weights"], arrays["bias"], arrays["danger"]
        kept = json.loads((folder / "model.json").read_text())
        model.topics, model._danger_bias, model.thresholds = kept["topics"], kept["danger_bias"], Thresholds(**kept["thresholds"])
        model._known = set(kept["known"])
        return model
