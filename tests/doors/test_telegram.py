"""The Telegram door against a Bot API server over HTTP, by polling and by webhook."""

from __future__ import annotations

import argparse
import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
import uvicorn

from bot.app import create_app
from bot.doors.telegram import TelegramDoor
from bot.doors.telegram_setup import TAPS, TokenRefused, check, faults, run_telegram, taps
from bot.messages import Reply
from bot.service import Service
from bot.settings import SettingError, Settings
from tests.conftest import opened
from tests.doors.bot_api import TOKEN, BotApi

pytestmark = pytest.mark.anyio
PERSON = {"id": 7, "is_bot": False, "first_name": "U", "language_code": "nl"}
CHAT = {"id": 7, "type": "private", "first_name": "U"}


@pytest.fixture
def api() -> Iterator[BotApi]:
    with BotApi() as made:
        yield made


def message(**more: Any) -> dict[str, Any]:
    return {"message_id": 1, "date": 1, "chat": CHAT, "from": PERSON, **more}


@asynccontextmanager
async def door(settings: Settings, api: BotApi) -> AsyncIterator[Service]:
    service = opened(settings)
    made = TelegramDoor(service, replace(settings, telegram_token=TOKEN, telegram_api_base=api.address))
    await made.start()
    try:
        yield service
    finally:
        await made.stop()
        service.close()


async def until(api: BotApi, count: int) -> list[dict[str, Any]]:
    """Waits until so many messages were sent; there is a limit only so that a broken test ends."""
    for _ in range(1500):
        if len(api.sent) >= count:
            break
        await asyncio.sleep(0.02)
    return api.sent


async def test_a_wrong_token_is_refused_in_one_line(settings: Settings, api: BotApi) -> None:
    with pytest.raises(TokenRefused, match="BotFather"):
        await check(replace(settings, telegram_token="1:wrong", telegram_api_base=api.address))


async def test_danger_text_buttons_and_help_line(settings: Settings, api: BotApi) -> None:
    async with door(settings, api):
        api.push(message=message(text="ik wil niet meer leven"))
        sent = await until(api, 1)
    assert "113" in sent[0]["text"]
    assert sent[0]["reply_markup"]["inline_keyboard"]


async def test_a_button_is_answered(settings: Settings, api: BotApi) -> None:
    async with door(settings, api):
        api.push(message=message(text="/start"))
        await until(api, 1)
        api.push(
            callback_query={"id": "1", "from": PERSON, "chat_instance": "x", "data": "topic:already_paid", "message": message(text="x")}
        )
        sent = await until(api, 2)
    assert len(sent) == 2
    assert any(m == "answerCallbackQuery" for m, _ in api.calls)


async def test_the_same_update_is_answered_once(settings: Settings, api: BotApi) -> None:
    async with door(settings, api):
        first = {"update_id": 5000, "message": message(text="menu")}
        api.deliver(first)
        await until(api, 1)
    async with door(settings, api):  # after a restart Telegram sends it again
        api.deliver(first)
        api.deliver({"update_id": 5001, "message": message(text="help")})  # numbers rise, or Telegram forgets it
        sent = await until(api, 2)
    assert len(sent) == 2
    assert sent[0]["text"] != sent[1]["text"]


FILE = {"file_id": "x", "file_unique_id": "y"}
MEDIA = {
    "photo": [{**FILE, "width": 1, "height": 1}], "voice": {**FILE, "duration": 1}, "video": {**FILE, "width": 1, "height": 1, "duration": 1}, "document": FILE,
    "sticker": {**FILE, "type": "regular", "width": 1, "height": 1, "is_animated": False, "is_video": False}, "location": {"latitude": 52.0, "longitude": 4.0},
    "contact": {"phone_number": "1", "first_name": "x"}, "audio": {**FILE, "duration": 1},
}  # fmt: skip


@pytest.mark.parametrize("kind", MEDIA)
async def test_media_is_refused_without_fetching_it(settings: Settings, api: BotApi, kind: str) -> None:
    async with door(settings, api):
        api.push(message=message(**{kind: MEDIA[kind]}))
        sent = await until(api, 1)
    assert len(sent) == 1
    assert not any(method == "getFile" for method, _ in api.calls)


async def test_a_caption_is_answered_first_and_its_picture_refused(settings: Settings, api: BotApi) -> None:
    async with door(settings, api):
        api.push(message=message(photo=MEDIA["photo"], caption="ik wil niet meer leven"))
        sent = await until(api, 2)
    assert "113" in sent[0]["text"]


async def test_groups_and_channels_are_left(settings: Settings, api: BotApi) -> None:
    async with door(settings, api):
        api.push(message={**message(text="hallo"), "chat": {"id": -5, "type": "group", "title": "x"}})
        for _ in range(500):
            if any(m == "leaveChat" for m, _ in api.calls):
                break
            await asyncio.sleep(0.02)
    assert [m for m, _ in api.calls if m in ("sendMessage", "leaveChat")] == ["sendMessage", "leaveChat"]


async def test_an_edited_message_is_not_answered_again(settings: Settings, api: BotApi) -> None:
    async with door(settings, api):
        api.push(edited_message=message(text="wat is sexting", edit_date=2))
        api.push(message=message(text="menu"))
        await until(api, 1)
    assert len(api.sent) == 1  # a door that has stopped has dealt with all that it got


async def test_danger_written_into_an_old_message_is_answered(settings: Settings, api: BotApi) -> None:
    async with door(settings, api):
        api.push(edited_message=message(text="ik wil niet meer leven", edit_date=2))
        sent = await until(api, 1)
    assert "113" in sent[0]["text"]


async def test_asked_to_wait_noor_waits_and_loses_nothing(settings: Settings, api: BotApi) -> None:
    async with door(settings, api):
        api.flood(2, seconds=1)
        api.push(message=message(text="ik wil niet meer leven"))
        await until(api, 1)
    assert len(api.sent) == 1
    assert api.too_early == 0


async def test_wis_erases_at_once(settings: Settings, api: BotApi) -> None:
    async with door(settings, api) as service:
        api.push(message=message(text="ik wil niet meer leven"))
        await until(api, 1)
        before = service.look("telegram", "7")
        api.push(message=message(text="/wis"))
        sent = await until(api, 2)
        after = service.look("telegram", "7")
    assert sent[1]["text"] == service.turn.answers.content.say("erase_done", "nl")
    assert before.topic == before.danger == "danger_suicide"
    assert (after.topic, after.danger) == ("", "")
    assert before.id != after.id


async def test_who_speaks_is_said_and_a_human_is_shown_as_typed(settings: Settings, api: BotApi) -> None:
    async with door(settings, api) as service:
        await service.doors["telegram"].bring("", "7", [Reply("", "<b>tot</b> & *zo*", "nl", sender="human")], [])
        await service.doors["telegram"].bring("", "7", [Reply("", "Wat **nu**?", "nl", sender="practice")], [])
    assert [m["text"] for m in api.sent] == [
        "<b>Medewerker, een mens</b>\n&lt;b&gt;tot&lt;/b&gt; &amp; *zo*",
        "<b>Oefening: een gespeelde rol</b>\nWat <b>nu</b>?",
    ]
    assert [m["quiet"] for m in api.sent] == [False, False]


async def test_each_language_has_its_commands(settings: Settings, api: BotApi) -> None:
    async with door(settings, api) as service:
        content = service.turn.answers.content
        assert list(faults(content)) == []
        assert {tap for tap in taps(content).values()} == set(TAPS.values())
    for language in ("", "nl", "en", "tr", "ar"):
        own = {c["command"]: c["description"] for c in api.profile["commands", language]}
        assert len(own) == 6
    assert {c["command"] for c in api.profile["commands", "tr"]} >= {"dil", "yardim", "sil"}


def test_setup_writes_the_profile_in_four_languages(capsys: pytest.CaptureFixture[str], settings: Settings, api: BotApi) -> None:
    assert run_telegram(argparse.Namespace(), replace(settings, telegram_token=TOKEN, telegram_api_base=api.address)) == 0
    for language in ("", "nl", "en", "tr", "ar"):
        shown = [str(api.profile[what, language]) for what in ("name", "short_description", "description")]
        assert all(shown)
        assert not any(word in " ".join(shown).lower() for word in ("sex", "naakt", "nude", "shame", "schaam", "foto", "cinsel", "صور"))
    assert len(capsys.readouterr().out.splitlines()) == 4


@pytest.mark.parametrize("token", ["", "1:wrong"])
def test_setup_without_a_good_token_says_so(settings: Settings, api: BotApi, token: str) -> None:
    with pytest.raises(SettingError, match="TELEGRAM_TOKEN"):
        run_telegram(argparse.Namespace(), replace(settings, telegram_token=token, telegram_api_base=api.address))


async def test_a_webhook_needs_its_secret(settings: Settings, api: BotApi, monkeypatch: pytest.MonkeyPatch) -> None:
    async def no_model(*args: Any, **kwargs: Any) -> None:
        await asyncio.sleep(3600)

    monkeypatch.setattr("bot.app.keep_model", no_model)
    listening = socket.create_server(("127.0.0.1", 0))
    public = f"http://127.0.0.1:{listening.getsockname()[1]}"
    own = replace(settings, telegram_token=TOKEN, telegram_api_base=api.address, public_url=public, telegram_secret="s3cret")
    service = opened(own)
    server = uvicorn.Server(uvicorn.Config(create_app(own, service), log_level="critical", ws="wsproto"))
    task = asyncio.create_task(server.serve(sockets=[listening]))
    while not server.started:
        await asyncio.sleep(0.02)
    import httpx

    async with httpx.AsyncClient() as client:
        refused = await client.post(
            public + "/telegram",
            json={"update_id": 1, "message": message(text="menu")},
            headers={"X-Telegram-Bot-Api-Secret-Token": "wrong"},
        )
    assert refused.status_code == 403
    await asyncio.to_thread(lambda: api.push(message=message(text="ik wil niet meer leven")))
    sent = await until(api, 1)
    server.should_exit = True
    await task
    assert len(sent) == 1
    assert "113" in sent[0]["text"]
