"""Every kind of update, as Telegram's Bot API documents it, through the real door over HTTP, by polling and by webhook.

updates/updates.jsonl holds them: each line has a chat of its own, one or more updates, and what is to come of it.
"""

from __future__ import annotations

import asyncio
import json
import socket
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette
from structlog.testing import capture_logs

from bot.conversation import Talk
from bot.doors.telegram import TelegramDoor
from bot.service import Service
from bot.settings import Settings
from tests.conftest import ROOT, opened
from tests.doors.bot_api import TOKEN, BotApi

RECORDED = [json.loads(line) for line in (Path(__file__).parent / "updates" / "updates.jsonl").read_text("utf-8").splitlines()]
SILENT = ("silence", "erased_silently", "unknown")
UPDATE = pytest.mark.parametrize("recorded", RECORDED, ids=[r["name"] for r in RECORDED])


@dataclass
class Outcome:
    """What came of all updates: calls and messages as the stand-in saw them, the log, talks that are kept at the end by chat."""

    calls: list[tuple[str, dict[str, Any]]]
    sent: list[dict[str, Any]]
    log: list[Any]
    talks: dict[int, Talk]
    words: Any

    def said(self, chat: int) -> list[str]:
        return [str(m.get("text")) for m in self.sent if m["chat"]["id"] == chat]


def chat_of(recorded: dict[str, Any]) -> int:
    """The chat of a line; the person where there is no chat."""
    inner = next(iter(recorded["updates"][-1].values()))
    found = inner.get("chat") or inner.get("message", {}).get("chat") or inner.get("user") or inner.get("from") or {"id": 0}
    return int(found["id"])


async def run_all(service: Service, settings: Settings, api: BotApi) -> None:
    """Delivers every update and stops the door; a door that stops has dealt with all that it got."""
    door = TelegramDoor(service, settings)
    listening = socket.create_server(("127.0.0.1", 0)) if settings.public_url else None
    if listening:
        door._settings = replace(settings, public_url=f"http://127.0.0.1:{listening.getsockname()[1]}")
    server = uvicorn.Server(uvicorn.Config(Starlette(routes=door.routes()), log_level="critical", ws="none"))
    serving = asyncio.create_task(server.serve(sockets=[listening])) if listening else None
    while listening and not server.started:
        await asyncio.sleep(0.02)
    await door.start()
    last = 0
    for recorded in RECORDED:
        for update in recorded["updates"]:
            last = await asyncio.to_thread(lambda u=update: api.push(**u))
    for _ in range(3000):  # a limit only so that a broken door ends
        if listening or api.confirmed > last:
            break
        await asyncio.sleep(0.02)
    await door.stop()
    server.should_exit = True
    if serving:
        await serving


@pytest.fixture(scope="module", params=["polling", "webhook"])
def outcome(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    with BotApi() as api, capture_logs() as log:
        own = Settings(
            root=ROOT, data=tmp_path_factory.mktemp("updates"), key="updates", telegram_token=TOKEN, telegram_api_base=api.address,
            public_url="http://filled.in" if request.param == "webhook" else "",
        )  # fmt: skip
        service = opened(own)
        asyncio.run(run_all(service, own, api))
        talks = {chat_of(r): service.look("telegram", str(chat_of(r))) for r in RECORDED}
        made = Outcome(api.calls, api.sent, log, talks, service.turn.answers)
        service.close()
        return made


def test_there_are_at_least_sixty_kinds() -> None:
    assert len({r["name"] for r in RECORDED}) == len(RECORDED) >= 60
    assert len({chat_of(r) for r in RECORDED if r["expect"] not in SILENT}) == len([r for r in RECORDED if r["expect"] not in SILENT])


@UPDATE
def test_each_kind_is_handled_as_it_should_be(outcome: Outcome, recorded: dict[str, Any]) -> None:
    chat, expect = chat_of(recorded), recorded["expect"]
    said, talk = outcome.said(chat), outcome.talks[chat]
    left = [c for method, c in outcome.calls if method == "leaveChat" and int(c["chat_id"]) == chat]

    def words(key: str) -> str:
        return str(outcome.words.say(key, talk))

    if expect == "answer":
        assert len(said) == 1
    elif expect == "danger":  # the number first; a file beside it is refused after that, once
        assert "113" in said[0]
        assert len(said) == 1 + any("caption" in next(iter(u.values())) for u in recorded["updates"])
    elif expect == "images":
        assert len(said) == 1
        assert talk.topic == "asked_to_see_images"
    elif expect in ("refused", "expired", "stopped"):
        key = {"refused": "media_refused", "expired": "button_expired"}.get(expect, expect)
        assert said == [words(key)]
    elif expect == "tapped":
        assert len(said) == 1
        assert words("button_expired") not in said[0]
    elif expect == "erased":
        assert said == [words("erase_done")]
        assert talk.turns <= 1
    elif expect == "leaves":
        assert said == [outcome.words.content.say("one_to_one", "nl")]
        assert len(left) == 1
    elif expect == "leaves_silently":
        assert said == []
        assert len(left) == 1
    elif expect == "erased_silently":
        assert (talk.turns, talk.topic, talk.seen) == (0, "", {})  # what came before is answered, then forgotten
    elif expect == "inline":
        assert said == []
        assert [json.loads(c["results"]) for method, c in outcome.calls if method == "answerInlineQuery"] == [[]]
    else:
        assert expect in SILENT
        assert said == []
        assert left == []


def test_nothing_failed_and_nothing_was_of_an_unknown_kind(outcome: Outcome) -> None:
    unknown = [e for e in outcome.log if "of a kind" in e["event"]]
    assert len(unknown) == sum(r["expect"] == "unknown" for r in RECORDED)  # the one that is still to come
    assert [e for e in outcome.log if e["log_level"] in ("error", "warning") and e not in unknown] == []


def test_no_file_was_fetched(outcome: Outcome) -> None:
    assert sum(bool(chat) for chat in outcome.talks) >= 60
    assert {method for method, _ in outcome.calls} & {"getFile", "file"} == set()


def test_nobody_was_answered_who_said_nothing(outcome: Outcome) -> None:
    spoke = {chat_of(r) for r in RECORDED if r["expect"] not in ("silence", "unknown")}
    assert {m["chat"]["id"] for m in outcome.sent} <= spoke


def test_each_tap_is_acknowledged(outcome: Outcome) -> None:
    taps = sum("callback_query" in u for r in RECORDED for u in r["updates"])
    assert sum(method == "answerCallbackQuery" for method, _ in outcome.calls) == taps
