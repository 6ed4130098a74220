"""What a professional did in earlier sessions, kept under a code that only she or he has; counts, never words."""

from __future__ import annotations

import re
import secrets
from typing import Any, Protocol

from bot.practice.session import Session

ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # no I, L, O, 0, 1: they are read wrongly from paper
CODE = re.compile(r"\b([A-Z2-9]{4})[ -]?([A-Z2-9]{4})[ -]?([A-Z2-9]{4})[ -]?([A-Z2-9]{4})\b")
KIND = "practice"
MOST = 60  # sessions; older ones are dropped
KEEP_DAYS = 365


class Rows(Protocol):
    """Where rows are kept: bot.store.kept.Kept, or a dict in `noor chat --jsonl`, which keeps nothing."""

    def name(self, door: str, person: str) -> str: ...
    def get(self, kind: str, row: str) -> dict[str, Any] | None: ...
    def put(self, kind: str, row: str, value: dict[str, Any]) -> object: ...
    def erase(self, kind: str, row: str) -> None: ...


class Fleeting:
    """Rows that live as long as the command."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, str], dict[str, Any]] = {}

    def name(self, door: str, person: str) -> str:
        return f"{door}:{person}"

    def get(self, kind: str, row: str) -> dict[str, Any] | None:
        return self._rows.get((kind, row))

    def put(self, kind: str, row: str, value: dict[str, Any]) -> None:
        self._rows[kind, row] = value

    def erase(self, kind: str, row: str) -> None:
        self._rows.pop((kind, row), None)


class History:
    """Sessions by code. The row's name is a keyed hash: without the code nobody finds it, not even whoever runs Noor."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def new(self) -> tuple[str, str]:
        """(code to be shown once, name of its row)."""
        code = "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(4))
        name = self._rows.name(KIND, code)
        self._rows.put(KIND, name, {"sessions": []})
        return code, name

    def find(self, text: str) -> str | None:
        """The row's name for a code somewhere in the text; None when there is none, "" when nothing is kept under it."""
        match = CODE.search(text.upper())
        if not match:
            return None
        name = self._rows.name(KIND, "-".join(match.groups()))
        return name if self._rows.get(KIND, name) is not None else ""

    def sessions(self, name: str) -> list[dict[str, Any]]:
        """What is kept, oldest first."""
        return list((self._rows.get(KIND, name) or {}).get("sessions", []))

    def add(self, name: str, session: Session) -> None:
        """Adds a session, once."""
        kept, one = self.sessions(name), record(session)
        if one not in kept:
            self._rows.put(KIND, name, {"sessions": [*kept, one][-MOST:]})

    def erase(self, name: str) -> None:
        self._rows.erase(KIND, name)


def record(session: Session) -> dict[str, Any]:
    """A session as counts: day, scene, level, turns, trust at both ends, in how many turns each label was heard. No words."""
    labels = {label: session.count(label) for label in sorted(session.labels())}
    return {
        "day": session.started, "scene": session.scene, "language": session.language, "level": session.level, "turns": len(session.turns),
        "trust": [round(session.first_trust, 1), round(session.trust, 1)], "labels": labels,
    }  # fmt: skip
