"""Opens practice: the phrase coach is opened when it is first wanted, trained in a process of its own when its data changed."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from bot.practice.ear import Ear, Heard
from bot.practice.history import History, Rows
from bot.practice.practice import Practice

# Apart from the server, so that nobody who needs help now waits for a professional's feedback.
TRAIN = "import sys; from pathlib import Path; from bot.practice.coach import train; train(Path(sys.argv[1]), Path(sys.argv[2]))"


def open_practice(root: Path, models: Path, rows: Rows, patience: float | None = None) -> Practice:
    """Practice with the coach of root's data, trained into `models`; `rows` keeps histories.

    `patience`: seconds that a turn waits for a coach that is still being trained, and then plays on without feedback; None: as long as it takes.
    """

    def coach() -> Callable[[str, str, str, str], Heard]:
        from bot.practice.coach import Coach, model_folder

        if not model_folder(root, models).exists():
            subprocess.run([sys.executable, "-c", TRAIN, str(root.resolve()), str(models.resolve())], cwd=root, check=True, capture_output=True)  # noqa: S603
        return Coach.open(root, models).hear

    return Practice(Ear(coach, patience), History(rows))
