"""Learns the phrase coach's models from whole messages; finds out by itself which sentence of a message earned which label.

All languages learn together: words are a language's own, meanings and groups of words are shared, so that "u bent bang" also teaches "you are
scared". Chances and thresholds are fitted per language, on scores of models that had not seen the message (FOLDS of them), the model
itself on everything.
"""

from __future__ import annotations

import random
import warnings
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import joblib
import numpy as np
import scipy.sparse as sp
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from bot.nlu.topic_model import typo
from bot.practice.coach_data import Labelled
from bot.practice.coach_features import Alike, features
from bot.practice.coach_model import PRECISE, WEIGHTS, CoachModel
from bot.practice.sentences import sentences

FOLDS = 4
TYPOS = 0.25  # share of the sentences learned a second time with a slip of the finger
COST = 0.7  # C of the support vector machines
ROUNDS = 20
BETA = 0.75  # below 1: a label given wrongly is dearer than one not given
SAFETY = {"promise_secrecy", "ask_to_see", "unsafe_evidence", "tell_family_unsafe"}  # missed, these teach a professional that they are fine
SAFETY_BETA = 1.2
SAFETY_LEAST = 0.35  # threshold of these labels: their rules hear what is plain, so the model need not guess
MARGIN = 0.03  # above PRECISE, since cross-validation flatters
BEARABLE = 0.08  # of F, for a label that is then precise enough for feedback
DOUBT = 0.6  # share of the threshold from which a label is named as unsure
SHARED = {"same", "alike", "pair"}  # kinds of features that all languages have in common


class Rows:
    """Every sentence of the messages once as log counts of features, slips of the finger after them."""

    def __init__(self, messages: Sequence[tuple[str, Labelled]], alike: Mapping[str, Alike]) -> None:
        units = [(n, m.text[a:b]) for n, (_, m) in enumerate(messages) for a, b in sentences(m.text) or [(0, len(m.text))]]
        chance = random.Random(5)
        slipped = [i for i in range(len(units)) if chance.random() < TYPOS]
        self.origin = np.array([*range(len(units)), *slipped])  # the sentence that a row is, or is a misspelling of
        units += [(units[i][0], typo(units[i][1], chance)) for i in slipped]
        self.owner = np.array([n for n, _ in units])  # the message a row belongs to
        self.own = np.arange(len(units)) < len(units) - len(slipped)  # not a slip
        self.index: dict[tuple[str, str], int] = {}  # (language or "" for all, feature) -> column
        kinds: list[str] = []
        columns, values, starts = [], [], [0]
        for n, text in units:
            counts: Counter[int] = Counter()
            language, message = messages[n]
            for kind, feature, _ in features(text, message.with_whom, message.before, alike[language]):
                column = self.index.setdefault(("" if kind in SHARED else language, feature), len(kinds))
                if column == len(kinds):
                    kinds.append(kind)
                counts[column] += 1
            columns.append(np.fromiter(counts, int, len(counts)))
            values.append(1.0 + np.log(np.fromiter(counts.values(), float, len(counts))))
            starts.append(starts[-1] + len(counts))
        self.counts = sp.csr_matrix((np.concatenate(values), np.concatenate(columns), starts), (len(units), len(kinds)))
        self.kinds = np.array(kinds)

    def weighed(self, known: Any) -> tuple[Any, Any, Any]:
        """(rows, their columns in the index, idf of those) with the features that two of the `known` rows have."""
        own = known & self.own
        seen = np.asarray((self.counts[own] > 0).sum(axis=0)).ravel()
        idf = 1.0 + np.log((1.0 + own.sum()) / (1.0 + seen))
        parts, columns = [], []
        for kind, weight in WEIGHTS.items():
            these = np.flatnonzero((seen > 1) & (self.kinds == kind))
            part = self.counts[:, these] @ sp.diags(idf[these])
            length = np.sqrt(np.asarray(part.multiply(part).sum(axis=1)).ravel())
            parts.append(sp.diags(weight / np.where(length > 0, length, 1.0)) @ part)
            columns.append(these)
        kept = np.concatenate(columns)
        return sp.hstack(parts, format="csr"), kept, idf[kept]


def learn(
    messages: Mapping[str, Sequence[Labelled]], labels: Sequence[str], alike: Mapping[str, Alike]
) -> dict[str, tuple[CoachModel, list[tuple[CoachModel, list[int]]]]]:
    """{language: its model of all messages, and models with those of its messages that each had not seen, to measure with}."""
    said = [(language, m) for language, ones in messages.items() for m in ones]
    of = np.array([language for language, _ in said])
    rows, there = Rows(said, alike), truth([m for _, m in said], labels)
    fold = np.concatenate([folds(ones) for ones in messages.values()])
    jobs = [joblib.delayed(_learn)(rows, fold[rows.owner] != i, there) for i in range(FOLDS + 1)]  # the last fold is nobody's: all messages
    learned = joblib.Parallel(n_jobs=2)(jobs)
    scores = np.full(there.shape, -np.inf)
    for i in range(FOLDS):
        _, _, weights, bias, matrix = learned[i]
        held = np.flatnonzero((fold[rows.owner] == i) & rows.own)
        np.maximum.at(scores, rows.owner[held], matrix[held] @ weights + bias)  # a message has the score of its best sentence
    names = [key for key, _ in sorted(rows.index.items(), key=lambda item: item[1])]
    found = {}
    for language in messages:
        fitted = _calibrate(scores[of == language], there[of == language], labels)
        models = []
        for columns, idf, weights, bias, _ in learned:
            own = [n for n, c in enumerate(columns) if names[c][0] in ("", language)]
            index = {names[columns[n]][1]: row for row, n in enumerate(own)}
            light = weights[own].astype(np.float16).astype(np.float32)
            models.append(CoachModel(list(labels), index, idf[own].astype(np.float32), light, bias, *fitted, alike[language]))
        found[language] = models[-1], [(models[i], [int(n) for n in np.flatnonzero(fold[of == language] == i)]) for i in range(FOLDS)]
    return found


def _learn(rows: Rows, known: Any, there: Any) -> tuple[Any, Any, Any, Any, Any]:
    """(columns, idf, weights, bias, weighed rows) from the known rows: first from messages of one sentence, which tell what to look for in the others."""
    matrix, columns, idf = rows.weighed(known)
    earned = there[rows.owner]
    single = np.bincount(rows.owner[rows.own])[rows.owner] == 1
    weights, bias = _linear(matrix[known & single & rows.own], earned[known & single & rows.own])
    own = np.flatnonzero(known & rows.own)
    shared = earned.copy()
    shared[own] = share_out(matrix[own] @ weights + bias, earned[own], rows.owner[own])
    shared = shared[rows.origin]
    weights, bias = _linear(matrix[known], shared[known])
    return columns, idf, weights, bias, matrix


def _linear(rows: Any, earned: Any) -> tuple[Any, Any]:
    weights, bias = np.zeros((rows.shape[1], earned.shape[1])), np.full(earned.shape[1], -1.0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # liblinear says that it stopped early
        for i in range(earned.shape[1]):
            if 1 < earned[:, i].sum() < len(earned):
                one = LinearSVC(C=COST, max_iter=ROUNDS, random_state=1).fit(rows, earned[:, i])
                weights[:, i], bias[i] = one.coef_[0], one.intercept_[0]
    return weights, bias


def _calibrate(scores: Any, there: Any, labels: Sequence[str]) -> tuple[Any, Any, Any, Any]:
    """(slope, shift, threshold, doubt) per label."""
    n = there.shape[1]
    slope, shift, threshold = np.ones(n), np.zeros(n), np.full(n, 0.5)
    for i in range(n):
        if 1 < there[:, i].sum() < len(there):
            one = LogisticRegression(C=10.0).fit(scores[:, [i]], there[:, i])
            slope[i], shift[i] = max(float(one.coef_[0, 0]), 1e-3), float(one.intercept_[0])
            threshold[i] = best_threshold(1.0 / (1.0 + np.exp(-(slope[i] * scores[:, i] + shift[i]))), there[:, i], SAFETY_BETA if labels[i] in SAFETY else BETA)
    safety = np.array([label in SAFETY for label in labels])
    threshold = np.where(safety, np.maximum(threshold, SAFETY_LEAST), threshold)
    return slope, shift, threshold, threshold * DOUBT


def best_threshold(chances: Any, there: Any, beta: float) -> float:
    """The chance from which giving the label does best, as F with beta; one that is precise enough for feedback where that costs little.

    Between 0.2 and 0.8, and smoothed, since few messages decide it."""
    grid = np.arange(0.2, 0.81, 0.02)
    given = chances[None, :] >= grid[:, None]
    right = (given & there[None, :]).sum(axis=1)
    f = _smooth((1 + beta**2) * right / (given.sum(axis=1) + beta**2 * there.sum() + 1.0))
    precise = _smooth(right / np.maximum(given.sum(axis=1), 1)) >= PRECISE + MARGIN
    bearable = precise & (f >= f.max() - BEARABLE)
    return float(grid[int(np.argmax(np.where(bearable, f, 0.0) if bearable.any() and beta < 1 else f))])


def _smooth(values: Any) -> Any:
    return np.convolve(np.pad(values, 2, mode="edge"), np.ones(5) / 5, mode="valid")


def truth(messages: Sequence[Labelled], labels: Sequence[str]) -> Any:
    """Which message earns which label, as booleans."""
    return np.array([[label in m.labels for label in labels] for m in messages], bool).reshape(len(messages), len(labels))


def folds(messages: Sequence[Labelled]) -> Any:
    """A fold per message, by chance but the same each time."""
    order = list(range(len(messages)))
    random.Random(11).shuffle(order)
    found = np.zeros(len(messages), int)
    found[order] = np.arange(len(messages)) % FOLDS
    return found


def share_out(scores: Any, earned: Any, owner: Any) -> Any:
    """Which sentence of a message earned each of its labels: the best one, and others that clearly have it too."""
    shared = np.zeros_like(earned)
    for n in np.unique(owner):
        own = np.flatnonzero(owner == n)
        shared[own] = earned[own] & ((scores[own] == scores[own].max(axis=0)) | (scores[own] > 0.0))
    return shared
