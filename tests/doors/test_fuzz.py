"""Random frames at the real door: it stays up, and nobody is shown a word of another talk. `python -m bench.fuzz` sends ten thousand."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bench.fuzz import TALKS, storm
from bot.app import create_app
from bot.settings import Settings
from bot.store import limits
from tests.browser.conftest import listening
from tests.conftest import opened


def test_a_storm_of_random_frames(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(*args: Any, **kwargs: Any) -> None:
        return

    monkeypatch.setattr("bot.app.keep_model", never)
    monkeypatch.setattr(limits.Limit, "_here", lambda self, name, cost: True)
    with listening(create_app(settings, opened(settings))) as address:
        shown, faults = asyncio.run(storm(address, 600, 7))
    assert faults == []
    assert shown > 10 * TALKS
