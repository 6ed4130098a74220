"""Two hundred talks with planted details through the real service, model and Rasa; then every byte that is left behind is read."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from bot.app import create_app
from bot.settings import Settings
from bot.store import limits
from bot.store.kept import Kept, key_from
from bot.store.tables import KEPT
from bot.understand import Understanding
from tests.conftest import opened

TALKS = 200
SAY = (
    "mijn naam is {name} en mijn dochter wordt gechanteerd, bel me op {phone}",
    "my daughter is 14 and he shares her photo, he is {handle} on snap, mail {mail}",
    "benim adım {name}, kızımın fotoğrafı yayıldı, numaram {phone}, hesap {iban}",
    "اسمي {arabic} وابنتي تتعرض للابتزاز، رقمي {phone}",
    "smiti {name}, bnti kay9ra tswira dyalha f snap smito {handle}",
    "ik wil niet meer leven, ik ben {mail}",
)


def planted(i: int) -> dict[str, str]:
    """Details that stand nowhere else."""
    return {
        "name": f"Zq{chr(97 + i % 26)}{chr(97 + i // 26)}xavro",
        "phone": f"06 {41000000 + i * 7919}",
        "mail": f"zq{i}xavro@planted.example",
        "handle": f"@zq_{i}_xavro",
        "iban": f"NL91ZQXA{4170000000 + i}",
        "arabic": "زقخاف" + "ابتثجحخدذر"[i % 10] * 2,
    }


@pytest.fixture
def everything_said_to_redis(redis_server: Any) -> bytearray:
    """Every command that any process sends to Redis, as Redis itself tells it."""
    said, line = bytearray(), socket.create_connection(("127.0.0.1", redis_server.port))
    line.sendall(b"MONITOR\r\n")

    def listen() -> None:
        while part := line.recv(65536):
            said.extend(part)

    threading.Thread(target=listen, daemon=True).start()
    return said


def test_nothing_of_what_was_planted_is_left_anywhere(
    settings: Settings, redis_server: Any, everything_said_to_redis: bytearray, reader: Any, trackers: Kept, monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    async def no_model(*args: Any, **kwargs: Any) -> None:
        await asyncio.sleep(3600)

    monkeypatch.setattr("bot.app.keep_model", no_model)
    monkeypatch.setattr(limits.Limit, "_here", lambda self, name, cost: True)
    monkeypatch.setattr(limits, "_TAKE", "return 1")
    own = replace(settings, redis=redis_server.url)
    understanding = Understanding(lambda path: reader, deadline=30)
    understanding._reader = reader
    monkeypatch.setattr(understanding, "close", lambda: None)  # the model is the whole run's
    service = opened(own, understanding)
    words: list[str] = []
    with TestClient(create_app(own, service), base_url="http://noor.test") as client:
        for i in range(TALKS):
            details = planted(i)
            text = SAY[i % len(SAY)].format(**details)
            words += [part for part in details.values() if part in text]
            talk = client.post("/api/talk").json()["talk"]
            said = client.post("/api/say", json={"talk": talk, "id": "1", "text": text, "after": 0}).json()["messages"]
            assert [m["from"] for m in said][:2] == ["noor", "person"]
            client.post("/api/say", json={"talk": talk, "id": "2", "text": "menu", "after": 0})

    # 1. raw bytes: files, Rasa's store, log, Redis. Rows are encrypted, so not even ordinary words may stand there.
    folders = [settings.data, Path(trackers.engine.url.database).parent]
    raw = b"".join(p.read_bytes() for folder in folders for p in folder.rglob("*") if p.is_file())
    logged = f"{capfd.readouterr()}{caplog.text}"
    everything = raw + logged.encode() + bytes(everything_said_to_redis)
    assert everything_said_to_redis.count(b"noor:lock") > TALKS
    for word in (*words, "gechanteerd", "niet meer leven", "fotoğrafı", "للابتزاز"):
        assert word.encode() not in everything, word
    # 2. with the key: what the rows hold once they are opened.
    opened_rows = [row for kept in (Kept(own.database_url(), key_from(own.key, own.data)), trackers) for row in rows(kept)]
    assert len(opened_rows) >= 2 * TALKS  # the doors' talks and Rasa's trackers
    text = "\n".join(opened_rows)
    assert "gechanteerd" in text  # the story is there, so this reads what it should
    assert [word for word in words if word in text] == []


def rows(kept: Kept) -> list[str]:
    """Every row, opened."""
    with kept._engine.connect() as connection:
        names = list(connection.execute(sa.select(KEPT.c.kind, KEPT.c.id)))
    return [json.dumps([kept.get(kind, name), kept.said(name)], ensure_ascii=False) for kind, name in names]
