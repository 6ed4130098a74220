"""Random frames and Telegram updates at the real doors: they stay up, and nobody is shown a word of another talk. `python -m bench.fuzz` sends ten thousand."""

from __future__ import annotations

import asyncio
import socket
import threading
from dataclasses import replace
from typing import Any

import pytest
import uvicorn

from bench import fuzz_telegram
from bench.fuzz import TALKS, storm
from bot.app import create_app
from bot.settings import Settings
from bot.store import limits
from tests.browser.conftest import listening
from tests.conftest import opened
from tests.doors.bot_api import TOKEN, BotApi


def test_a_storm_of_random_frames(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(*args: Any, **kwargs: Any) -> None:
        return

    monkeypatch.setattr("bot.app.keep_model", never)
    monkeypatch.setattr(limits.Limit, "_here", lambda self, name, cost: True)
    with listening(create_app(settings, opened(settings))) as address:
        shown, faults = asyncio.run(storm(address, 600, 7))
    assert faults == []
    assert shown > 10 * TALKS


def test_a_storm_of_random_telegram_updates(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(*args: Any, **kwargs: Any) -> None:
        return

    monkeypatch.setattr("bot.app.keep_model", never)
    bound = socket.create_server(("127.0.0.1", 0))
    base = f"http://127.0.0.1:{bound.getsockname()[1]}"
    with BotApi() as api:
        own = replace(settings, telegram_token=TOKEN, telegram_api_base=api.address, telegram_secret=fuzz_telegram.SECRET, public_url=base)
        server = uvicorn.Server(uvicorn.Config(create_app(own, opened(own)), log_level="critical", ws="none"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]}, daemon=True)
        thread.start()
        shown, faults = asyncio.run(fuzz_telegram.storm(base, api, 240, 5))
        server.should_exit = True
        thread.join(20)
    assert faults == []
    assert shown > fuzz_telegram.PEOPLE


def test_the_storm_would_see_an_answer_that_went_to_the_wrong_person() -> None:
    to = {"chat": {"id": fuzz_telegram.FIRST}}
    assert fuzz_telegram.wrong({**to, "text": "Bel 113, of gratis 0800-0113. Dag en nacht, zonder je naam. Gebeurt er nu iets of is er gevaar, bel 112."}) == ""
    assert "language" in fuzz_telegram.wrong({**to, "text": "اتصلوا بالرقم 113، أو مجانًا. ليلًا ونهارًا، وبدون ذكر الاسم. إذا كان شيء يحدث الآن أو هناك خطر، فاتصلوا."})
    assert "wrote nothing" in fuzz_telegram.wrong({"chat": {"id": 5}, "text": "Dag."})
