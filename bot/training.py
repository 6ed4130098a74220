"""Trains the model when data changed, in a process of its own: `python -m bot.training`. The running model serves until then.

A model is named after its inputs, so that an existing file means nothing changed. Editing a text under content/ needs no training.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
from functools import lru_cache
from pathlib import Path

INPUTS = (
    "config.yml", "domain.yml", "data/nlu/**/*.yml", "data/rules/*.yml", "data/stories/*.yml", "data/lexicon/*.yml", "data/danger/*.yml", "data/meanings/*.yml",
    "data/greetings/*.yml", "content/organisations.*.yml", "bot/nlu/*.py",
)  # fmt: skip
KEPT = 3  # models: the present one and two to go back to


def model_path(root: Path, models: Path) -> Path:
    """Where the model of the present data is, or will be: models/noor-<hash>.tar.gz. Asked every few seconds: files are read again when one changed."""
    paths = [path for pattern in INPUTS for path in sorted(root.glob(pattern))]
    stamps = tuple((path, stat.st_mtime_ns, stat.st_size) for path in paths for stat in [path.stat()])
    return models / f"noor-{_hash(root, stamps)}.tar.gz"


@lru_cache(maxsize=1)
def _hash(root: Path, stamps: tuple[tuple[Path, int, int], ...]) -> str:
    digest = hashlib.sha256()
    for path, _, _ in stamps:
        digest.update(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


def newest_model(models: Path) -> Path | None:
    """The model trained last, whatever its data; None when there is none."""
    return max(models.glob("noor-*.tar.gz"), key=lambda p: p.stat().st_mtime, default=None)


def train_apart(root: Path, models: Path) -> subprocess.Popen[str]:
    """Starts training; its lines are progress, its exit code 0 means model_path() is there."""
    return subprocess.Popen(  # noqa: S603  our own interpreter and module
        [sys.executable, "-m", "bot.training", str(root), str(models)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=root,
    )


def main(root: Path, models: Path) -> int:
    """Trains here and now; prints what it does. 0 when the model is there."""
    import contextlib
    import io
    import os

    from bot.nlu import ahead
    from bot.nlu.quiet import quiet

    os.chdir(root)
    path = model_path(root, models)
    models.mkdir(parents=True, exist_ok=True)
    print("Reading the examples and learning from them (about a minute)...", flush=True)
    with contextlib.redirect_stdout(io.StringIO()) as said, ahead.begun(root):
        quiet()
        from rasa.engine.storage.local_model_storage import TarSafe
        from rasa.model_training import train

        pack = TarSafe.gzopen  # the densest packing took fourteen seconds and saved a tenth of the file
        TarSafe.gzopen = lambda *args, **kwargs: pack(*args, **{**kwargs, "compresslevel": 1})
        result = train(
            "domain.yml",
            "config.yml",
            ["data/nlu", "data/rules", "data/stories"],
            str(models),
            fixed_model_name=path.name.removesuffix(".tar.gz"),
            force_training=True,
            core_additional_arguments={"augmentation_factor": 0},  # stories strung together are for policies that learn; ours look up
        )
    if result.code != 0 or not path.exists():
        print(said.getvalue(), flush=True)
        return 1
    for old in sorted(models.glob("noor-*.tar.gz"), key=lambda p: p.stat().st_mtime)[:-KEPT]:
        old.unlink()
    print(f"Trained: {path.name}, {path.stat().st_size / 1e6:.0f} MB", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()))
