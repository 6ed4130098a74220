"""Whatever is sent to a door, Noor answers, and answers as docs/openapi.yml says; nothing crashes and nobody else's talk comes back."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import httpx
import hypothesis
import pytest
import schemathesis
from hypothesis import strategies as st
from starlette.testclient import TestClient

from bot.app import create_app
from bot.masking import mask
from bot.settings import Settings
from bot.store import limits
from tests.browser.conftest import listening
from tests.conftest import ROOT, opened

SCHEMA = schemathesis.openapi.from_path(str(ROOT / "docs" / "openapi.yml"))
SOME = hypothesis.settings(max_examples=60, deadline=None, suppress_health_check=list(hypothesis.HealthCheck))
FEW = hypothesis.settings(SOME, max_examples=15)
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=8,
)
FIELDS = st.sampled_from(["talk", "id", "text", "tap", "after", "language", "ping", "kind"])


@pytest.fixture(scope="module")
def settings_(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(root=ROOT, data=tmp_path_factory.mktemp("fuzz"), port=0, key="fuzz")


@pytest.fixture(scope="module")
def app(settings_: Settings) -> Iterator[Any]:
    async def no_model(*args: Any, **kwargs: Any) -> None:
        await asyncio.sleep(3600)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bot.app.keep_model", no_model)
        patch.setattr(limits.Limit, "_here", lambda self, name, cost: True)
        yield create_app(settings_, opened(settings_))


@pytest.fixture(scope="module")
def address(app: Any) -> Iterator[str]:
    with listening(app) as found:
        yield found


@SCHEMA.exclude(path="/ready").parametrize()  # without a model it says 503, as it must
@FEW
def test_every_endpoint_answers_as_described(case: Any, address: str) -> None:
    checks = schemathesis.checks
    case.call_and_validate(
        base_url=address,
        allow_redirects=False,
        checks=[checks.not_a_server_error, checks.status_code_conformance, checks.response_schema_conformance],
    )


@SOME
@hypothesis.given(body=st.binary(max_size=300) | ANY_JSON.map(lambda v: json.dumps(v).encode()))
def test_any_bytes_get_a_clear_error(body: bytes, address: str) -> None:
    for path in ("/api/say", "/api/messages", "/api/file"):
        assert httpx.post(address + path, content=body).status_code == 400


@SOME
@hypothesis.given(frame=st.dictionaries(FIELDS, ANY_JSON))
def test_any_frame_of_a_talk_is_answered_and_stays_in_it(frame: dict[str, Any], address: str) -> None:
    token, other = (httpx.post(address + "/api/talk").json()["talk"] for _ in range(2))
    answer = httpx.post(address + "/api/say", content=json.dumps({**frame, "talk": token}), timeout=30)
    assert answer.status_code == 200
    theirs = httpx.post(address + "/api/messages", json={"talk": other}).json()["messages"]
    assert [m["topic"] for m in theirs] == ["greet"]


@SOME
@hypothesis.given(frames=st.lists(st.text(max_size=30) | st.dictionaries(FIELDS, ANY_JSON).map(json.dumps), max_size=5))
def test_any_socket_frames_leave_the_talk_working(frames: list[str], app: Any) -> None:
    client = TestClient(app, base_url="http://noor.test")
    token = client.post("/api/talk").json()["talk"]
    with client.websocket_connect("/api/socket") as socket:
        socket.send_json({"talk": token, "after": 0})
        for frame in frames:
            socket.send_text(frame)
        socket.send_json({"id": "the last one", "text": "ik wil niet meer leven"})
        for _ in range(60):
            if socket.receive_json().get("ack") == "the last one":
                break
        else:
            raise AssertionError("no acknowledgement")
    said = client.post("/api/messages", json={"talk": token}).json()["messages"]
    assert any(m.get("topic") == "danger_suicide" for m in said)


@hypothesis.settings(SOME, max_examples=300)
@hypothesis.given(text=st.text(max_size=200) | st.from_regex(r"(ik heet|mijn naam is|\+31|06|NL91|adım|اسمي|snap:) ?[\w .@/-]{0,40}"))
def test_masking_never_fails(text: str) -> None:
    masked = mask(text)
    assert len(masked) <= len(text)
