"""The line of a page: whatever a packet holds, it is taken piece by piece, in order, and nothing of it is lost."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from bench.attackers import Attack, frame
from bot.app import create_app
from bot.doors import frames
from bot.doors.line import PIECE
from bot.settings import Settings
from tests.browser.conftest import listening
from tests.conftest import opened


@pytest.fixture
def base(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    async def no_model(*args: Any, **kwargs: Any) -> None:
        await asyncio.sleep(3600)

    monkeypatch.setattr("bot.app.keep_model", no_model)
    with listening(create_app(settings, opened(settings))) as address:
        yield address


async def events(reader: asyncio.StreamReader) -> Any:
    """The JSON of each text frame that Noor sends, "pong" for a pong of the protocol itself."""
    while True:
        head = await reader.readexactly(2)
        size = head[1] & 0x7F
        if size == 126:
            size = int.from_bytes(await reader.readexactly(2), "big")
        body = await reader.readexactly(size)
        yield "pong" if head[0] & 0x0F == 0x0A else json.loads(body)


def test_a_packet_of_many_frames_is_answered_whole_and_in_order(base: str) -> None:
    async def scene() -> list[Any]:
        attack, found = Attack(base, 1), []
        reader, writer = await attack.line(0, 1)
        writer.write(frame({"talk": f"packet{0:020}", "after": 0}))
        many = [frame({"ping": True, "": "x" * (50 + i % 7)}) for i in range(55)]
        pings = [b"\x89\x80\0\0\0\0"] * 5
        packet = b"".join([*many, *pings, frame({"id": "last", "text": "ik wil niet meer leven"})])
        assert len(packet) > 2 * PIECE
        writer.write(packet)
        async with asyncio.timeout(60):
            async for event in events(reader):
                found.append("pong" if event == "pong" else next(iter(event)))
                if "ack" in event:
                    writer.close()
                    return found
        return found

    found = asyncio.run(scene())
    assert found[-1] == "ack"
    assert sorted(found).count("pong") == 60
    assert found.count("message") == 2


def test_a_flood_of_empty_frames_leaves_others_their_answer(base: str) -> None:
    async def scene() -> str:
        attack = Attack(base, 1)
        lines = [await attack.line(who, 1) for who in range(5)]
        for who, (_, writer) in enumerate(lines):
            writer.write(frame({"talk": f"flood{who:020}", "after": 0}))
            writer.write(frame({}) * 20_000)  # taken at once this held everybody up for minutes
        reader, writer = await attack.line(9, 1)
        writer.write(frame({"talk": f"danger{0:020}", "after": 0}))
        writer.write(frame({"id": "1", "text": "ik wil niet meer leven"}))
        topic = ""
        async with asyncio.timeout(60):
            async for event in events(reader):
                topic = event.get("message", {}).get("topic", topic)
                if "ack" in event:
                    break
        for _, other in [*lines, (reader, writer)]:
            other.close()
        return topic

    assert asyncio.run(scene()) == "danger_suicide"


def test_a_message_is_cut_to_what_is_read_of_it() -> None:
    assert frames.fit("woord " * 10) == "woord " * 10
    assert len(frames.fit("x" * 50_000)) == frames.LONGEST
    assert len(frames.fit("ﷺ" * 20_000)) * 18 <= frames.LONGEST  # one sign that is read as eighteen letters


def test_long_messages_count_for_more_against_the_limits(settings: Settings) -> None:
    client = TestClient(create_app(settings, opened(settings)), base_url="http://noor.test")
    talk = client.post("/api/talk").json()["talk"]
    codes = [client.post("/api/say", json={"talk": talk, "id": str(i), "text": "menu " * 4_000}).status_code for i in range(3)]
    assert codes == [200, 429, 429]
