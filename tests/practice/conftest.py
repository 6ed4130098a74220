"""A professional who practises with the project's own scenes; the coach hears what stands beside each line of players.py."""

from __future__ import annotations

import pytest

from bot.answers import Answers
from bot.practice.book import PracticeBook
from bot.practice.history import Fleeting, History
from bot.practice.practice import Practice
from bot.safety import Safety
from bot.turn import Turn
from bot.understand import Understanding
from tests.conftest import Person
from tests.practice.players import ear


@pytest.fixture(scope="session")
def book(words: tuple[Answers, Safety]) -> PracticeBook:
    return words[0].practice


@pytest.fixture
def professional(words: tuple[Answers, Safety]) -> Person:
    """Somebody at a Noor without a model: practice must not need one."""
    return Person(Turn(*words, Understanding(lambda path: None), practice=Practice(ear(), History(Fleeting()))))  # type: ignore[arg-type, return-value]
