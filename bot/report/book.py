"""The report conversation's table and patterns, read together with every fault."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from bot.content import Content
from bot.report.ages import Ages
from bot.report.aside import Asides
from bot.report.listen import Listener, load_listener
from bot.report.rules import Rules, load_rules


@dataclass(frozen=True)
class ReportBook:
    """What the report conversation goes by: the rules table and what messages tell."""

    rules: Rules = field(default_factory=Rules)
    listener: Listener = field(default_factory=lambda: Listener({}, Ages.of({}, ()), Asides.of({})))


def load_book(root: Path, content: Content) -> tuple[ReportBook, list[str]]:
    """Reads data/report/ and checks it against the content. Returns it with every fault."""
    rules, faults = load_rules(root, content.topics.keys(), content.sources.keys(), content.interface["nl"].keys())
    listener, more = load_listener(root)
    for code, frames in listener.frames.items() if rules.questions else ():
        for slot, values in frames.typed.answers.items():
            asked = rules.question(slot)
            more += [
                f"data/report/frames/{code}.yml: answers: {slot}: {answer} is no answer of data/report/rules.yml; correct its spelling"
                for answer in values
                if asked is None or answer not in asked.answers
            ]
    return ReportBook(rules, listener), faults + more
