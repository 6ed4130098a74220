"""The phrase coach: hears in what a professional types what helps, what may hurt, and says when it is not sure.

Rules decide where they speak; elsewhere a small model does, sentence by sentence. docs/coach.md is its guide.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bot.practice.coach_data import LANGUAGES, Kind, Labelled, read_kinds, read_labelled
from bot.practice.coach_features import LONGEST, read_alike, tokens
from bot.practice.coach_model import PRECISE, CoachModel, Measure
from bot.practice.coach_rules import Rule, read_rules
from bot.practice.sentences import clause, sentences

FORMS = ("open_question", "closed_question", "leading_question")
OPPOSITES = (("promise_secrecy", "honest_about_secrecy"),)  # a message does one of the two; a promise with its exception is honest
RULED = 0.98  # how sure a rule is
INPUTS = ("data/coach/*.yml", "bot/practice/coach*.py", "bot/practice/sentences.py", "bot/nlu/normalise.py", "bot/nlu/patterns.py")
KEPT = 3  # models of earlier data


@dataclass(frozen=True)
class Label:
    """One thing heard: its name in labels.yml, how sure (0 to 1), and the words it is about as a span of the text."""

    name: str
    confidence: float
    start: int
    end: int


@dataclass(frozen=True)
class Heard:
    """What a message does, in the order of its words; `unsure` names what it might also do, likeliest first."""

    labels: tuple[Label, ...]
    unsure: tuple[str, ...]


class Coach:
    """open() once, hear() many times; safe to share between threads."""

    def __init__(self, kinds: dict[str, Kind], models: dict[str, CoachModel], rules: dict[str, list[Rule]]) -> None:
        self.kinds, self.models, self.rules = kinds, models, rules

    @classmethod
    def open(cls, root: Path, models: Path) -> Coach:
        """The coach of the present data, trained first (a minute at most) when models/ does not hold it yet.

        Raises ContentError for faults in data/coach/, OSError when models/ can't be written."""
        kinds = read_kinds(root)
        folder = model_folder(root, models)
        if not folder.exists():
            train(root, models)
        return cls(
            kinds,
            {x: CoachModel.load(folder / x, read_alike(root, x)) for x in LANGUAGES if (folder / x).exists()},
            {x: read_rules(root, x, kinds) for x in LANGUAGES},
        )

    def hear(self, text: str, with_whom: str, language: str, before: str = "") -> Heard:
        """What `text` does to `with_whom` (parent, victim or spreader), who said `before` last. Dutch stands in for other languages than nl and en.

        Never raises on odd input; an empty text has no labels."""
        language = language if language in self.models else "nl"
        found: dict[str, Label] = {}
        doubts: dict[str, float] = {}
        for span in sentences(text[:LONGEST]):
            given, unsure = self._sentence(text, span, with_whom, language, before)
            for label in given:
                if label.name not in found or label.confidence > found[label.name].confidence:
                    found[label.name] = label
            for name, chance in unsure.items():
                doubts[name] = max(chance, doubts.get(name, 0.0))
        for one, other in OPPOSITES:
            if one in found and other in found:
                found.pop(one if found[one].confidence < found[other].confidence else other)
        order = tuple(sorted(found.values(), key=lambda one: (one.start, -one.confidence)))
        return Heard(order, tuple(sorted((d for d in doubts if d not in found), key=lambda d: -doubts[d])))

    def hear_reliably(self, text: str, with_whom: str, language: str, before: str = "") -> Heard:
        """As hear(), with labels that are not precise enough for feedback named as unsure: practice never marks what can't be recognised reliably."""
        heard, used = self.hear(text, with_whom, language, before), self.used_for_feedback(language)
        doubtful = tuple(label.name for label in heard.labels if label.name not in used)
        return Heard(tuple(label for label in heard.labels if label.name in used), doubtful + heard.unsure)

    def used_for_feedback(self, language: str) -> frozenset[str]:
        """Labels precise enough (0.75 by cross-validation, rules included) to tell a person about."""
        measured = self.models.get(language, self.models["nl"]).measured
        return frozenset(name for name in self.kinds if name in measured and measured[name].precision >= PRECISE)

    def _sentence(self, text: str, span: tuple[int, int], with_whom: str, language: str, before: str) -> tuple[list[Label], dict[str, float]]:
        model, said = self.models[language], text[slice(*span)]
        scores, own = model.scores(said, with_whom, before)
        chances = dict(zip(model.labels, model.chances(scores), strict=True))
        places: dict[str, tuple[int, int]] = {}
        for rule in self.rules[language]:
            heard = rule.hears(said)
            if heard is False:
                chances[rule.label] = 0.0
            elif isinstance(heard, tuple):
                chances[rule.label], places[rule.label] = RULED, heard
        for name, kind in self.kinds.items():
            if with_whom not in kind.with_whom:
                chances[name] = 0.0
        over = {name: chances[name] - model.threshold[i] for i, name in enumerate(model.labels)}
        form = max(FORMS, key=lambda name: over[name])
        given, unsure = [], {}
        for i, name in enumerate(model.labels):
            if name in FORMS and name != form:  # a question has one form
                continue
            if over[name] >= 0:
                at = places.get(name) or words_for(said, own[:, i])
                start, end = clause(text, span, (span[0] + at[0], span[0] + at[1]))
                given.append(Label(name, round(float(chances[name]), 4), start, end))
            elif chances[name] >= model.doubt[i]:
                unsure[name] = float(chances[name])
        return given, unsure


def words_for(said: str, contribution: Any) -> tuple[int, int]:
    """Start and end of the word that speaks most for a label, to be widened to its clause."""
    places = tokens(said)
    if not len(contribution) or not places:
        return 0, len(said)
    _, start, end = places[min(int(np.argmax(contribution)), len(places) - 1)]
    return start, end


def model_folder(root: Path, models: Path) -> Path:
    """Where the coach of the present data is, or will be: models/coach-<hash>/."""
    digest = hashlib.sha256()
    for pattern in INPUTS:
        for path in sorted(root.glob(pattern)):
            digest.update(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes())
    return models / f"coach-{digest.hexdigest()[:12]}"


def learned(root: Path, messages: Mapping[str, Sequence[Labelled]], kinds: dict[str, Kind]) -> dict[str, CoachModel]:
    """{language: model} of these messages, with the whole coach `measured` on messages that its part had not seen."""
    from bot.practice.coach_learning import learn

    found = {}
    for language, (model, parts) in learn(messages, list(kinds), {x: read_alike(root, x) for x in messages}).items():
        rules = read_rules(root, language, kinds)
        model.measured = {name: Measure() for name in kinds}
        for part, held in parts:
            count(Coach(kinds, {language: part}, {language: rules}), [messages[language][n] for n in held], language, model.measured)
        found[language] = model
    return found


def count(coach: Coach, messages: Iterable[Labelled], language: str, measured: dict[str, Measure]) -> None:
    """Adds to `measured` what the coach hears in messages of which the labels are known."""
    for message in messages:
        heard = {label.name for label in coach.hear(message.text, message.with_whom, language, message.before).labels}
        for name, one in measured.items():
            one.count(name in heard, name in message.labels)


def train(root: Path, models: Path) -> Path:
    """Trains every language and keeps the models. Of several processes that want it at once, one trains and the others wait for it."""
    kinds, folder = read_kinds(root), model_folder(root, models)
    models.mkdir(parents=True, exist_ok=True)
    with (models / ".coach-lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            with tempfile.TemporaryDirectory(dir=models, prefix=".coach-") as making:
                messages = {x: ones for x in LANGUAGES if (ones := read_labelled(root, x, kinds))}
                for language, model in learned(root, messages, kinds).items():
                    (Path(making) / language).mkdir()
                    model.save(Path(making) / language)
                os.rename(shutil.copytree(making, f"{making}-done"), folder)
    for old in sorted(models.glob("coach-*"), key=lambda p: p.stat().st_mtime)[:-KEPT]:
        shutil.rmtree(old, ignore_errors=True)
    return folder
