"""The figures of the README can't fall without notice. Floors lie a little below what was measured; `noor eval` prints the figures."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.evaluation import Score, held_back, measure, model_parser, noor_reader
from tests.conftest import ROOT

# file: right straight, in the first three, wrong at most, danger found, precision of danger, scope caught, language right
FLOORS = {
    "nl": (0.85, 0.95, 0.07, 0.975, 0.72, 0.82, 0.98),
    "en": (0.80, 0.94, 0.06, 0.96, 0.68, 0.82, 0.98),
    "tr": (0.92, 0.96, 0.05, 0.97, 0.80, 0.82, 0.98),
    "ar": (0.87, 0.95, 0.05, 0.97, 0.75, 0.80, 0.98),
    "ary-arab": (0.80, 0.93, 0.08, 0.95, 0.72, 0.60, 0.98),
    "ary-latn": (0.83, 0.95, 0.06, 0.94, 0.75, 0.80, 0.95),
}


@pytest.fixture(scope="module")
def scores(model: Path) -> dict[str, Score]:
    read = noor_reader(ROOT, model_parser(model))
    return {language: measure(lines, language.split("-")[0], read) for language, lines in held_back(ROOT, list(FLOORS)).items()}


@pytest.mark.parametrize("language", FLOORS)
def test_held_back_messages_are_understood(scores: dict[str, Score], language: str) -> None:
    score, (right, three, wrong, found, precision, scope, spoken) = scores[language], FLOORS[language]
    assert score.right / score.asked_of >= right
    assert score.in_three / score.asked_of >= three
    assert score.wrong / score.asked_of <= wrong
    assert score.found / score.danger >= found
    assert score.found / (score.found + score.false_alarms) >= precision
    assert score.caught / score.outside >= scope
    assert score.language_right / score.languages >= spoken
