"""A backup is one encrypted file of one moment; restoring is all or nothing and never overwrites."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.store.backup import BackupError, backup, restore
from bot.store.kept import Kept, connect, key_from
from tests.test_cli import noor


def test_everything_comes_back_in_the_other_kind_of_database(database: str, tmp_path: Path) -> None:
    key, file = key_from("secret", tmp_path), tmp_path / "b"
    kept = Kept(database, key)
    for i in range(1200):
        kept.put("talk", f"t{i}", {"text": f"plantedword {i}"})
    assert backup(kept._engine, key, file) == 1200
    assert b"plantedword" not in file.read_bytes()
    assert file.stat().st_mode & 0o077 == 0
    other = connect(f"sqlite:///{tmp_path}/other.db")
    assert restore(other, key, file) == 1200
    assert Kept(f"sqlite:///{tmp_path}/other.db", key).get("talk", "t7") == {"text": "plantedword 7"}
    with pytest.raises(BackupError, match="not empty"):
        restore(other, key, file)
    kept.close()


@pytest.mark.parametrize("harm", ["key", "cut", "bent", "other"])
def test_a_file_that_cannot_be_used_changes_nothing(harm: str, tmp_path: Path) -> None:
    key, file = key_from("secret", tmp_path), tmp_path / "b"
    kept = Kept(f"sqlite:///{tmp_path}/k.db", key)
    for i in range(600):
        kept.put("talk", f"t{i}", {"x": i})
    backup(kept._engine, key, file)
    whole = file.read_bytes()
    if harm == "cut":
        file.write_bytes(b"\n".join(whole.split(b"\n")[:-2]) + b"\n")
    elif harm == "bent":
        file.write_bytes(whole[:-200] + (b"y" if whole[-200:-199] == b"x" else b"x") + whole[-199:])  # another sign than was there
    elif harm == "other":
        file.write_bytes(b"PK\x03\x04")
    engine = connect(f"sqlite:///{tmp_path}/new.db")
    with pytest.raises(BackupError):
        restore(engine, key_from("other", tmp_path) if harm == "key" else key, file)
    if sa.inspect(engine).has_table("kept"):
        with engine.connect() as connection:
            assert connection.execute(sa.text("SELECT count(*) FROM kept")).scalar() == 0


def test_the_commands(tmp_path: Path) -> None:
    old, new = {"NOOR_DATA": str(tmp_path / "old"), "NOOR_KEY": "k"}, {"NOOR_DATA": str(tmp_path / "new"), "NOOR_KEY": "k"}
    (tmp_path / "old").mkdir()
    kept = Kept(f"sqlite:///{tmp_path}/old/noor.db", key_from("k", tmp_path))
    kept.put("talk", "a", {"x": 1})
    kept.close()
    assert noor("backup", str(tmp_path / "b"), **old).returncode == 0
    assert noor("restore", str(tmp_path / "b"), **new).returncode == 0
    assert Kept(f"sqlite:///{tmp_path}/new/noor.db", key_from("k", tmp_path)).get("talk", "a") == {"x": 1}
    again = noor("restore", str(tmp_path / "b"), **new)
    assert (again.returncode, len(again.stderr.strip().splitlines())) == (2, 1)
    assert noor("restore", str(tmp_path / "nothing"), **new).returncode == 2
