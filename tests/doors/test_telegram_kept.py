"""An update that Telegram counts as delivered is answered once, whatever happens in between: a real Noor is killed and started again."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.doors.telegram import TelegramDoor
from bot.doors.telegram_kept import KIND, TRIES, KeptUpdates
from bot.messages import Button, File, Link, Reply, Source
from bot.settings import Settings
from bot.store.locks import Locks
from tests.conftest import MONDAY, ROOT, opened
from tests.doors.bot_api import TOKEN, BotApi
from tests.doors.test_telegram import door, message, until

pytestmark = pytest.mark.anyio


@pytest.fixture
def api() -> Iterator[BotApi]:
    with BotApi() as made:
        yield made


def wait(for_what: Callable[[], Any]) -> None:
    """There is a limit only so that a broken test ends."""
    for _ in range(6000):
        if for_what():
            return
        time.sleep(0.02)
    raise AssertionError("waited in vain")


def start(api: BotApi, data: Path, port: int) -> subprocess.Popen[bytes]:
    """A Noor with a webhook; back when it has told Telegram where it is."""
    known = len([m for m, _ in api.calls if m == "setMyCommands"])
    settings = {
        "NOOR_DATA": str(data), "NOOR_PORT": str(port), "NOOR_KEY": "killed", "TELEGRAM_TOKEN": TOKEN, "TELEGRAM_API_BASE": api.address,
        "TELEGRAM_SECRET": "s3cret", "NOOR_PUBLIC_URL": f"http://127.0.0.1:{port}",
    }  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "tests.doors.noor_alone"], cwd=ROOT, env={**os.environ, **settings}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    wait(lambda: len([m for m, _ in api.calls if m == "setMyCommands"]) >= known + 5 or process.poll() is not None)
    assert process.poll() is None
    wait(lambda: reached(port))
    return process


def reached(port: int) -> bool:
    import httpx

    try:
        return httpx.get(f"http://127.0.0.1:{port}/health").status_code == 200
    except httpx.HTTPError:
        return False


def kill(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGKILL)
    process.wait()


def test_killed_between_receipt_and_answer_it_answers_once_after_the_start(api: BotApi, tmp_path: Path) -> None:
    from bench.servers import free_port

    port = free_port()
    noor = start(api, tmp_path, port)
    try:
        api.holding = True
        # The turn is taken and kept, the answer is on its way and never arrives.
        assert api.push(message=message(text="ik wil niet meer leven"))
        wait(lambda: api.held)
        # Received, and killed at once: before, during or after the turn.
        other = {**message(text="help"), "chat": {"id": 8, "type": "private", "first_name": "V"}}
        assert api.deliver({"update_id": 5000, "message": other}) == 200
        kill(noor)
        api.holding = False
        assert api.sent == []
        noor = start(api, tmp_path, port)
        wait(lambda: len({m["chat"]["id"] for m in api.sent}) == 2)
        assert api.deliver({"update_id": 5000, "message": other}) == 200  # Telegram was not sure either
        assert api.deliver({"update_id": 5001, "message": {**other, "text": "menu"}}) == 200
        wait(lambda: len([m for m in api.sent if m["chat"]["id"] == 8]) >= 2)
        kill(noor)
        noor = start(api, tmp_path, port)  # nothing is left to be answered
        assert api.deliver({"update_id": 5002, "message": {**other, "text": "help"}}) == 200
        wait(lambda: len([m for m in api.sent if m["chat"]["id"] == 8]) >= 3)
    finally:
        kill(noor)
    first = [m["text"] for m in api.sent if m["chat"]["id"] == 7]
    assert len(first) == 1
    assert "113" in first[0]
    assert len([m for m in api.sent if m["chat"]["id"] == 8]) == 3


async def test_of_an_answer_in_two_messages_the_second_alone_comes_after_the_start(settings: Settings, api: BotApi) -> None:
    async with door(settings, api) as service:
        api.holding, api.take = True, 1
        api.push(message=message(text="laat zien"))  # words, and then the card
        while not api.held:
            await asyncio.sleep(0.02)
        rows = dict(service.kept.rows(KIND))
        api.holding = False
        await until(api, 1)
    api.sent[1:] = []  # the door was not killed: what it still sent goes, and the row as it stood comes back
    service = opened(settings)
    for name, row in rows.items():
        service.kept.put(KIND, name, row)
    service.close()
    async with door(settings, api) as service:
        sent = await until(api, 2)
        await asyncio.sleep(0)
    assert ["photo" in m for m in sent] == [False, True]
    service = opened(settings)
    assert service.kept.rows(KIND) == []
    service.close()


async def test_an_update_that_kills_each_time_is_given_up(settings: Settings, api: BotApi) -> None:
    service = opened(settings)
    service.kept.put(KIND, "1", {"update": {"update_id": 1, "message": message(text="menu")}, "tries": 0, "replies": {}, "sent": 0})
    for _ in range(TRIES):
        assert [u["update_id"] for u in KeptUpdates(service.kept, Locks()).waiting()] == [1]
    assert KeptUpdates(service.kept, Locks()).waiting() == []
    assert service.kept.rows(KIND) == []
    service.close()


async def test_a_store_that_is_away_costs_no_answer(settings: Settings, api: BotApi, monkeypatch: pytest.MonkeyPatch) -> None:
    from sqlalchemy.exc import OperationalError

    def away(*args: Any, **kwargs: Any) -> Any:
        raise OperationalError("", {}, Exception())

    async with door(settings, api) as service:
        for call in ("get", "put", "rows", "drop"):
            monkeypatch.setattr(service.kept, call, away)
        api.push(message=message(text="ik wil niet meer leven"))
        sent = await until(api, 1)
    assert "113" in sent[0]["text"]


async def test_replies_come_back_as_they_were(settings: Settings) -> None:
    service = opened(settings)
    updates = KeptUpdates(service.kept, Locks())
    given = [
        Reply("x", "tekst", "nl", (Button("menu", "Menu"),), (Link("112", "tel:112"),), (Source("s", "https://x.test"),), MONDAY.date(), True, "practice",
              File("card", "kaart.png", "image/png"))
    ]  # fmt: skip
    service.kept.put(KIND, f"{5:020d}", {"update": {}, "tries": 0, "replies": {}, "sent": 0})
    async with updates.answering(5) as still:
        assert still
        updates.answered(5, "5", given)
        assert KeptUpdates(service.kept, Locks()).waiting() == [{}]
        assert updates.replies(5, "5") == given
    async with updates.answering(5) as still:
        assert not still
    service.close()


async def test_what_another_process_was_killed_over_is_taken_over(settings: Settings, api: BotApi, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.doors.telegram.LEFT_ALONE", 0.05)
    service = opened(settings)
    made = TelegramDoor(service, replace(settings, telegram_token=TOKEN, telegram_api_base=api.address, redis="redis://not-asked-here"))
    await made.start()
    service.kept.put(KIND, f"{9:020d}", {"update": {"update_id": 9, "message": message(text="menu")}, "tries": 0, "replies": {}, "sent": 0})
    sent = await until(api, 1)
    await made.stop()
    service.close()
    assert len(sent) == 1
