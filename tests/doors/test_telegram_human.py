"""A talk with a human on Telegram, against a Bot API server: words both ways, silence, the way out, and a reminder that says nothing."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from bot.clock import now
from bot.handoff.desk import Desk
from bot.handoff.watch import look
from bot.service import Service
from bot.settings import Settings
from tests.doors.bot_api import BotApi
from tests.doors.test_telegram import door, message, until

pytestmark = pytest.mark.anyio


@pytest.fixture
def api() -> Iterator[BotApi]:
    with BotApi() as made:
        yield made


def opening(service: Service, week: dict[str, Any]) -> None:
    """Other hours, whatever the clock says."""
    organisation = {**service.turn.answers.content.organisation, "hours": week, "holidays": [], "dates": {}}
    service.turn.answers = copy.copy(service.turn.answers)
    service.turn.answers.content = replace(service.turn.answers.content, organisation=organisation)


def tapped(api: BotApi, data: str) -> None:
    api.push(callback_query={"id": data, "from": message()["from"], "chat_instance": "1", "data": data, "message": {**message(), "text": "x"}})


async def test_a_talk_with_a_human(settings: Settings, api: BotApi) -> None:
    async with door(settings, api) as service:
        opening(service, {"mon-sun": ["00:00-24:00"]})
        desk = Desk(service)
        api.push(message=message(text="ik wil een mens"))
        await until(api, 1)
        tapped(api, "handoff:yes")
        await until(api, 2)
        waits = desk.waiting()[0]
        assert waits.address == ("telegram", "7")
        assert await desk.claim(waits.id, "els", now())
        assert await desk.say(waits.id, "els", "Dag <b>u</b>", "1", now())
        sent = await until(api, 4)
        assert sent[3]["text"].splitlines() == ["<b>Medewerker, een mens</b>", "Dag &lt;b&gt;u&lt;/b&gt;"]
        api.push(message=message(text="dank u"))
        api.push(message=message(text="/stop"))
        sent = await until(api, 5)  # the one answer is to /stop: she left
        assert "computer" in sent[4]["text"]
        assert [line.text for line in desk.lines(waits.id)] == ["Dag <b>u</b>", "dank u"]
        found = desk.get(waits.id)
        assert found
        assert (found.state, found.address) == ("ended", None)


async def test_a_reminder_on_request_alone(settings: Settings, api: BotApi) -> None:
    async with door(settings, api) as service:
        opening(service, {"mon-sun": [f"{(now().hour + 5) % 24:02}:30-{(now().hour + 5) % 24:02}:40"]})
        api.push(message=message(text="ik wil een mens"))
        sent = await until(api, 1)
        buttons = [b["callback_data"] for row in sent[0]["reply_markup"]["inline_keyboard"] for b in row]
        assert {"handoff:calendar", "handoff:remind"} <= set(buttons)
        tapped(api, "handoff:remind")
        await until(api, 2)
        later = service.turn.handoff.queue.due(now().timestamp())
        assert later == []
        opening(service, {"mon-sun": ["00:00-24:00"]})
        await look(service, now().replace(year=now().year + 1))
        sent = await until(api, 3)
        assert not any(word in sent[2]["text"].lower() for word in ("chat", "qpido", "noor", "sexting"))


async def test_the_calendar_file_comes_as_a_document(settings: Settings, api: BotApi) -> None:
    async with door(settings, api) as service:
        opening(service, {"mon-sun": [f"{(now().hour + 5) % 24:02}:30-{(now().hour + 5) % 24:02}:40"]})
        api.push(message=message(text="ik wil een mens"))
        await until(api, 1)
        tapped(api, "handoff:calendar")
        await until(api, 2)
        media_type, data = await service.file("telegram", "7", "calendar")
    assert media_type.startswith("text/calendar")
    assert b"BEGIN:VEVENT" in data
    assert b"VTIMEZONE" in data
