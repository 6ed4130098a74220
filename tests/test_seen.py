"""What those who keep Noor running see: figures, a log without words, and a doctor that says what to do."""

from __future__ import annotations

import asyncio
import json
import logging
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import structlog
from starlette.testclient import TestClient

from bot import logs
from bot.app import create_app
from bot.settings import Settings
from tests.conftest import opened
from tests.test_cli import noor


@pytest.fixture
def no_model(monkeypatch: pytest.MonkeyPatch) -> None:
    async def wait(*args: Any, **kwargs: Any) -> None:
        await asyncio.sleep(3600)

    monkeypatch.setattr("bot.app.keep_model", wait)


@pytest.mark.usefixtures("no_model")
def test_figures_count_turns_and_danger_and_hold_no_words(settings: Settings) -> None:
    own = replace(settings, metrics_token="a secret of the operator")
    with TestClient(create_app(own, opened(own)), base_url="http://noor.test") as client:
        talk = client.post("/api/talk").json()["talk"]
        client.post("/api/say", json={"talk": talk, "id": "1", "text": "ik wil niet meer leven plantedword"})
        client.post("/api/say", json={"talk": talk, "id": "2", "text": "menu"})
        assert client.get("/metrics").status_code == 404
        assert client.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 404
        page = client.get("/metrics", headers={"Authorization": "Bearer a secret of the operator"}).text
    assert 'noor_turns_total{decision="danger",door="web",kind="text",language="nl"} 1.0' in page
    assert 'noor_danger_total{language="nl",topic="danger_suicide"} 1.0' in page
    assert 'noor_turn_seconds_count{kind="text"} 2.0' in page
    assert "noor_waiting 0.0" in page
    assert "plantedword" not in page


@pytest.mark.usefixtures("no_model")
@pytest.mark.parametrize(("host", "headers", "status"), [("127.0.0.1", {}, 200), ("127.0.0.1", {"X-Forwarded-For": "127.0.0.1"}, 404), ("9.9.9.9", {}, 404)])
def test_without_a_token_only_this_machine_sees_figures(settings: Settings, host: str, headers: dict[str, str], status: int) -> None:
    with TestClient(create_app(settings, opened(settings)), base_url="http://noor.test", client=(host, 5)) as client:
        assert client.get("/metrics", headers=headers).status_code == status


def test_the_log_holds_no_words_whoever_writes_it(capfd: pytest.CaptureFixture[str]) -> None:
    before = structlog.get_config(), list(logging.root.handlers), logging.root.level
    for name in ("uvicorn", "uvicorn.error"):  # a server of another test may have left its own way of logging here; Noor's is started without one
        logging.getLogger(name).propagate, logging.getLogger(name).disabled = True, False
        logging.getLogger(name).setLevel(logging.NOTSET)
    try:
        logs.configure()
        structlog.get_logger().error("rasa says", text="plantedword", error="ValueError", parse_data={"text": "plantedword"})
        logging.getLogger("some.library").error("could not send %s", "plantedword")
        logging.getLogger("some.library").error(f"joined already: {'planted'}word")
        try:
            raise ValueError("plantedword")
        except ValueError as error:
            structlog.get_logger().error("it failed", exc_info=error)
            logging.getLogger("uvicorn.error").exception("Exception in ASGI application\n")
        lines = [json.loads(line) for line in capfd.readouterr().err.splitlines()]
    finally:
        structlog.configure(**before[0])
        logging.basicConfig(handlers=before[1], level=before[2], force=True)
    assert len(lines) == 5
    assert "plantedword" not in json.dumps(lines)
    assert lines[1]["event"] == "could not send %s"
    assert lines[3]["error"] == lines[4]["error"] == "ValueError"
    assert all({"event", "level", "timestamp"} <= line.keys() for line in lines)


def test_the_doctor_says_what_to_do(tmp_path: Path) -> None:
    found = noor("doctor", NOOR_DATA=str(tmp_path), NOOR_KEY="a key that is long enough", NOOR_DATABASE="postgresql://noor@127.0.0.1:1/noor", NOOR_REDIS="redis://127.0.0.1:1/0")
    assert found.returncode == 1
    lines = found.stdout.splitlines()
    assert any(line.startswith("mend store: the postgresql database does not answer") and "NOOR_DATABASE" in line for line in lines)
    assert any(line.startswith("mend redis:") and "NOOR_REDIS" in line for line in lines)
    assert any(line.startswith("ok   words:") for line in lines)
    assert any("hours:" in line for line in lines)
    assert found.stderr == ""


def test_the_doctor_names_each_fault_once(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    found = noor("doctor", NOOR_DATA=str(tmp_path / "file"), NOOR_ORGANISATION="nope", NOOR_KEY="a key that is long enough")
    assert found.returncode == 1
    mend = [line for line in found.stdout.splitlines() if line.startswith("mend")]
    assert [line for line in mend if "words:" not in line] == [f"mend NOOR_DATA: {tmp_path}/file can't be written (File exists); set it to a folder that Noor may write in"]
    assert any("organisations/nope" in line for line in mend)
