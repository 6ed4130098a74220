"""Shared parts: the project's own words and rules, and the trained model where a test needs the real one."""

from __future__ import annotations

import ast
import datetime
import functools
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.answers import Answers
from bot.apart import Apart
from bot.conversation import Talk
from bot.messages import Message, Reply
from bot.safety import Safety
from bot.service import Service, load_words
from bot.settings import Settings
from bot.store.kept import Kept, key_from
from bot.turn import Turn
from bot.understand import Understanding

# CPython 3.11 counts the depth of ast.parse for all threads together (gh-106905): two at once, as Hypothesis beside a server, fail at random.
_parse, _one_at_a_time = ast.parse, threading.RLock()


def _parse_alone(*args: Any, **kwargs: Any) -> ast.AST:
    with _one_at_a_time:
        return _parse(*args, **kwargs)


ast.parse = _parse_alone  # type: ignore[assignment]

ROOT = Path(__file__).resolve().parent.parent
MONDAY = datetime.datetime.fromisoformat("2026-11-23T14:00:00+01:00")  # the chat is open


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@functools.cache
def project_words() -> tuple[Answers, Safety]:
    """The project's own words and rules, read once in a run."""
    answers, safety, faults = load_words(ROOT, "qpido")
    assert not faults, "\n".join(faults)
    return answers, safety


@pytest.fixture(scope="session")
def words() -> tuple[Answers, Safety]:
    return project_words()


def opened(settings: Settings, understanding: Understanding | None = None) -> Service:
    """A service with the project's words; without a model unless one is handed in."""
    return Service.open(settings, understanding or Understanding(lambda path: None), project_words())  # type: ignore[arg-type, return-value]


@pytest.fixture(scope="session")
def model() -> Path:
    """The trained model; `make test` trains it before."""
    from bot.training import model_path

    path = model_path(ROOT, ROOT / "models")
    assert path.exists(), "no trained model: run `noor train` (make test does)"
    return path


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(root=ROOT, data=tmp_path, port=0, key="a key for tests")


class Person:
    """Somebody who talks to a turn: `says` and `taps` give the replies."""

    def __init__(self, turn: Turn, at: datetime.datetime = MONDAY) -> None:
        self.turn, self.at, self.talk = turn, at, Talk("test")

    async def says(self, text: str, **more: Any) -> list[Reply]:
        return await self.turn.take(self.talk, Message("test", self.at, text=text, **more))

    async def taps(self, button: str) -> list[Reply]:
        return await self.turn.take(self.talk, Message("test", self.at, tap=button))


@pytest.fixture
def without_model(words: tuple[Answers, Safety]) -> Person:
    """A person who meets Noor while no model is loaded."""
    return Person(Turn(*words, Understanding(lambda path: None)))  # type: ignore[arg-type, return-value]


@pytest.fixture(scope="session")
def reader(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Rasa with the trained model, in its own process."""
    folder = tmp_path_factory.mktemp("rasa")
    apart = Apart(model, f"sqlite:///{folder}/rasa.db", key_from("test", folder))
    apart.folder = folder  # type: ignore[attr-defined]
    yield apart
    apart.close()


@pytest.fixture
def trackers(reader: Any) -> Iterator[Kept]:
    """The store that Rasa writes its trackers to."""
    kept = Kept(f"sqlite:///{reader.folder}/rasa.db", key_from("test", reader.folder))
    yield kept
    kept.close()


def meets(words: tuple[Answers, Safety], reader: Any, talk: str, at: datetime.datetime = MONDAY) -> Person:
    """A person who meets Noor with the real model, in a talk of her own."""
    understanding = Understanding(lambda path: reader, deadline=20)
    understanding._reader = reader
    made = Person(Turn(*words, understanding), at)
    made.talk.id = talk
    return made


@pytest.fixture
def person(words: tuple[Answers, Safety], reader: Any) -> Person:
    return meets(words, reader, f"test-{uuid.uuid4().hex}")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Any]:
    """A real PostgreSQL of this run alone."""
    from bench.servers import postgres

    with postgres() as server:
        yield server


@pytest.fixture
def redis_server(tmp_path: Path) -> Iterator[Any]:
    """A real Redis of this test alone."""
    from bench.servers import redis

    with redis(tmp_path) as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database, of each kind that Noor runs on."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/noor.db"
    return str(request.getfixturevalue("postgres_server").database())
