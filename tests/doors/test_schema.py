"""docs/web-door.schema.json is true of the real door, and a client that somebody else could write works."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from starlette.testclient import TestClient

from bot.app import create_app
from bot.settings import Settings
from tests.browser.conftest import listening
from tests.conftest import ROOT, opened

SCHEMA = json.loads((ROOT / "docs" / "web-door.schema.json").read_text("utf-8"))


def fits(value: Any, part: str) -> None:
    faults = [f"{e.json_path}: {e.message}" for e in Draft202012Validator({**SCHEMA, "$ref": f"#/$defs/{part}"}).iter_errors(value)]
    assert not faults, faults


@pytest.fixture(autouse=True)
def no_model(monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(*args: Any, **kwargs: Any) -> None:
        return

    monkeypatch.setattr("bot.app.keep_model", never)


@pytest.fixture
def client(settings: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(settings, opened(settings)), base_url="http://noor.test") as made:
        yield made


def test_the_schema_is_a_schema_and_refuses_what_it_should() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    with pytest.raises(AssertionError):
        fits({"id": "1"}, "frame")
    with pytest.raises(AssertionError):
        fits({"message": {"seq": 1, "from": "noor", "text": "x"}}, "event")
    with pytest.raises(AssertionError):
        fits({"talk": "short"}, "new_talk")


@pytest.mark.parametrize("language", ["nl", "en", "tr", "ar"])
def test_every_answer_over_http_fits(client: TestClient, language: str) -> None:
    answer = client.post("/api/talk", params={"language": language}).json()
    fits(answer, "new_talk")
    talk = answer["talk"]
    taps = ["role:parent", "topic:already_paid", "part:more", "topic:talk_to_person", "card", "menu", "languages", "topic:start_report",
            "topic:practise_start", "source", "no such button", "topic:delete_my_data", "erase:yes"]  # fmt: skip
    for number, part in enumerate([{"text": "ik wil niet meer leven"}, {"text": "😀"}, {"text": "hallo daar"}, *({"tap": t} for t in taps)]):
        frame = {"talk": talk, "id": str(number), **part}
        fits(frame, "frame")
        fits(client.post("/api/say", json=frame).json(), "messages")
    fits(client.post("/api/messages", json={"talk": talk}).json(), "messages")
    fits(client.post("/api/messages", json={"talk": "x"}).json(), "error")


def test_every_frame_of_a_socket_fits(client: TestClient) -> None:
    talk = client.post("/api/talk").json()["talk"]
    with client.websocket_connect("/api/socket") as socket:
        fits({"talk": talk, "after": 0}, "hello")
        socket.send_json({"talk": talk, "after": 0})
        socket.send_json({"ping": True})
        for number in range(30):  # more than may come at once
            socket.send_json({"id": str(number), "tap": "menu"})
        kinds = set()
        while "notice" not in kinds:
            event = socket.receive_json()
            fits(event, "event")
            kinds |= event.keys()
    assert kinds >= {"message", "ack", "notice", "pong"}


def test_too_fast_over_http_is_said_and_fits(client: TestClient) -> None:
    talk = client.post("/api/talk").json()["talk"]
    answers = [client.post("/api/say", json={"talk": talk, "id": str(n), "tap": "menu"}) for n in range(30)]
    refused = [a for a in answers if a.status_code == 429]
    assert refused
    fits(refused[0].json(), "error")
    assert "112" in refused[0].json()["notice"]


def test_the_example_client_talks_with_a_real_noor(settings: Settings) -> None:
    with listening(create_app(settings, opened(settings))) as address:
        done = subprocess.run(
            [sys.executable, str(ROOT / "docs" / "example_client.py"), address, "en"],
            input="[topic:already_paid]\nik wil niet meer leven\n",
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    assert "noor: Hello, I am Noor." in done.stdout
    assert "[part:more] " in done.stdout
    assert "-> 113" in done.stdout


def test_the_example_client_is_as_short_as_the_docs_say() -> None:
    lines = (ROOT / "docs" / "example_client.py").read_text("utf-8").count("\n")
    assert lines <= 60
    assert f"{lines} lines" in (ROOT / "docs" / "web-door.md").read_text("utf-8")
