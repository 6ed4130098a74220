"""Learns the topics in a process of its own while Rasa, in another, is still being imported and reads its stories: both processors work.

`noor train` begins it; the component of config.yml takes the result. Plain `rasa train` does without and learns in its turn.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

EXAMPLES, DANGER, MEANINGS = Path("data/nlu"), Path("data/danger"), Path("data/meanings")  # the component's defaults
# glibc gives large tables back to the system and asks for them anew, page by page: that was a fifth of the learning. Other systems ignore these.
MEMORY = {"MALLOC_MMAP_MAX_": "0", "MALLOC_TRIM_THRESHOLD_": "100000000000", "MALLOC_TOP_PAD_": "200000000"}
_begun: list[tuple[subprocess.Popen[bytes], Path]] = []


@contextlib.contextmanager
def begun(root: Path) -> Iterator[None]:
    """Learning goes on while the `with` does its work."""
    with tempfile.TemporaryDirectory(prefix="noor-ahead-") as folder:
        process = subprocess.Popen([sys.executable, "-W", "ignore", "-m", "bot.nlu.ahead", folder], cwd=root, env={**os.environ, **MEMORY})  # noqa: S603  our own interpreter and module
        _begun.append((process, Path(folder)))
        try:
            yield
        finally:
            _begun.clear()
            process.kill()
            process.wait()


def taken(examples: Path, danger: Path, meanings: Path, folder: Path) -> bool:
    """Waits for what was begun and puts the saved TopicModel into `folder`; False when nothing was, or it failed."""
    if not _begun or (examples, danger, meanings) != (EXAMPLES, DANGER, MEANINGS):
        return False
    process, made = _begun[0]
    if process.wait():
        return False
    shutil.copytree(made, folder, dirs_exist_ok=True)
    return True


def learn(folder: Path) -> None:
    """The learning itself, from the present folder's data."""
    from bot.nlu.examples import danger_examples, topic_examples
    from bot.nlu.meanings import read_meanings
    from bot.nlu.topic_model import TopicModel

    TopicModel(read_meanings(MEANINGS)).fit(*topic_examples(EXAMPLES), *danger_examples(DANGER)).save(folder)


if __name__ == "__main__":
    learn(Path(sys.argv[1]))
