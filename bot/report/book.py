"""The report conversation's table and patterns, read together with every fault."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from bot.content import Content
from bot.report.listen import Listener, load_listener
from bot.report.rules import Rules, load_rules


@dataclass(frozen=True)
class ReportBook:
    """What the report conversation goes by: the rules table and what messages tell."""

    rules: Rules = field(default_factory=Rules)
    listener: Listener = field(default_factory=lambda: Listener({}, ()))


def load_book(root: Path, content: Content) -> tuple[ReportBook, list[str]]:
    """Reads data/report/ and checks it against the content. Returns it with every fault."""
    rules, faults = load_rules(root, content.topics.keys(), content.sources.keys(), content.interface["nl"].keys())
    listener, more = load_listener(root)
    return ReportBook(rules, listener), faults + more
