"""The rules table data/report/rules.yml: what is asked, and which steps follow. Read by people, checked line by line."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from bot.report.case import Case, holds, line

SHOWN = "data/report/rules.yml"
DERIVED = {
    "speaker": {"parent", "young", "adult", "pro", "other"},
    "side": {"victim", "spreader"},
    "home": {"safe", "unsure", "unsafe"},
    "minor": {"minor", "adult", "unknown"},
    "under_13": {"sure", "maybe", "no"},
    "tongue": {"dutch", "other"},
}
STEP_FIELDS = {"step", "when", "unless", "family", "topic", "sources", "never_with"}
QUESTION_FIELDS = {"answers", "later", "when"}


@dataclass(frozen=True)
class Question:
    """One slot that is asked. `later`: only while few questions were needed."""

    slot: str
    answers: tuple[str, ...]
    later: bool = False
    when: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Step:
    """One step of a plan. `family`: it brings in parents or relatives."""

    name: str
    when: Mapping[str, Any]
    unless: Mapping[str, Any]
    family: bool
    topic: str
    sources: tuple[str, ...]
    never_with: tuple[str, ...]

    def follows(self, known: Mapping[str, Any]) -> bool:
        """Whether the step belongs in the plan for these facts. A family step needs a home that is known to be safe."""
        if self.family and known.get("home") != "safe":
            return False
        return holds(self.when, known) and not any(line(s, w, known) for s, w in self.unless.items())


@dataclass(frozen=True)
class Rules:
    """The whole table."""

    questions: tuple[Question, ...] = ()
    steps: tuple[Step, ...] = ()
    most: int = 5
    told_most: int = 3

    def question(self, slot: str) -> Question | None:
        return next((q for q in self.questions if q.slot == slot), None)

    def open_questions(self, case: Case, known: Mapping[str, Any], later: bool) -> list[Question]:
        """Questions whose answer is not known; with `later` only those that can wait, without it only those that can't."""
        return [q for q in self.questions if case.get(q.slot) is None and q.later == later and holds(q.when, known)]

    def next_slot(self, case: Case, known: Mapping[str, Any], asked: int, told: int, precise: bool = False) -> str:
        """The slot to ask next, "" when the plan comes. `asked` questions were asked, `told` things were known at the start;
        `precise`: the person wants the later questions too."""
        if first := self.open_questions(case, known, later=False):
            return first[0].slot
        spare = precise or (asked < self.most and told < self.told_most)
        later = self.open_questions(case, known, later=True) if spare else []
        return later[0].slot if later else ""

    def plan(self, known: Mapping[str, Any]) -> list[Step]:
        """The steps for these facts, in order; never empty for facts of bot.report.case.facts."""
        return [s for s in self.steps if s.follows(known)]


def load_rules(root: Path, topics: Collection[str], sources: Collection[str], words: Collection[str]) -> tuple[Rules, list[str]]:
    """Reads the table and checks it against the topics, sources and keys of words there are. Returns it with every fault."""
    path = root / SHOWN
    try:
        text = path.read_text("utf-8")
        raw = yaml.load(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}" if mark else "it"
        return Rules(), [f"{SHOWN}: {where} can't be read; look for a missing quote, a tab or a wrong indent"]
    except (OSError, UnicodeDecodeError) as error:
        return Rules(), [f"{SHOWN}: can't be read ({error.__class__.__name__}); put the file back as UTF-8 text"]
    if not isinstance(raw, dict) or not isinstance(raw.get("questions"), dict) or not isinstance(raw.get("steps"), list):
        return Rules(), [f"{SHOWN}: holds no `questions:` and `steps:`; put the last good one back"]
    faults: list[str] = []
    values = {**DERIVED, **{s: set(_words(q)) for s, q in raw["questions"].items()}}
    values |= {s: set(_words(h)) for s, h in (raw.get("heard") or {}).items()}
    questions = list(_questions(raw["questions"], values, words, faults))
    steps = list(_steps(raw["steps"], values, topics, sources, words, faults))
    for name in ("most", "told_most"):
        if not isinstance(raw.get(name), int):
            faults.append(f"{SHOWN}: {name} is {raw.get(name)!r}; write a whole number")
    if faults:
        return Rules(), [_with_line(fault, text) for fault in faults]
    return Rules(tuple(questions), tuple(steps), raw["most"], raw["told_most"]), []


def _words(entry: Any) -> list[str]:
    answers = entry.get("answers") if isinstance(entry, dict) else None
    return [str(a) for a in answers] if isinstance(answers, list) else []


def _with_line(fault: str, text: str) -> str:
    """A fault of a step or a question with the line where it begins: "data/report/rules.yml: line 64: step evidence: ..."."""
    named = re.match(rf"{SHOWN}: (step|question) (\w+)", fault)
    begins = named and re.search(rf"^ *- step: {named[2]}\b" if named[1] == "step" else rf"^ +{named[2]}:", text, re.MULTILINE)
    return f"{SHOWN}: line {text.count(chr(10), 0, begins.start()) + 1}: {fault.removeprefix(SHOWN + ': ')}" if begins else fault


def _questions(raw: Mapping[str, Any], values: Mapping[str, set[str]], words: Collection[str], faults: list[str]) -> Iterable[Question]:
    for slot, entry in raw.items():
        where = f"{SHOWN}: question {slot}"
        if not isinstance(entry, dict) or not isinstance(entry.get("answers"), list):
            faults.append(f"{where}: has no answers; write {{answers: [one, other]}}")
            continue
        if not all(isinstance(a, str) for a in entry["answers"]):
            faults.append(f"{where}: an answer is no word; put it in quotes")
        for name in entry.keys() - QUESTION_FIELDS:
            faults.append(f"{where}: {name!r} is unknown; use {', '.join(sorted(QUESTION_FIELDS))}")
        for key in (f"q_{slot}", f"why_{slot}", *(f"a_{slot}_{a}" for a in entry["answers"])):
            if key not in words:
                faults.append(f"content/report.nl.yml: {key} is missing; write it, since {SHOWN} asks {slot}")
        _condition(where, entry.get("when"), values, faults)
        yield Question(slot, tuple(map(str, entry["answers"])), bool(entry.get("later")), entry.get("when") or {})


def _steps(
    raw: list[Any], values: Mapping[str, set[str]], topics: Collection[str], sources: Collection[str], words: Collection[str], faults: list[str]
) -> Iterable[Step]:
    names = [str(e.get("step")) for e in raw if isinstance(e, dict)]
    for number, entry in enumerate(raw, 1):
        if not isinstance(entry, dict) or not entry.get("step"):
            faults.append(f"{SHOWN}: step number {number} has no name; begin it with `- step: name`")
            continue
        name = str(entry["step"])
        where = f"{SHOWN}: step {name}"
        if names.count(name) > 1:
            faults.append(f"{where}: stands twice; give one another name")
        for unknown in entry.keys() - STEP_FIELDS:
            faults.append(f"{where}: {unknown!r} is unknown; use {', '.join(sorted(STEP_FIELDS))}")
        if not entry.get("when"):
            faults.append(f"{where}: has no `when`; say for whom it is")
        for part in ("when", "unless"):
            _condition(where, entry.get(part), values, faults)
        if entry.get("topic") not in topics:
            faults.append(f"{where}: the topic {entry.get('topic')!r} is none; correct its spelling")
        if f"step_{name}" not in words:
            faults.append(f"content/report.nl.yml: step_{name} is missing; write it, since {SHOWN} has the step {name}")
        faults += [f"{where}: the source {s} is not in content/sources.yml; add it there" for s in entry.get("sources") or () if s not in sources]
        if not entry.get("sources"):
            faults.append(f"{where}: has no sources; name at least one of content/sources.yml")
        faults += [f"{where}: never_with names {o}, which is no step; correct it" for o in entry.get("never_with") or () if o not in names]
        yield Step(
            name, entry.get("when") or {}, entry.get("unless") or {}, bool(entry.get("family")), str(entry.get("topic")),
            tuple(entry.get("sources") or ()), tuple(entry.get("never_with") or ()),
        )  # fmt: skip


def _condition(where: str, condition: Any, values: Mapping[str, set[str]], faults: list[str]) -> None:
    if condition is None:
        return
    if not isinstance(condition, dict):
        faults.append(f"{where}: the condition {condition!r} can't be read; write {{slot: answer}}")
        return
    for slot, wanted in condition.items():
        if slot not in values:
            faults.append(f"{where}: {slot!r} is neither a question nor a fact; correct its spelling")
            continue
        for value in wanted if isinstance(wanted, list) else [wanted]:
            if not isinstance(value, str) or (values[slot] and value not in values[slot]):
                faults.append(f"{where}: {slot} is never {value!r}; use one of {', '.join(sorted(values[slot]))}")
