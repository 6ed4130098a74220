"""docs/hazards.md names a test for each hazard, and that test is there. Below it: guards of hazards that belong to no one module."""

from __future__ import annotations

import ast
import asyncio
import re
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient
from structlog.testing import capture_logs

from bot.answers import Answers
from bot.app import create_app
from bot.conversation import Talk
from bot.messages import Message
from bot.nlu.normalise import words as folded
from bot.safety import Safety
from bot.settings import Settings
from bot.understand import Understanding, danger_in, understood
from tests.conftest import MONDAY, ROOT, opened

HEADS = ["hazard", "how it could happen", "what prevents it", "test that guards it", "what is left"]
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


def rows(text: str) -> list[list[str]]:
    """The table's rows, each as its five cells."""
    cells = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in text.splitlines() if line.startswith("|")]
    return [row for row in cells if row != HEADS and not all(set(cell) <= set("-: ") for cell in row)]


def faults(text: str, root: Path) -> list[str]:
    """Every row that no test guards, and every named test that is not there."""
    found = []
    for row in rows(text):
        if len(row) != len(HEADS):
            found.append(f"{row[0]}: has {len(row)} cells, not {len(HEADS)}")
            continue
        named = NAMED.findall(row[3])
        if not named and "not built yet" not in " ".join(row):
            found.append(f"{row[0]}: no test guards it")
        found += [f"{row[0]}: {path}::{name} is not there" for path, name in named if name not in functions(root / path)]
    return found


def functions(path: Path) -> set[str]:
    """The names of the functions at the top of a file; none when it is not there."""
    if not path.exists():
        return set()
    return {n.name for n in ast.parse(path.read_text("utf-8")).body if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)}


def test_every_hazard_has_a_test_that_exists() -> None:
    text = (ROOT / "docs" / "hazards.md").read_text("utf-8")
    assert len(rows(text)) >= 8  # one at least for each thing that must never happen
    assert faults(text, ROOT) == []


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("| H1 x | a | b | - | c |", "no test guards it"),
        ("| H1 x | a | b | `tests/test_hazards.py::test_nowhere` | c |", "is not there"),
        ("| H1 x | a | b | `tests/nowhere.py::test_x` | c |", "is not there"),
        ("| H1 x | a | b |", "cells"),
        ("| H1 x | a | not built yet | `tests/test_hazards.py::test_nowhere` | c |", "is not there"),
    ],
)
def test_a_bad_row_is_named(row: str, why: str) -> None:
    found = faults(row, ROOT)
    assert len(found) == 1
    assert why in found[0]


def test_a_row_of_a_feature_that_is_not_there_may_wait() -> None:
    assert faults("| H1 x | a | not built yet | - | c |", ROOT) == []


# --- guards -----------------------------------------------------------------------------------------------------------


def test_every_danger_answer_has_a_number_to_call(words: tuple[Answers, Safety]) -> None:
    answers, missing = words[0], []
    for name, topic in answers.content.topics.items():
        for language in answers.content.spoken() if topic.group == "danger" else ():
            reply = answers.topic(name, Talk("x", language=language), MONDAY)
            if not any(link.href.startswith("tel:") for link in reply.links) or not reply.urgent:
                missing.append((name, language))
    assert missing == []


@pytest.mark.parametrize(
    ("rule", "alarm", "model", "danger"),
    [
        ("danger_suicide", 0.2, "", "danger_suicide"),  # the rule alone
        ("", 0.9, "danger_honour", "danger_honour"),  # the model alone
        ("danger_suicide", 0.01, "", ""),  # the model is sure that it is calm
    ],
)
def test_a_rule_or_the_model_is_enough(rule: str, alarm: float, model: str, danger: str) -> None:
    parsed = {"noor": {"decision": "danger" if model else "answer", "danger": alarm, "danger_topic": model or "danger_suicide"}}
    assert danger_in(rule, understood(parsed)) == danger


def test_a_rule_decides_alone_when_there_is_no_model() -> None:
    assert danger_in("danger_suicide", None) == "danger_suicide"


def test_the_question_of_fault_is_answered_with_no(words: tuple[Answers, Safety]) -> None:
    no = {"nl": "Nee", "en": "No", "tr": "Hayır", "ar": "لا"}
    texts = words[0].content.topics["is_it_her_own_fault"].texts
    assert {code: folded(texts[code].short)[0] for code in no} == {code: folded(word)[0] for code, word in no.items()}


class Failing:
    """A Rasa that fails with the person's words in its error."""

    async def parse(self, text: str) -> dict[str, Any]:
        raise RuntimeError(text)

    async def names(self, talk: str, text: str, parsed: dict[str, Any]) -> list[dict[str, Any]]:
        raise RuntimeError(text)

    def close(self) -> None: ...


@pytest.mark.anyio
async def test_no_words_of_people_in_a_log_when_something_fails(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    understanding = Understanding(lambda path: Failing())
    understanding._reader = Failing()
    service = opened(settings, understanding)

    def full(kind: str, row: str, data: dict[str, Any]) -> None:
        raise OSError(28, str(data))

    monkeypatch.setattr(service.kept, "put", full)
    with capture_logs() as logged:
        await service.handle("web", "plantedperson", Message("a", MONDAY, text="plantedword staat op snapchat"), "1")
    said = capfd.readouterr()
    assert {"rasa did not answer", "the store fails; talks are held in memory until it is back"} <= {line["event"] for line in logged}
    assert "planted" not in f"{logged}{caplog.text}{said.out}{said.err}"


def test_one_page_never_sees_the_talk_of_another(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    async def no_model(*args: Any, **kwargs: Any) -> None:
        await asyncio.sleep(3600)

    monkeypatch.setattr("bot.app.keep_model", no_model)
    app = create_app(settings, opened(settings))
    with TestClient(app, base_url="http://noor.test") as client:
        one, other = (client.post("/api/talk").json()["talk"] for _ in range(2))
        client.post("/api/say", json={"talk": one, "id": "1", "text": "plantedword staat op snapchat", "after": 0})
        seen = client.post("/api/messages", json={"talk": other, "after": 0}).text
    assert one != other
    assert "plantedword" not in seen
