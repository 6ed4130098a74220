"""The folder is a regular Rasa project: what people who know Rasa type works here."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from tests.conftest import ROOT

QUIET = {"RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3", "SQLALCHEMY_SILENCE_UBER_WARNING": "1"}


def rasa(*args: str, typed: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    command = shutil.which("rasa") or str(ROOT / ".venv" / "bin" / "rasa")
    return subprocess.run(
        [command, *args], cwd=ROOT, env={**os.environ, **QUIET, **environment}, input=typed, capture_output=True, text=True, timeout=300
    )


def test_data_is_valid_without_warnings() -> None:
    result = rasa("data", "validate", "--fail-on-warnings")
    assert result.returncode == 0, result.stdout[-2000:] + result.stderr[-2000:]


def test_stories_of_whole_talks_hold(model: Path, tmp_path: Path) -> None:
    result = rasa(
        "test",
        "core",
        "--stories",
        "tests/stories",
        "--model",
        str(model),
        "--out",
        str(tmp_path),
        "--fail-on-prediction-errors",
        NOOR_DATA=str(tmp_path),
    )
    assert result.returncode == 0, result.stdout[-2000:] + result.stderr[-2000:]


def test_the_shell_answers_with_names_of_topics(model: Path, tmp_path: Path) -> None:
    result = rasa("shell", "--model", str(model), typed="mijn zoon wordt gechanteerd met een naaktfoto\n/stop\n", NOOR_DATA=str(tmp_path))
    assert "being_blackmailed" in result.stdout, result.stdout[-2000:] + result.stderr[-2000:]
