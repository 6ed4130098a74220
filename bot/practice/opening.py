"""Opens practice: the phrase coach is opened when it is first wanted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from bot.practice.ear import Ear, Heard
from bot.practice.history import History, Rows
from bot.practice.practice import Practice


def open_practice(root: Path, models: Path, rows: Rows) -> Practice:
    """Practice with the coach of root's data, trained into `models`; `rows` keeps histories."""

    def coach() -> Callable[[str, str, str, str], Heard]:
        from bot.practice.coach import Coach

        return Coach.open(root, models).hear_reliably

    return Practice(Ear(coach), History(rows))
