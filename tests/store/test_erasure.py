"""Erased means gone from the files: proven by reading every byte of them, before and after."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.messages import Message
from bot.settings import Settings
from bot.store.kept import Kept, key_from
from bot.store.tables import KEPT, SAID
from tests.conftest import MONDAY, opened


def ciphertexts(kept: Kept) -> list[bytes]:
    """A piece of every row as it lies on the disk."""
    with kept._engine.connect() as connection:
        rows = [*connection.execute(sa.select(KEPT.c.data)), *connection.execute(sa.select(SAID.c.data))]
        return [bytes(data)[60:120] for (data,) in rows]


def on_disk(folder: Path, pieces: list[bytes]) -> int:
    """How many of the pieces stand in any file."""
    everything = b"".join(p.read_bytes() for p in folder.rglob("*") if p.is_file())
    return sum(piece in everything for piece in pieces)


def written(folder: Path) -> tuple[Kept, list[bytes]]:
    """A store with rows of several sizes, each written three times; every ciphertext there ever was."""
    kept, pieces = Kept(f"sqlite:///{folder}/k.db", key_from("secret", folder)), []
    for version in range(3):
        for i in range(20):
            kept.put("talk", f"t{i}", {"text": f"{version}" * (50 + 700 * i)}, [{"seq": version + 1, "text": "said" * 30 * i}])
        pieces += ciphertexts(kept)
    assert on_disk(folder, pieces) >= 20
    return kept, pieces


def test_erased_at_once_is_gone_from_every_file(tmp_path: Path) -> None:
    kept, pieces = written(tmp_path)
    for i in range(20):
        kept.erase("talk", f"t{i}")
    assert on_disk(tmp_path, pieces) == 0


def test_erased_after_silence_is_gone_from_every_file(tmp_path: Path) -> None:
    kept, pieces = written(tmp_path)
    assert kept.erase_silent(("talk",), -1) == 20
    assert on_disk(tmp_path, pieces) == 0


@pytest.mark.anyio
async def test_a_talk_erased_on_request_is_gone_from_every_file(settings: Settings) -> None:
    service = opened(settings)
    await service.handle("web", "a", Message("a", MONDAY, text="ik wil niet meer leven"))
    await service.handle("web", "a", Message("a", MONDAY, text="wis dit gesprek"))
    service.kept.put("tracker", service.look("web", "a").id, {"events": ["said"] * 50})
    pieces = ciphertexts(service.kept)
    assert on_disk(settings.data, pieces) == len(pieces) == 2
    await service.handle("web", "a", Message("a", MONDAY, tap="erase:yes"))
    assert on_disk(settings.data, pieces) == 0
