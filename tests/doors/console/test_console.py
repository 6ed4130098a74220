"""The console over real HTTP and sockets: who may see what, one claim wins, words both ways, and every look noted."""

from __future__ import annotations

import asyncio
import datetime
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyotp
import pytest
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from bot.accounts.users import Users
from bot.answers import Answers
from bot.app import create_app
from bot.clock import now
from bot.safety import Safety
from bot.service import Service
from bot.settings import Settings
from bot.understand import Understanding

ORIGIN = {"Origin": "http://noor.test"}


@pytest.fixture
def client(settings: Settings, words: tuple[Answers, Safety], monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    async def no_model(*args: Any, **kwargs: Any) -> None:
        await asyncio.sleep(3600)

    monkeypatch.setattr("bot.app.keep_model", no_model)
    service = Service.open(settings, Understanding(lambda path: None), words)  # type: ignore[arg-type, return-value]
    with TestClient(create_app(settings, service), base_url="http://noor.test", follow_redirects=False) as made:
        made.service = service  # type: ignore[attr-defined]
        yield made


def service_of(client: TestClient) -> Service:
    return client.service  # type: ignore[attr-defined, no-any-return]


def on_loop(client: TestClient, what: Callable[..., Any], *given: Any) -> Any:
    """Writes to the store where the server does: two threads that write on one connection get in each other's way."""
    return client.portal.call(what, *given)  # type: ignore[union-attr]


def csrf(text: str) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', text)
    assert found
    return found[1]


def log_in(client: TestClient, name: str, role: str = "counsellor") -> TestClient:
    """A browser of its own, logged in with both steps."""
    users = Users(service_of(client).kept)
    password = on_loop(client, users.add, name, role, now().timestamp())
    browser = TestClient(client.app, base_url="http://noor.test", follow_redirects=False)
    browser.portal = client.portal  # the server has one loop: two would wait for each other's events without end
    assert browser.post("/console/login", data={"name": name, "password": password}, headers=ORIGIN).headers["location"] == "/console/code"
    page = browser.get("/console/code").text
    secret = re.search(r"<code>(\w+)</code>", page)
    assert secret
    done = browser.post("/console/code", data={"csrf": csrf(page), "code": pyotp.TOTP(secret[1]).now()})
    assert done.headers["location"] == "/console"
    return browser


def waiting(client: TestClient, words: str = "hallo") -> tuple[str, str]:
    """A person who waits: her token and the talk's id."""
    token = str(client.post("/api/talk").json()["talk"])
    service = service_of(client)
    name = service.kept.name("web", token)
    summary = [{"kind": "language", "value": "nl"}, {"kind": "topic", "value": "already_paid"}]
    handoff = on_loop(client, service.turn.handoff.queue.join, ("web", token), "nl", summary, False, now().timestamp())

    async def state() -> None:
        async with service.talk("web", token) as talk:
            talk.answered_by = "waiting"
            talk.handoff.update({"id": handoff.id, "shown": 0})

    client.portal.call(state)  # type: ignore[union-attr]
    assert name
    client.post("/api/say", json={"talk": token, "id": "w1", "text": words})
    return token, handoff.id


@pytest.mark.parametrize("path", ["/console", "/console/list", "/console/talk/x", "/console/accounts", "/console/audit", "/console/figures", "/console/figures.csv", "/console/me"])
def test_without_logging_in_there_is_only_the_login(client: TestClient, path: str) -> None:
    assert client.get(path).headers["location"] == "/console/login"
    client.cookies.set("noor_console", "made up")
    assert client.get(path).headers["location"] == "/console/login"


def test_a_password_alone_opens_nothing(client: TestClient) -> None:
    password = on_loop(client, Users(service_of(client).kept).add, "els", "counsellor", now().timestamp())
    client.post("/console/login", data={"name": "els", "password": password}, headers=ORIGIN)
    assert client.get("/console").headers["location"] == "/console/login"
    page = client.get("/console/code").text
    assert client.post("/console/code", data={"csrf": csrf(page), "code": "abc"}).status_code == 403


def test_a_login_from_another_site_is_refused(client: TestClient) -> None:
    password = on_loop(client, Users(service_of(client).kept).add, "els", "counsellor", now().timestamp())
    for headers in ({}, {"Origin": "https://evil.test"}, {"Origin": "null", "Sec-Fetch-Site": "cross-site"}):
        assert client.post("/console/login", data={"name": "els", "password": password}, headers=headers).status_code == 400


def test_tries_are_slowed(client: TestClient) -> None:
    codes = [client.post("/console/login", data={"name": "els", "password": "x"}, headers=ORIGIN).status_code for _ in range(12)]
    assert codes[0] == 403
    assert codes[-1] == 429


def test_the_cookie_is_for_the_server_alone(client: TestClient) -> None:
    password = on_loop(client, Users(service_of(client).kept).add, "els", "counsellor", now().timestamp())
    cookie = client.post("/console/login", data={"name": "els", "password": password}, headers=ORIGIN).headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "path=/console" in cookie


def test_a_forged_form_does_nothing(client: TestClient) -> None:
    browser = log_in(client, "els")
    _, talk = waiting(client)
    assert browser.post(f"/console/talk/{talk}/claim", data={"csrf": "made up"}).status_code == 400
    assert service_of(client).turn.handoff.queue.waiting()


@pytest.mark.parametrize(("role", "path", "status"), [
    ("manager", "/console/talk/{talk}", 403), ("editor", "/console/talk/{talk}", 403), ("manager", "/console/list", 403), ("counsellor", "/console/accounts", 403),
    ("editor", "/console/audit", 403), ("counsellor", "/console/figures", 403), ("counsellor", "/console/talk/{talk}", 403), ("counsellor", "/console/talk/nowhere", 404),
])  # fmt: skip
def test_each_role_sees_its_own(client: TestClient, role: str, path: str, status: int) -> None:
    _, talk = waiting(client, "plantedword")
    answer = log_in(client, "els", role).get(path.format(talk=talk))
    assert answer.status_code == status
    assert "plantedword" not in answer.text


def test_a_claim_is_won_once_and_looks_are_noted(client: TestClient) -> None:
    els, omar, manager = log_in(client, "els"), log_in(client, "omar"), log_in(client, "baas", "manager")
    _, talk = waiting(client, "plantedword")
    assert "Ik heb al betaald" in els.get("/console").text
    assert "plantedword" not in els.get("/console").text  # words only after the claim
    form = {"csrf": csrf(els.get("/console").text)}
    assert els.post(f"/console/talk/{talk}/claim", data=form).headers["location"] == f"/console/talk/{talk}"
    other = {"csrf": csrf(omar.get("/console").text)}
    assert omar.post(f"/console/talk/{talk}/claim", data=other).headers["location"] == "/console?lost=1"
    assert els.get(f"/console/talk/{talk}").status_code == 200
    assert omar.get(f"/console/talk/{talk}").status_code == 403
    audit = manager.get("/console/audit").text
    assert "nam aan" in audit
    assert "keek naar gesprek" in audit
    assert talk[:12] in audit
    assert "plantedword" not in audit


def test_words_both_ways_over_the_sockets(client: TestClient) -> None:
    els = log_in(client, "els")
    token, talk = waiting(client, "ik wacht")
    form = {"csrf": csrf(els.get("/console").text)}
    els.post(f"/console/talk/{talk}/claim", data=form)
    word = re.search(r'"csrf": "([^"]+)"', els.get(f"/console/talk/{talk}").text)
    assert word
    with els.websocket_connect("ws://noor.test/console/socket", headers=ORIGIN) as socket, client.websocket_connect("/api/socket") as page:
        page.send_json({"talk": token, "after": 0})
        socket.send_json({"csrf": word[1]})
        socket.send_json({"open": talk, "after": 0})
        assert until(socket, "line")["text"] == "ik wacht"
        for _ in range(2):  # sent again, because the acknowledgement was lost
            socket.send_json({"say": "Dag <b>u</b>", "id": "c1", "talk": talk})
            until(socket, "ack")
        said = until(page, "message", lambda m: m.get("sender") == "human")
        assert said["html"] == '<p dir="auto">Dag &lt;b&gt;u&lt;/b&gt;</p>'
        assert said["answered_by"] == "human"
        page.send_json({"typing": True})
        assert until(socket, "typing")
        page.send_json({"id": "p1", "text": "dank u"})
        assert until(socket, "line", lambda m: m["sender"] == "person")["text"] == "dank u"
        socket.send_json({"note": "plantednote", "id": "n1", "talk": talk})
        until(socket, "line", lambda m: m["sender"] == "note")
    texts = [line.text for line in service_of(client).turn.handoff.queue.read(talk)]
    assert texts == ["ik wacht", "Dag <b>u</b>", "dank u", "plantednote"]
    after = client.post("/api/messages", json={"talk": token, "after": 0}).text
    assert after.count("Dag") >= 1
    assert "plantednote" not in after
    with els.websocket_connect("ws://noor.test/console/socket", headers=ORIGIN) as socket:  # comes back with its cursor
        socket.send_json({"csrf": word[1]})
        socket.send_json({"open": talk, "after": 2})
        assert until(socket, "line")["number"] == 3


def test_one_page_serves_all_talks_of_its_counsellor(client: TestClient) -> None:
    els = log_in(client, "els")
    talks = [waiting(client, f"woorden {i}") for i in range(2)]
    word = csrf(els.get("/console").text)
    for _, talk in talks:
        els.post(f"/console/talk/{talk}/claim", data={"csrf": word})
    queue = service_of(client).turn.handoff.queue
    before = [queue.get(talk).alive_at for _, talk in talks]  # type: ignore[union-attr]
    with els.websocket_connect("ws://noor.test/console/socket", headers=ORIGIN) as socket:
        socket.send_json({"csrf": word})
        socket.send_json({"open": talks[0][1], "after": 0})
        assert until(socket, "line")["text"] == "woorden 0"
        socket.send_json({"alive": 1})  # counts for the talk that is not in front of her too
        client.post("/api/say", json={"talk": talks[1][0], "id": "w2", "text": "nog iets"})
        assert until(socket, "list", lambda kind: kind == "said")  # her list says so, and not a word comes here
        socket.send_json({"open": talks[1][1], "after": 0})
        assert until(socket, "line")["text"] == "woorden 1"
        assert until(socket, "line")["text"] == "nog iets"
        socket.send_json({"say": "voor de eerste", "id": "c1", "talk": talks[0][1]})  # was still on its way when she changed
        until(socket, "ack")
    assert [line.text for line in queue.read(talks[0][1])] == ["woorden 0", "voor de eerste"]
    assert all(now_at > was for now_at, was in zip([queue.get(talk).alive_at for _, talk in talks], before, strict=True))  # type: ignore[union-attr]


def test_a_colleague_is_asked_accepts_and_the_first_reads_no_more(client: TestClient) -> None:
    els, omar = log_in(client, "els"), log_in(client, "omar")
    token, talk = waiting(client, "plantedfirst")
    word, other = csrf(els.get("/console").text), csrf(omar.get("/console").text)
    els.post(f"/console/talk/{talk}/claim", data={"csrf": word})
    assert "omar" not in els.post(f"/console/talk/{talk}/ask", data={"csrf": word, "to": "omar"}).text  # not present
    on_loop(client, service_of(client).turn.handoff.queue.on_duty, "omar", now().timestamp())
    assert "omar heeft de vraag gekregen" in els.post(f"/console/talk/{talk}/ask", data={"csrf": word, "to": "omar"}).text
    offered = omar.get("/console").text
    assert "Een collega vraagt" in offered
    assert "plantedfirst" not in offered  # words come with the talk
    assert omar.get(f"/console/talk/{talk}").status_code == 403
    omar.post(f"/console/talk/{talk}/decline", data={"csrf": other})
    assert "heeft de vraag gekregen" not in els.get(f"/console/talk/{talk}/colleagues").text
    els.post(f"/console/talk/{talk}/ask", data={"csrf": word, "to": "omar"})
    with els.websocket_connect("ws://noor.test/console/socket", headers=ORIGIN) as socket:
        socket.send_json({"csrf": word})
        socket.send_json({"open": talk, "after": 0})
        assert until(socket, "asked", bool) == "omar"
        assert omar.post(f"/console/talk/{talk}/accept", data={"csrf": other}).headers["location"] == f"/console/talk/{talk}"
        assert until(socket, "lost")
        client.post("/api/say", json={"talk": token, "id": "w2", "text": "plantedlater"})
        socket.send_json({"open": talk, "after": 0})
        socket.send_json({"say": "nog iets", "id": "c9", "talk": talk})
        for _ in range(40):
            event = socket.receive_json()
            assert "line" not in event, event
            if event.get("ack") == "c9":
                break
    assert omar.get(f"/console/talk/{talk}").status_code == 200
    assert els.get(f"/console/talk/{talk}").status_code == 403
    assert [line.text for line in service_of(client).turn.handoff.queue.read(talk)] == ["plantedfirst", "plantedlater"]


def until(socket: Any, kind: str, good: Any = lambda value: True) -> Any:
    for _ in range(40):
        event = socket.receive_json()
        if kind in event and good(event[kind]):
            return event[kind]
    raise AssertionError(f"no {kind} came")


@pytest.mark.parametrize("headers", [{}, {"Origin": "https://evil.test"}])
def test_a_socket_of_another_site_is_refused(client: TestClient, headers: dict[str, str]) -> None:
    els = log_in(client, "els")
    with pytest.raises(WebSocketDisconnect), els.websocket_connect("ws://noor.test/console/socket", headers=headers):
        pass


def test_a_socket_without_login_or_of_a_stranger_is_refused(client: TestClient) -> None:
    with pytest.raises(WebSocketDisconnect), client.websocket_connect("ws://noor.test/console/socket", headers=ORIGIN):
        pass
    omar = log_in(client, "omar")
    _, talk = waiting(client)
    with omar.websocket_connect("ws://noor.test/console/socket", headers=ORIGIN) as socket:
        socket.send_json({"csrf": csrf(omar.get("/console").text)})
        socket.send_json({"open": talk, "after": 0})
        until(socket, "lost")
    with omar.websocket_connect("ws://noor.test/console/socket", headers=ORIGIN) as socket:
        socket.send_json({"csrf": "forged"})
        with pytest.raises(WebSocketDisconnect) as closed:
            socket.receive_json()
    assert closed.value.code == 4401


def test_an_open_list_counts_as_present(client: TestClient) -> None:
    els = log_in(client, "els")
    queue = service_of(client).turn.handoff.queue
    with els.websocket_connect("ws://noor.test/console/socket", headers=ORIGIN) as socket:
        socket.send_json({"csrf": csrf(els.get("/console").text)})
        socket.send_json({"alive": 1, "duty": True})
        until(socket, "list")
        _, talk = waiting(client)
        service_of(client).wire.publish("desk", {"kind": "offered", "handoff": talk})  # comes after the sign of life
        until(socket, "list")
        assert queue.present(now().timestamp()) == ["els"]
        socket.send_json({"alive": 1, "duty": False})
        service_of(client).wire.publish("desk", {"kind": "offered", "handoff": talk})
        until(socket, "list")
    assert queue.present((now() + datetime.timedelta(minutes=5)).timestamp()) == []


def test_accounts_are_made_reset_and_switched_off(client: TestClient) -> None:
    manager = log_in(client, "baas", "manager")
    page = manager.get("/console/accounts").text
    made = manager.post("/console/accounts", data={"csrf": csrf(page), "do": "add", "name": "Ayse", "role": "counsellor"}).text
    assert re.search(r"ayse is gemaakt.*: [a-z2-9-]{19}", made)
    assert "Die naam is er al" in manager.post("/console/accounts", data={"csrf": csrf(page), "do": "add", "name": "ayse", "role": "counsellor"}).text
    els = log_in(client, "els")
    assert els.get("/console").status_code == 200
    manager.post("/console/accounts", data={"csrf": csrf(page), "do": "off", "name": "els"})
    assert els.get("/console").headers["location"] == "/console/login"
    assert "laatste beheerder" in manager.post("/console/accounts", data={"csrf": csrf(page), "do": "off", "name": "baas"}).text


def test_strict_policy_and_nothing_kept_by_the_browser(client: TestClient) -> None:
    els = log_in(client, "els")
    answer = els.get("/console")
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-store"
    assert not re.search(r"<style|style=|onclick=|<script(?![^>]*(src|application/json))", answer.text)


def test_a_lost_colleague_and_a_logged_out_page(client: TestClient) -> None:
    els = log_in(client, "els")
    els.post("/console/logout", data={"csrf": csrf(els.get("/console").text)})
    assert els.get("/console").headers["location"] == "/console/login"


def test_console_words_stand_in_content_alone() -> None:
    root = Path(__file__).resolve().parents[3]
    for path in (root / "web" / "console" / "templates").glob("*.html"):
        bare = path.read_text("utf-8").replace(' class="talking"', "")
        bare = re.sub(r"{[{%#].*?[}%#]}", "", bare, flags=re.DOTALL)
        bare = re.sub(r"<script.*?</script>", "", bare, flags=re.DOTALL)
        shown = re.sub(r"<[^>]*>", " ", bare)
        assert not re.findall(r"[A-Za-z]{3,}", shown.replace("Noor", "").replace("doctype", "")), path.name


def test_after_midnight_here_today_is_shown(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    night = datetime.datetime(2026, 11, 29, 23, 30, tzinfo=datetime.UTC)  # the thirtieth in the Netherlands
    monkeypatch.setattr("bot.doors.dashboard.now", lambda: night)
    manager = log_in(client, "baas", "manager")
    on_loop(client, service_of(client).counts.add, "topic", "already_paid", "nl", night, 9)
    assert "already_paid" in manager.get("/console/figures.csv?days=7").text
