"""Which topic a message is about, whether it is about any, and whether somebody is in danger.

Linear models on TF-IDF of words and character n-grams, one for all languages (nlu.md: equal to one per language, far better on
mixed messages). No Rasa in here, so that it can be tried and measured alone.
"""

from __future__ import annotations

import json
import random
import warnings
import zlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import scipy.sparse as sp
from scipy.optimize import minimize_scalar
from scipy.special import expit, logsumexp
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from bot.nlu.meanings import Meanings
from bot.nlu.ngrams import Split, Tfidf, letters, words
from bot.nlu.normalise import normalise
from bot.nlu.skeleton import skeletons

OUT_OF_SCOPE = "out_of_scope"
CALM = 8_000  # harmless messages, those most like danger, that a new one is likened to
CALM_WEIGHED = 15  # one in so many harmless messages weighs the signs of danger: four weights need no more, and each costs a likening to all
NEAREST = 5
FEW = 3  # words: "haar broer", "gisteren" are like many a danger; of so few words only the rules make one
HELD_OUT = 0.2  # share of the examples that thresholds are fitted on
OUTSIDE_HELD_OUT = 0.6  # of messages about something else there are few, and what tells them apart is fitted on those held out
TYPOS = 0.1  # share of the examples that are learned a second time with a slip of the finger
ROUNDS = 4  # of liblinear; more learns the examples by heart (docs/decisions/0004-topic-classifier.md)
RIVALS = 20  # a topic is learned against the examples that count it among so many likeliest,
OTHERS = 0.05  # and this share of all others: a quarter of the time, and no worse. Dangers and out_of_scope are learned against all (decision 0004)
PARTS = (words, letters(4), skeletons)  # shorter letter groups cost half of the training and tell nothing more (docs/decisions/0004)
SHARES = (np.float32(1.0), np.float32(1.0), np.float32(0.7))  # how much each of them counts
COMMON = (None, 4_300, 4_300)  # what more examples have is left out: two fifths of all skeletons, which cost time and tell little
MEANINGS_SHARE = np.float32(0.6)  # of the meanings of words, which tell topics and not danger
COUNTED_SHARE = np.float32(0.05)  # of what is counted, beside what is learned: words that few examples have tell most there
SMOOTHING = np.float32(0.01)
WHOLE = float(sum(share**2 for share in SHARES))  # what a message has in common with itself
LONGEST = 2_000  # characters of one message that are read
KEYBOARD = {a: b for row in ("qwertyuiop", "asdfghjkl", "zxcvbnm") for a, b in zip(row, row[1:], strict=False)}


@dataclass
class Thresholds:
    """`temperature` is fitted on messages held out of training. The others weigh errors: a danger not found is the dearest, then a wrong
    answer, then a question back; docs/decisions/0004-topic-classifier.md shows what each choice costs."""

    temperature: float = 1.0
    answer: float = 0.28
    scope: float = 0.6
    away: float = 0.5
    danger: float = 0.45
    danger_first: float = 0.3  # when the likeliest of our topics is a danger
    doubt: float = 0.25  # from here on a danger is half seen


@dataclass(frozen=True)
class Reading:
    """What one message seems to be about. `ranking` holds topics other than out_of_scope with calibrated probabilities."""

    ranking: tuple[tuple[str, float], ...]
    in_scope: float
    danger: float
    decision: str  # answer | ask | out_of_scope | danger
    danger_topic: str
    doubtful: bool = False  # a danger is half seen: not answered for, but asked about


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


def _lot(text: str) -> float:
    """A lot from 0 to 1 that a text always draws: a new example does not change which others are held out."""
    return zlib.crc32(text.encode()) / 2**32


def _learn_topics(features: Any, topics: Any, near: Any, names: Sequence[str]) -> tuple[Any, Any]:
    """(weights as features x names, bias): each name against the others. `near`: examples x names, those to learn it from."""
    weights, bias = np.empty((features.shape[1], len(names)), np.float32), np.empty(len(names), np.float32)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # stopping early is the point: less learned by heart, and faster
        for i, name in enumerate(names):
            rows = np.flatnonzero(near[:, i])
            svc = LinearSVC(C=1.0, max_iter=ROUNDS, random_state=1).fit(features[rows], topics[rows] == name)
            weights[:, i], bias[i] = svc.coef_[0], svc.intercept_[0]
    return weights, bias


def _learn_danger(features: Any, rows: Any, dangerous: Any) -> tuple[Any, float]:
    if not dangerous.any():  # examples of another subject, as in bench/public.py
        return np.zeros(features.shape[1], np.float32), -10.0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        head = LogisticRegression(C=1.0, class_weight="balanced", solver="liblinear", dual=True, max_iter=5, random_state=1)
        head.fit(features[rows], dangerous[rows])
    return head.coef_[0].astype(np.float32), float(head.intercept_[0])


def _near(features: Any, weights: Any) -> Any:
    """Examples x names: whether a name is among the RIVALS that an example has most of."""
    scores = features @ weights
    most = min(RIVALS, scores.shape[1])
    return scores >= np.partition(scores, -most, axis=1)[:, [-most]]


def _counted(features: Any, labels: Any, names: Sequence[Any]) -> Any:
    """Weights as features x names: how much oftener a feature stands in the examples of a name than in all others (naive Bayes, in log odds)."""
    among = sp.csr_matrix(np.array(names)[:, None] == labels, dtype=np.float32) @ features
    every = np.asarray(features.sum(0), np.float32).ravel() + SMOOTHING
    odds = np.empty(among.shape, np.float32)
    for i in range(len(names)):  # row by row: whole tables between cost more than the counting
        inside = np.zeros_like(every)
        inside[among.indices[among.indptr[i] : among.indptr[i + 1]]] = among.data[among.indptr[i] : among.indptr[i + 1]]
        outside = every - inside
        inside += SMOOTHING
        odds[i] = COUNTED_SHARE * (np.log(inside / inside.sum()) - np.log(outside / outside.sum()))
    return odds.T


class TopicModel:
    """fit() once, read() many times. Arrays are float32 to keep the process under its memory limit."""

    def __init__(self, meanings: Meanings | None = None) -> None:
        self._meanings = meanings or Meanings({})
        self._parts: list[Tfidf] = []  # words, letters, skeletons, meanings: their features stand side by side in this order
        self.topics: list[str] = []
        self._weights: Any = None  # features x topics; in a loaded model one byte each, to be multiplied with _scale
        self._scale: Any = np.float32(1.0)
        self._bias: Any = None
        self._danger: Any = None  # features
        self._danger_bias = 0.0
        self._alike: Any = None  # features x known messages, the dangerous ones first
        self._dangers = 0  # how many those are
        self._scope: list[float] = []  # weighs scope_signs
        self._alarm: list[float] = []  # weighs danger_signs
        self._known: set[str] = set()
        self.thresholds = Thresholds()

    # --- training ----------------------------------------------------------------------------------------------------

    def fit(self, texts: Sequence[str], labels: Sequence[str], calm: Sequence[str] = (), alarming: Sequence[str] = ()) -> TopicModel:
        """texts with their topic; `alarming` and `calm` are more messages with and without danger (data/danger), of no topic of their own."""
        folded = [normalise(t) for t in texts]
        slipped = [i for i, f in enumerate(folded) if _lot("slip " + f) < TYPOS]
        typos = [typo(folded[i], random.Random(folded[i])) for i in slipped]
        extra = [normalise(t) for t in (*alarming, *calm)]
        own = self.learn_features([*folded, *typos, *extra])
        said = self._said(own)
        n, slips = len(folded), np.array(slipped, int)
        topics = np.array(labels)
        dangerous = np.array([y.startswith("danger_") for y in labels])
        alarm = np.array([True] * len(alarming) + [False] * len(calm), bool)
        held = np.array([_lot(f) < (OUTSIDE_HELD_OUT if label == OUT_OF_SCOPE else HELD_OUT) for f, label in zip(folded, labels, strict=True)])
        held_extra = np.array([_lot(f) < HELD_OUT for f in extra], bool)
        self.topics = sorted(set(labels))
        of_danger = np.array([name.startswith("danger_") for name in self.topics])
        written = np.concatenate([np.ones(n, bool), np.zeros(len(typos), bool), np.ones(len(extra), bool)])
        partly = np.concatenate([~held, np.zeros(len(typos), bool), ~held_extra])
        truth, alarms = np.concatenate([topics, topics[slips], [""] * len(extra)]), np.concatenate([dangerous, dangerous[slips], alarm])
        # Calm counter-examples have no topic, but it is known that none of the dangers is theirs.
        known = (truth != "")[:, None] | (~alarms[:, None] & of_danger)
        lots = np.array([_lot(f[::-1]) for f in (*folded, *typos, *extra)])
        jobs, counts = [], []
        for rows in (partly, np.ones(len(truth), bool)):
            # 1. learn on four fifths, to calibrate on the fifth that was not seen; 2. learn on everything, slips of the finger too
            counted = rows & written & (truth != "")
            counts.append(_counted(own[counted], truth[counted], self.topics))
            near = _near(own, counts[-1]) | (lots < OTHERS)[:, None] | of_danger | (np.array(self.topics) == OUT_OF_SCOPE)
            near = (near & known | (truth[:, None] == self.topics)) & rows[:, None]
            jobs += [joblib.delayed(_learn_topics)(own, truth, near[:, i::2], self.topics[i::2]) for i in (0, 1)]
            jobs.append(joblib.delayed(_learn_danger)(said, rows, alarms))
        learned = joblib.Parallel(n_jobs=2)(jobs)  # in processes: threads would share liblinear's dice, and no model be the same again
        self._use(learned[:3], counts[0], own[partly], alarms[partly])
        seen = {w for f, h in zip(folded, held, strict=True) if not h for w in f.split()}
        tested = np.flatnonzero(held)
        self._calibrate([folded[i] for i in tested], own[tested], topics[tested], seen)
        weighed = written & ~partly & (alarms | (lots < 1 / CALM_WEIGHED))
        self._fit_danger(own[weighed], alarms[weighed])
        self._use(learned[3:], counts[1], own[written], alarms[written])
        self._known = {w for f in folded for w in f.split()}
        return self

    def _use(self, learned: Sequence[Any], counted: Any, features: Any, dangerous: Any) -> None:
        """Takes over what was learned and counted; new messages are likened to these."""
        *halves, (danger, self._danger_bias) = learned
        size = features.shape[1]
        if dangerous.any():
            danger = danger + _counted(self._said(features), dangerous, [True])[:, 0]
        self._danger = np.concatenate([danger, np.zeros(size - len(danger), np.float32)])
        self._weights, self._bias = counted, np.empty(len(self.topics), np.float32)
        for i, (weights, bias) in enumerate(halves):
            self._weights[:, i::2] += weights
            self._bias[i::2] = bias
        self._prepare()
        if not dangerous.any():
            return
        calm = np.flatnonzero(~dangerous)
        calm = calm[np.argsort(-(features[calm] @ self._danger))][:CALM]
        self._dangers = int(dangerous.sum())
        self._alike = self._said(features[np.concatenate([np.flatnonzero(dangerous), calm])]).T.tocsr()
        self._alike.resize((size, self._alike.shape[1]))


    def _prepare(self) -> None:
        dangerous = [t.startswith("danger_") for t in self.topics]
        self._danger_own, self._danger_others = np.flatnonzero(dangerous), np.flatnonzero(np.logical_not(dangerous))
        self._in_scope_own = np.array([i for i, t in enumerate(self.topics) if t != OUT_OF_SCOPE])

    @property
    def _split(self) -> tuple[tuple[Split, np.float32], ...]:
        """What a message is split into, and how much each of it counts."""
        own = tuple(zip(PARTS, SHARES, strict=True))
        return (*own, (self._meanings.split, MEANINGS_SHARE)) if self._meanings.words else own

    def learn_features(self, folded: Sequence[str]) -> Any:
        """Learns which words and letters there are; returns the features of the texts."""
        fitted = [(*Tfidf.fit(split, folded, most), share) for (split, share), most in zip(self._split, (*COMMON, None), strict=False)]
        self._parts = [part for part, _, _ in fitted]
        return sp.hstack([rows * share for _, rows, share in fitted], format="csr", dtype=np.float32)

    def _said(self, features: Any) -> Any:
        """The features without the meanings: a brother who comes home late at night means the same in many a calm message."""
        return features[:, : sum(len(part.terms) for part in self._parts[: len(PARTS)])]

    def features(self, folded: str) -> tuple[Any, Any]:
        """One message as learn_features() would have it: (numbers of its features, their values). A matrix of one row cost as much to make as to fill."""
        found, values, size = [], [], 0
        for part, (_, share) in zip(self._parts, self._split, strict=True):
            own, counts = part.row(folded)
            found.append(own + size)
            values.append(counts * share)
            size += len(part.terms)
        return np.concatenate(found), np.concatenate(values)

    def _margins(self, found: Any, values: Any) -> Any:
        """Scores of one message for each topic. The weights of a loaded model are bytes; only the rows needed become numbers again."""
        return values @ self._weights[found].astype(np.float32) * self._scale + self._bias

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
        self._scope = _stack(signs, labels != OUT_OF_SCOPE)

    def _fit_danger(self, features: Any, dangerous: Any) -> None:
        """Weighs the signs of danger on messages that were not learned from."""
        if not len(self._danger_own):
            return
        margins = features @ self._weights + self._bias
        heads = features @ self._danger
        alike = (row for i in range(0, features.shape[0], 500) for row in (features[i : i + 500] @ self._alike).toarray())
        signs = np.array([self.danger_signs(h, a, m) for h, a, m in zip(heads, alike, margins, strict=True)])
        self._alarm = _stack(signs.reshape(len(dangerous), 4), dangerous)  # of few examples none may be held out

    def danger_signs(self, head: Any, alike: Any, margins: Any) -> list[float]:
        """What tells danger in one message: the head trained for it, how far the danger topics lie above the others, how likely
        they are together, and whether the messages most like it are dangerous. `alike`: how like it is to each known one, 0 to WHOLE."""
        own, others = margins[self._danger_own], margins[self._danger_others]
        nearer = _nearest(alike[: self._dangers]) - _nearest(alike[self._dangers :])
        likely = self._probabilities(margins)[self._danger_own].sum()
        return [float(head) + self._danger_bias, float(own.max() - others.max()), float(likely), 10 * nearer / WHOLE]

    # --- reading -----------------------------------------------------------------------------------------------------

    def scope_signs(self, folded: str, margins: Any) -> list[float]:
        """What tells a message about our subject from another: how sure, how far ahead, how many of its words are known."""
        p = self._probabilities(margins)
        own = self._in_scope_own
        order = np.sort(p[own])[::-1]
        known = [w in self._known for w in folded.split()] or [False]
        out = p[self.topics.index(OUT_OF_SCOPE)] if OUT_OF_SCOPE in self.topics else 0.0
        return [
            float(order[0]),
            float(order[0] - order[1]),
            float(margins[own].max()),
            float(out),
            float(np.mean(known)),
            float(np.log1p(len(known))),
        ]

    def _probabilities(self, margins: Any) -> Any:
        odds = np.exp((margins - margins.max()) / self.thresholds.temperature)
        return odds / odds.sum()

    def read(self, text: str) -> Reading:
        """What a message is about. Never raises on odd input; an empty text is out of scope."""
        folded = normalise(text[:LONGEST])
        found, values = self.features(folded)
        margins = self._margins(found, values)
        p = self._probabilities(margins)
        danger = _chance(self._alarm, self.danger_signs(values @ self._danger[found], self._alike[found].T @ values, margins)) if self._alarm else 0.0
        danger_topic = self.topics[self._danger_own[int(np.argmax(p[self._danger_own]))]] if self._alarm else ""
        first = self._in_scope_own[int(np.argmax(p[self._in_scope_own]))]
        needed = self.thresholds.danger_first if first in self._danger_own else self.thresholds.danger
        if len(folded.split()) <= FEW:
            danger = min(danger, self.thresholds.doubt - 0.01)
        alarmed = danger >= needed
        if not alarmed:  # what is asked is one of the other topics
            p[self._danger_own] = 0.0
            p /= p.sum()
        order = np.argsort(-p)
        ranking = tuple((self.topics[i], float(p[i])) for i in order[:11] if self.topics[i] != OUT_OF_SCOPE)[:10]
        in_scope = _chance(self._scope, self.scope_signs(folded, margins))
        out = float(p[self.topics.index(OUT_OF_SCOPE)]) if OUT_OF_SCOPE in self.topics else 0.0
        doubtful = not alarmed and danger >= self.thresholds.doubt
        return Reading(ranking, in_scope, danger, self.decide(ranking, in_scope, alarmed, out), danger_topic, doubtful)

    def decide(self, ranking: Sequence[tuple[str, float]], in_scope: float, alarmed: bool, out: float) -> str:
        """answer, ask, out_of_scope or danger: taken for a question, danger is the dearest error; asking is the cheapest.

        Turned away is only what is surely about something else (`out`): somebody in need who is not understood is asked what she means.
        """
        if alarmed:
            return "danger"
        if out >= self.thresholds.away and in_scope < self.thresholds.scope:
            return "out_of_scope"
        if in_scope < self.thresholds.scope or ranking[0][1] < out:
            return "ask"
        return "answer" if ranking[0][1] >= self.thresholds.answer else "ask"

    # --- on disk -----------------------------------------------------------------------------------------------------

    def save(self, folder: Path) -> None:
        """Plain arrays and JSON: nothing in a model file is ever run. Weights in one byte each: a tenth of the file, the same answers."""
        scale = np.abs(self._weights).max(axis=0) / 127
        arrays = {"weights": np.round(self._weights / scale).astype(np.int8), "scale": scale, "bias": self._bias, "danger": self._danger}
        arrays |= {f"idf{i}": part.idf for i, part in enumerate(self._parts)}
        np.savez(folder / "arrays.npz", **arrays)
        sp.save_npz(folder / "alike.npz", self._alike, compressed=False)
        kept = {
            "topics": self.topics,
            "dangers": self._dangers,
            "danger_bias": self._danger_bias,
            "scope": self._scope,
            "alarm": self._alarm,
            "thresholds": asdict(self.thresholds),
            "known": sorted(self._known),
            "terms": [part.terms for part in self._parts],
            "meanings": self._meanings.words,
        }
        (folder / "model.json").write_text(json.dumps(kept, ensure_ascii=False), "utf-8")

    @classmethod
    def load(cls, folder: Path) -> TopicModel:
        """Raises OSError or ValueError for a folder that save() did not make."""
        kept = json.loads((folder / "model.json").read_text("utf-8"))
        model = cls(Meanings(kept["meanings"]))
        with np.load(folder / "arrays.npz") as arrays:
            model._weights, model._scale = arrays["weights"], arrays["scale"].astype(np.float32)
            model._bias, model._danger = arrays["bias"], arrays["danger"]
            splits = [split for split, _ in model._split]
            model._parts = [Tfidf(split, terms, arrays[f"idf{i}"]) for i, (split, terms) in enumerate(zip(splits, kept["terms"], strict=True))]
        model.topics, model._danger_bias, model._scope, model._alarm = kept["topics"], kept["danger_bias"], kept["scope"], kept["alarm"]
        model.thresholds, model._known = Thresholds(**kept["thresholds"]), set(kept["known"])
        model._alike, model._dangers = sp.load_npz(folder / "alike.npz"), kept["dangers"]
        model._prepare()
        return model


def _stack(signs: Any, truth: Any) -> list[float]:
    """Weights of a logistic regression over signs, the bias last; without a second kind of example, certainty."""
    if len(set(truth.tolist())) < 2:
        return [0.0] * signs.shape[1] + [10.0]
    fitted = LogisticRegression(C=1.0, class_weight="balanced", max_iter=500).fit(signs, truth)
    return [float(w) for w in (*fitted.coef_[0], fitted.intercept_[0])]


def _nearest(alike: Any) -> float:
    """The mean of the NEAREST highest. Most are near nothing, and sorting them all took a fifth of a reading."""
    near = alike[alike > 0.25]
    near = near if len(near) >= NEAREST else alike
    return float(np.partition(near, -NEAREST)[-NEAREST:].mean())


def _chance(weights: Sequence[float], signs: Sequence[float]) -> float:
    return float(expit(sum(w * s for w, s in zip(weights, signs, strict=False)) + weights[-1]))
