"""`noor eval --coach`: the phrase coach per label, by cross-validation and on sentences that another hand wrote and labelled."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from bot.practice.coach import Coach, count
from bot.practice.coach_data import Labelled
from bot.practice.coach_model import Measure


def held_back(root: Path, language: str) -> list[Labelled]:
    """The messages of tests/held_back/coach/<language>.jsonl, never trained on; [] when there are none."""
    path = root / "tests" / "held_back" / "coach" / f"{language}.jsonl"
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()] if path.exists() else []
    return [Labelled(one["text"], one["with"], frozenset(one["labels"]), one.get("before") or "") for one in lines]


def run_coach_eval(coach: Coach, root: Path, languages: Sequence[str] | None, errors: bool) -> int:
    """Prints a table per language; with `errors`, every held-back message that was heard otherwise than labelled."""
    for language, model in coach.models.items():
        if languages and language not in languages:
            continue
        messages = held_back(root, language)
        apart = {name: Measure() for name in coach.kinds}
        count(coach, messages, language, apart)
        print(f"\n{language}: cross-validation, and {len(messages)} held-back messages\n")
        print(table(model.measured, apart, coach.used_for_feedback(language)))
        for message in messages if errors else ():
            heard = {label.name for label in coach.hear(message.text, message.with_whom, language, message.before).labels}
            if heard != message.labels:
                print(f"{message.with_whom}: {message.text}\n    missed {sorted(message.labels - heard)}, heard too {sorted(heard - message.labels)}")
    return 0


def table(measured: Mapping[str, Measure], apart: Mapping[str, Measure], used: frozenset[str]) -> str:
    """A Markdown table, the totals last: macro-F1 over the labels used for feedback and over all, micro precision of the used."""
    lines = ["| label | used | F1 | precision | messages | held back: F1 | precision | messages |", "| --- |" + " --- |" * 7]
    for name, one in measured.items():
        lines.append(f"| {name} | {'yes' if name in used else 'no'} | {_cells(one)} | {_cells(apart[name])} |")
    for title, names in (("labels used", used), ("all labels", frozenset(measured))):
        lines.append(f"| **{title}** | {len(names)} | {_total(measured, names)} | {_total(apart, names)} |")
    return "\n".join(lines)


def _cells(one: Measure) -> str:
    precision = f"{one.precision:.2f}" if one.given else "-"
    return f"{one.f1:.2f} | {precision} | {one.there}" if one.there or one.given else "- | - | 0"


def _total(measured: Mapping[str, Measure], names: frozenset[str]) -> str:
    """Macro-F1, micro precision, and the number of labels there."""
    there = [measured[n] for n in names if measured[n].there]
    given = sum(measured[n].given for n in names)
    if not there or not given:
        return "- | - | 0"
    return f"{sum(m.f1 for m in there) / len(there):.3f} | {sum(measured[n].right for n in names) / given:.3f} | {sum(m.there for m in there)}"
