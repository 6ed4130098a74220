"""A model that fails stays out; the good one stays in; it recovers by itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.understand import Understanding

pytestmark = pytest.mark.anyio


class Fake:
    def __init__(self, works: bool = True) -> None:
        self.works, self.closed = works, False

    async def parse(self, text: str) -> dict[str, Any]:
        if not self.works:
            raise RuntimeError("broken")
        return {"noor": {"decision": "answer"}, "intent_ranking": [{"name": "menu", "confidence": 0.9}], "language": {"nl": 1.0}}

    async def names(self, talk: str, text: str, parsed: dict[str, Any]) -> list[dict[str, Any]]:
        return [{"topic": "menu"}]

    def close(self) -> None:
        self.closed = True


async def test_a_model_that_cannot_be_loaded_or_tried_stays_out() -> None:
    good = Fake()
    made = {"good": good, "broken": Fake(works=False)}

    def load(path: Path) -> Fake:
        return made[path.name]

    understanding = Understanding(load)
    assert await understanding.use(Path("good"))
    assert not await understanding.use(Path("broken"))
    assert not await understanding.use(Path("not-there"))
    assert understanding.ready
    assert not good.closed
    assert (await understanding.parse("x")).topic == "menu"  # type: ignore[union-attr]


async def test_a_new_model_replaces_and_closes_the_old() -> None:
    old, new = Fake(), Fake()
    understanding = Understanding(lambda path: new if path.name == "new" else old)
    await understanding.use(Path("old"))
    await understanding.use(Path("new"))
    assert old.closed


async def test_it_recovers_by_itself() -> None:
    reader = Fake()
    understanding = Understanding(lambda path: reader)
    await understanding.use(Path("x"))
    reader.works = False
    assert await understanding.parse("x") is None
    assert not understanding.ready
    reader.works = True
    understanding._failing_since -= 10  # the pause after a failure is over
    assert await understanding.parse("x") is not None
    assert understanding.ready


async def test_without_a_model_everything_is_none() -> None:
    understanding = Understanding(lambda path: Fake())
    assert await understanding.parse("x") is None
    assert await understanding.names("t", "x", None) == []  # type: ignore[arg-type]
