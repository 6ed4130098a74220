"""What a person can mend is one clear line and exit code 2."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from bot.settings import SettingError, from_environment
from tests.conftest import ROOT
from tests.doors.bot_api import BotApi


def noor(*args: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot.cli", *args], cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, timeout=120
    )


def test_a_port_in_use(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        result = noor("serve", NOOR_PORT=str(taken.getsockname()[1]), NOOR_DATA=str(tmp_path))
    assert result.returncode == 2
    assert "NOOR_PORT" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    result = noor("serve", NOOR_PORT="0", NOOR_DATA=str(tmp_path / "file" / "data"))
    assert result.returncode == 2
    assert len(result.stderr.strip().splitlines()) == 1


def test_the_file_that_tells_a_homeserver_of_noor() -> None:
    result = noor("matrix", "registration")
    assert result.returncode == 2
    assert "NOOR_MATRIX_URL" in result.stderr
    given = {
        "NOOR_MATRIX_URL": "http://127.0.0.1:8008", "NOOR_MATRIX_AS_TOKEN": "one", "NOOR_MATRIX_HS_TOKEN": "two",
        "NOOR_MATRIX_USERS": "@els:example.org,@ali:example.org", "NOOR_PUBLIC_URL": "https://noor.example.org",
    }  # fmt: skip
    made = yaml.safe_load(noor("matrix", "registration", **given).stdout)
    assert (made["as_token"], made["hs_token"], made["url"], made["sender_localpart"]) == ("one", "two", "https://noor.example.org", "noor")
    assert re.fullmatch(made["namespaces"]["users"][0]["regex"], "@noor:example.org")
    assert not re.fullmatch(made["namespaces"]["users"][0]["regex"], "@els:example.org")
    assert re.fullmatch(made["namespaces"]["aliases"][0]["regex"], "#noor_desk:example.org")


def test_a_token_that_telegram_refuses(tmp_path: Path) -> None:
    with BotApi() as api:
        result = noor("serve", NOOR_PORT="0", NOOR_DATA=str(tmp_path), TELEGRAM_TOKEN="1:wrong", TELEGRAM_API_BASE=api.address)
    assert result.returncode == 2
    assert "TELEGRAM_TOKEN" in result.stderr


@pytest.mark.parametrize(
    "environment",
    [
        {"NOOR_PORT": "many"},
        {"NOOR_PORT": "70000"},
        {"TELEGRAM_TOKEN": "nonsense"},
        {"NOOR_PUBLIC_URL": "noor.nl"},
        {"NOOR_DEADLINE": "soon"},
    ],
)
def test_a_wrong_setting_names_itself_and_what_to_write(environment: dict[str, str]) -> None:
    with pytest.raises(SettingError, match=next(iter(environment))):
        from_environment(environment)


def test_a_missing_organisation_names_those_there_are(tmp_path: Path) -> None:
    result = noor("serve", NOOR_PORT="0", NOOR_DATA=str(tmp_path), NOOR_ORGANISATION="nobody")
    assert result.returncode == 2
    assert "qpido" in result.stderr


def test_every_setting_is_documented() -> None:
    from bot.settings import NAMES

    text = (ROOT / "docs" / "running.md").read_text("utf-8")
    assert all(f"`{name}`" in text for name in NAMES)


def test_understand_and_chat_speak_json_lines(model: Path) -> None:
    lines = '{"id": 1, "text": "mijn zoon wordt gechanteerd met een naaktfoto"}\n{"id": 2, "text": ""}\n{"id": 3, "text": "ik wil dood"}\n'
    result = subprocess.run(
        [sys.executable, "-m", "bot.cli", "understand", "--jsonl"], cwd=ROOT, input=lines, capture_output=True, text=True, timeout=120
    )
    import json

    read = [json.loads(line) for line in result.stdout.splitlines()]
    assert [r["id"] for r in read] == [1, 2, 3]
    assert read[0]["topic"] == "being_blackmailed"
    assert len(read[0]["candidates"]) >= 3
    assert {"entity": "relation", "value": "son", "start": 5, "end": 9} in read[0]["entities"]
    assert read[2]["decision"] == "danger"
    assert read[2]["danger"] == "danger_suicide"


def test_a_scene_is_drawn_and_one_that_is_not_there_names_the_others() -> None:
    drawn = noor("practice", "graph", "mother_ashamed")
    assert drawn.returncode == 0
    assert drawn.stdout.startswith("digraph scene {") and drawn.stdout.endswith("}\n")
    assert drawn.stdout.count('"') % 2 == drawn.stdout.count('\\"') % 2
    missing = noor("practice", "graph", "nobody")
    assert missing.returncode == 2
    assert "mother_ashamed" in missing.stderr
    assert "mother_ashamed" in noor("practice", "scenes").stdout
