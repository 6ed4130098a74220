"""Files that a reply offers, handed out by the web and by Telegram: made when asked for, for that talk alone, kept nowhere."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

from bot.settings import Settings
from tests.doors.bot_api import BotApi
from tests.doors.test_telegram import CHAT, PERSON, door, until
from tests.doors.test_web import client, new_talk, say

__all__ = ["client"]
ANSWERS = ("danger.calm", "person.child", "what.threat", "age.from_12", "family.safe", "sheet")


def plan(client: TestClient) -> tuple[str, list[dict[str, Any]]]:
    """A talk that came to a plan and asked for the sheet; what Noor said."""
    talk = new_talk(client)
    said = say(client, talk, "0", "maak een plan")
    for answer in ANSWERS:
        said = client.post("/api/say", json={"talk": talk, "id": answer, "tap": f"report:{answer}", "after": 0}).json()["messages"]
    return talk, said


def test_no_file_of_a_talk_that_has_none(client: TestClient) -> None:
    assert client.post("/api/file", json={"talk": new_talk(client), "kind": "sheet"}).status_code == 404
    assert client.post("/api/file", json={"talk": "no", "kind": "sheet"}).status_code == 400


def test_the_sheet_is_offered_and_made_when_asked_for(client: TestClient) -> None:
    talk, said = plan(client)
    assert [m["file"]["kind"] for m in said if m.get("file")] == ["sheet", "sheet_page"]
    answer = client.post("/api/file", json={"talk": talk, "kind": "sheet"})
    assert answer.content.startswith(b"%PDF")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-type"] == "application/pdf"
    page = client.post("/api/file", json={"talk": talk, "kind": "sheet_page"})
    assert page.text.startswith("<!doctype html>")
    assert client.post("/api/file", json={"talk": talk, "kind": "../../etc/passwd"}).status_code == 404


def test_another_page_gets_nothing_of_it(client: TestClient) -> None:
    plan(client)
    assert client.post("/api/file", json={"talk": new_talk(client), "kind": "sheet"}).status_code == 404


@pytest.mark.anyio
async def test_telegram_sends_it_as_a_document_under_a_neutral_name(settings: Settings, api: BotApi) -> None:
    async with door(settings, api):
        for number, answer in enumerate(("start", *ANSWERS)):
            query = {"id": str(number), "from": PERSON, "chat_instance": "1", "data": f"report:{answer}", "message": {"message_id": 1, "date": 1, "chat": CHAT}}
            count = len(api.sent)
            api.push(callback_query=query)
            await until(api, count + (4 if answer == "sheet" else 1))
        documents = [m for m in api.sent if "document" in m]
    assert [m["document"].split(".")[-1] for m in documents] == ["pdf", "html"]
    assert documents[0]["bytes"].startswith(b"%PDF")
    assert all("sext" not in m["document"] for m in documents)


@pytest.fixture
def api():  # type: ignore[no-untyped-def]
    with BotApi() as made:
        yield made


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"
