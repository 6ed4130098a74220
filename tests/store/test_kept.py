"""What is kept: encrypted, erased when asked and after silence, and never opened with another key."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.store.kept import Kept, Overtaken, Unreadable, key_from


@pytest.fixture
def kept(database: str, tmp_path: Path) -> Kept:
    return Kept(database, key_from("secret", tmp_path))


def test_rows_come_back_and_are_not_readable_on_disk(kept: Kept, tmp_path: Path) -> None:
    kept.put("talk", "a", {"text": "planted-word"})
    kept.put("talk", "a", {"text": "planted-word two"})
    assert kept.get("talk", "a") == {"text": "planted-word two"}
    assert not any(b"planted-word" in p.read_bytes() for p in tmp_path.iterdir() if p.is_file())


def test_what_was_said_is_written_with_its_talk_and_only_the_newest_is_kept(kept: Kept, tmp_path: Path) -> None:
    for seq in range(1, 301):
        kept.put("talk", "a", {"seq": seq}, [{"seq": seq, "text": f"planted {seq}"}])
    kept.put("talk", "a", {"seq": 300}, [{"seq": 300, "text": "planted 300"}])  # again, because the answer was lost on the way
    with pytest.raises(Overtaken):
        kept.put("talk", "a", {"seq": 300}, [{"seq": 300, "text": "of somebody else"}])
    assert [e["seq"] for e in kept.said("a", 297)] == [298, 299, 300]
    assert [e["seq"] for e in kept.said("a")] == list(range(101, 301))
    assert not any(b"planted" in p.read_bytes() for p in tmp_path.iterdir() if p.is_file())
    kept.erase("talk", "a")
    assert kept.said("a") == []


def test_another_key_opens_nothing(kept: Kept, database: str, tmp_path: Path) -> None:
    kept.put("talk", "a", {"x": 1})
    with pytest.raises(Unreadable):
        Kept(database, key_from("other", tmp_path)).get("talk", "a")


def test_erasing_and_silence(kept: Kept) -> None:
    kept.put("talk", "a", {"x": 1})
    kept.put("talk", "b", {"x": 1})
    kept.erase("talk", "a")
    assert kept.get("talk", "a") is None
    assert kept.erase_silent(("talk",), 3600) == 0
    assert kept.erase_silent(("talk",), -1) == 1


def test_a_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    first = key_from("", tmp_path)
    assert key_from("", tmp_path) == first
    assert os.stat(tmp_path / "key").st_mode & 0o077 == 0


def test_a_person_cannot_be_read_back_from_the_name(kept: Kept) -> None:
    name = kept.name("telegram", "123456")
    assert "123456" not in name
    assert name == kept.name("telegram", "123456") != kept.name("web", "123456")
