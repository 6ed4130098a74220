"""The web door over real HTTP and WebSocket frames: nothing lost, nothing twice, nobody else's page."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from bot.app import create_app
from bot.doors.open_pages import WAITING, Page
from bot.settings import Settings
from tests.conftest import opened


@pytest.fixture
def client(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    async def no_model(*args: Any, **kwargs: Any) -> None:
        await asyncio.sleep(3600)

    monkeypatch.setattr("bot.app.keep_model", no_model)
    service = opened(settings)
    with TestClient(create_app(settings, service), base_url="http://noor.test") as made:
        made.service = service  # type: ignore[attr-defined]
        yield made


def new_talk(client: TestClient) -> str:
    return str(client.post("/api/talk").json()["talk"])


def say(client: TestClient, talk: str, message_id: str, text: str, after: int = 0) -> list[dict[str, Any]]:
    messages: list[dict[str, Any]] = client.post("/api/say", json={"talk": talk, "id": message_id, "text": text, "after": after}).json()[
        "messages"
    ]
    return messages


def test_danger_is_answered_over_http_without_a_model(client: TestClient) -> None:
    messages = say(client, new_talk(client), "1", "ik wil niet meer leven")
    assert [m["from"] for m in messages] == ["noor", "person", "noor"]
    assert messages[-1]["topic"] == "danger_suicide"
    assert messages[-1]["urgent"]
    assert {"title": "113 Zelfmoordpreventie: 113", "href": "tel:113"} in messages[-1]["links"]


def test_the_same_message_id_is_answered_once(client: TestClient) -> None:
    talk = new_talk(client)
    first = say(client, talk, "1", "menu")
    again = say(client, talk, "1", "menu")
    assert first == again


def test_a_cursor_gives_only_what_came_after(client: TestClient) -> None:
    talk = new_talk(client)
    seen = say(client, talk, "1", "menu")[-1]["seq"]
    assert say(client, talk, "2", "help", after=seen)[0]["text"] == "help"


def test_a_socket_gets_the_past_the_answer_and_the_acknowledgement(client: TestClient) -> None:
    talk = new_talk(client)
    with client.websocket_connect("/api/socket") as socket:
        socket.send_json({"talk": talk, "after": 0})
        assert socket.receive_json()["message"]["topic"] == "greet"
        socket.send_json({"id": "a", "text": "help"})
        frames = [socket.receive_json() for _ in range(3)]
    assert [f.get("message", {}).get("from") or f.get("ack") for f in frames] == ["person", "noor", "a"]
    with client.websocket_connect("/api/socket") as socket:  # the line broke before the acknowledgement
        socket.send_json({"talk": talk, "after": frames[1]["message"]["seq"]})
        socket.send_json({"id": "a", "text": "help"})
        assert socket.receive_json() == {"ack": "a"}


def test_two_pages_of_one_talk_both_see_it(client: TestClient) -> None:
    talk = new_talk(client)
    with client.websocket_connect("/api/socket") as one, client.websocket_connect("/api/socket") as two:
        for socket in (one, two):
            socket.send_json({"talk": talk, "after": 99})
        two.send_json({"ping": True})
        assert two.receive_json() == {"pong": True}
        one.send_json({"id": "a", "text": "menu"})
        assert two.receive_json()["message"]["text"] == "menu"
        assert two.receive_json()["message"]["topic"] == "menu"


def test_other_origins_are_refused(client: TestClient) -> None:
    assert client.post("/api/talk", headers={"Origin": "https://evil.test"}).status_code == 403
    assert client.post("/api/talk", headers={"Origin": "http://noor.test"}).status_code == 200


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"talk": 1}', b'{"talk": "short"}', b"\xff\xfe", b'{"talk": "' + b"x" * 30 + b'!"}'])
def test_broken_frames_get_a_clear_error(client: TestClient, body: bytes) -> None:
    assert client.post("/api/say", content=body).status_code == 400


def test_a_huge_frame_is_refused(client: TestClient) -> None:
    assert client.post("/api/say", content=b"x" * 200_000).status_code == 413


def test_strict_policy_on_every_answer(client: TestClient) -> None:
    for path in ("/demo", "/widget", "/widget/frame.js", "/api/words", "/nowhere"):
        policy = client.get(path).headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy


@pytest.mark.parametrize("path", ["/widget/../../pyproject.toml", "/widget/%2e%2e/%2e%2e/pyproject.toml", "/demo/../../../etc/passwd"])
def test_files_outside_the_folder_are_not_served(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_erasing_leaves_nothing_of_the_talk(client: TestClient, settings: Settings) -> None:
    talk = new_talk(client)
    say(client, talk, "1", "ik wil niet meer leven plantedword")
    say(client, talk, "2", "wis dit gesprek")
    messages = client.post("/api/say", json={"talk": talk, "id": "3", "tap": "erase:yes", "after": 0}).json()["messages"]
    assert [m.get("topic") for m in messages] == ["erase_done"]
    row = client.service.kept.get("talk", client.service.kept.name("web", talk))  # type: ignore[attr-defined]
    assert "plantedword" not in str(row)


def test_what_is_typed_is_never_readable_on_disk(client: TestClient, settings: Settings) -> None:
    say(client, new_talk(client), "1", "plantedword staat op snapchat")
    assert not any(b"plantedword" in p.read_bytes() for p in Path(settings.data).rglob("*") if p.is_file())


def test_words_in_the_asked_language_and_dutch_for_an_unknown_one(client: TestClient) -> None:
    assert client.get("/api/words?language=en").json()["words"]["send"] == "Send"
    assert client.get("/api/words?language=xx").json()["language"] == "nl"


def test_ready_says_that_there_is_no_model(client: TestClient) -> None:
    assert client.get("/health").json() == {"status": "ok"}
    assert client.get("/ready").status_code == 503


def test_floods_are_slowed_with_the_danger_number(client: TestClient) -> None:
    talk = new_talk(client)
    with client.websocket_connect("/api/socket") as socket:
        socket.send_json({"talk": talk, "after": 99})
        for i in range(40):
            socket.send_json({"id": str(i), "text": "menu"})
        notices = []
        for _ in range(90):
            frame = socket.receive_json()
            if "notice" in frame:
                notices.append(frame["notice"])
                break
    assert notices
    assert "112" in notices[0]


def test_a_real_person_in_a_practice_talk_is_not_kept(client: TestClient) -> None:
    talk = new_talk(client)
    for number, tap in enumerate(("topic:practise_start", "practice:scene_pupil_secrecy", "practice:level_normal")):
        client.post("/api/say", json={"talk": talk, "id": f"tap{number}", "tap": tap, "after": 0})
    messages = say(client, talk, "1", "dit gaat over een echte leerling van mij, plantedword")
    assert any(m.get("topic") == "practice_real_case" for m in messages)
    say(client, talk, "2", "ze wil dood, die echte leerling van mij plantedword")
    row = client.service.kept.get("talk", client.service.kept.name("web", talk))  # type: ignore[attr-defined]
    assert row and "plantedword" not in str(row)


def test_danger_is_heard_from_an_address_that_is_over_its_limit(client: TestClient) -> None:
    crowd = [new_talk(client) for _ in range(30)]  # one address, as of a school
    codes = [client.post("/api/say", json={"talk": talk, "id": "1", "text": "menu"}).status_code for talk in crowd]
    assert 429 in codes
    messages = say(client, crowd[-1], "2", "ik wil niet meer leven")
    assert messages[-1]["topic"] == "danger_suicide"


def test_a_page_that_reads_nothing_is_let_go_and_loses_nothing() -> None:
    async def scene() -> list[int]:
        ended = asyncio.get_running_loop().create_future()

        async def stays() -> None:
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                ended.set_result(True)

        page = Page("t", "n", 0, asyncio.create_task(stays()))
        await asyncio.sleep(0)
        for number in range(1, WAITING + 2):
            page.tell({"message": {"seq": number}})
        await asyncio.wait_for(ended, 10)
        return [page.waiting.qsize(), page.let_go]

    assert asyncio.run(scene()) == [WAITING, True]
