"""A person at one process and her counsellors at two, on real PostgreSQL and Redis: claimed once, words both ways in order, a process killed."""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
import signal
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
import websockets
import yaml

from bench.servers import LOCAL
from bench.talker import Talker
from bot.accounts.sessions import Sessions
from bot.accounts.users import Users
from bot.clock import now
from bot.handoff.queue import Queue
from bot.store.kept import Kept, key_from
from tests.conftest import ROOT
from tests.test_two_machines import Place, place_of, up

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """Two processes whose chat is always open."""
    root = tmp_path_factory.mktemp("root")
    for path in ROOT.iterdir():
        if path.name != "organisations":
            (root / path.name).symlink_to(path)
    own = yaml.safe_load((ROOT / "organisations" / "qpido" / "organisation.yml").read_text("utf-8"))
    (root / "organisations" / "qpido").mkdir(parents=True)
    (root / "organisations" / "qpido" / "organisation.yml").write_text(yaml.safe_dump({**own, "hours": {"mon-sun": ["00:00-24:00"]}, "holidays": []}))
    with place_of({"NOOR_ROOT": str(root)}) as made:
        yield made


@pytest.fixture
def kept(place: Place) -> Iterator[Kept]:
    """The store of both processes."""
    made = Kept(place.environment["NOOR_DATABASE"], key_from(place.environment["NOOR_KEY"], Path(place.environment["NOOR_DATA"])))
    yield made
    made.close()


class Visitor(Talker):
    """A person's page that also notes what is not kept."""

    def __init__(self, base: str) -> None:
        super().__init__(base)
        self.events: list[dict[str, Any]] = []

    def _take(self, event: dict[str, Any]) -> None:
        self.events.append(event)
        super()._take(event)

    async def waits(self, kept: Kept) -> str:
        """Asks for a human and agrees; the talk's id."""
        await self.start()
        async with httpx.AsyncClient(base_url=self.base, timeout=30) as web:
            for tap in ("topic:talk_to_person", "handoff:yes"):
                (await web.post("/api/say", json={"talk": self.token, "id": tap, "tap": tap, "after": 0})).raise_for_status()
        found = Queue(kept).of(kept.name("web", self.token))
        assert found
        return found.id

    def topics(self) -> list[str]:
        return [str(m.get("topic")) for m in self.got if m["from"] == "noor" and m.get("sender") != "human"]

    def heard(self) -> list[str]:
        return [str(m["text"]) for m in self.got if m.get("sender") == "human"]


class Page:
    """A counsellor's page: its line comes back with the number it has, and sends again what was not acknowledged."""

    def __init__(self, kept: Kept, name: str, base: str) -> None:
        with contextlib.suppress(Exception):  # made by a test before this one
            Users(kept).add(name, "counsellor", now().timestamp())
        self.name, self.base, self.word = name, base, Sessions(kept).start(name, "full", now().timestamp())
        session = Sessions(kept).find(self.word, now().timestamp())
        assert session
        self.csrf, self.talk, self.seen = session.csrf, "", 0
        self.events: list[dict[str, Any]] = []
        self.lines: list[str] = []
        self.outbox: dict[str, dict[str, Any]] = {}
        self._socket: Any = None
        self._task = asyncio.create_task(self._run())

    async def act(self, talk: str, do: str) -> str:
        """Presses a button; where the page goes."""
        async with httpx.AsyncClient(base_url=self.base, timeout=30, cookies={"noor_console": self.word}) as web:
            return str((await web.post(f"/console/talk/{talk}/{do}", data={"csrf": self.csrf})).headers.get("location"))

    async def open(self, talk: str) -> None:
        self.talk, self.seen = talk, 0
        await self.send({"open": talk, "after": 0})

    async def say(self, text: str) -> None:
        frame = {"say": text, "id": secrets.token_hex(8), "talk": self.talk}
        self.outbox[frame["id"]] = frame
        await self.send(frame)

    async def send(self, frame: dict[str, Any]) -> None:
        with contextlib.suppress(Exception):  # sent again when the line is back
            await self._socket.send(json.dumps(frame))

    async def stop(self) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    def has(self, key: str, value: Any) -> bool:
        return any(event.get(key) == value for event in self.events)

    async def _run(self) -> None:
        while True:
            try:
                headers = {"Cookie": f"noor_console={self.word}", "Origin": self.base}
                async with websockets.connect(self.base.replace("http", "ws") + "/console/socket", extra_headers=headers, ping_interval=None) as socket:  # type: ignore[attr-defined]
                    self._socket = socket
                    await self.send({"csrf": self.csrf})
                    await self.send({"open": self.talk, "after": self.seen})
                    await self.send({"alive": 1, "duty": True})
                    for frame in list(self.outbox.values()):
                        await self.send(frame)
                    async for text in socket:
                        self._take(json.loads(text))
            except (TimeoutError, OSError, websockets.exceptions.WebSocketException, EOFError):
                await asyncio.sleep(0.05)

    def _take(self, event: dict[str, Any]) -> None:
        self.events.append(event)
        self.outbox.pop(str(event.get("ack")), None)
        if "line" in event and event["line"]["number"] > self.seen:
            self.seen = event["line"]["number"]
            self.lines.append(event["line"]["text"])


async def until(what: Callable[[], Any] | Callable[[], Awaitable[Any]]) -> None:
    """Waits until something is so; there is a limit only so that a broken test ends."""
    async with asyncio.timeout(60):
        while not what():
            await asyncio.sleep(0.01)


async def both_say(person: Visitor, counsellor: Page, numbers: range) -> None:
    """A question and an answer for each number, sent at once."""
    for i in numbers:
        await person.say(f"vraag {i}")
        await counsellor.say(f"antwoord {i}")


def arrived(person: Visitor, counsellor: Page, many: int) -> None:
    """Everything that both said came to the other, once and in order."""
    assert person.heard() == [f"antwoord {i}" for i in range(many)]
    assert [line for line in counsellor.lines if line.startswith("vraag")] == [f"vraag {i}" for i in range(many)]


def at(place: Place, which: int) -> str:
    return f"http://{LOCAL}:{place.ports[which]}"


async def test_of_two_who_claim_on_two_processes_one_wins_and_both_lists_know(place: Place, kept: Kept) -> None:
    person, els, omar = Visitor(at(place, 0)), Page(kept, "els", at(place, 0)), Page(kept, "omar", at(place, 1))
    await until(lambda: els.has("list", "again") and omar.has("list", "again"))
    talk = await person.waits(kept)
    await until(lambda: els.has("list", "offered") and omar.has("list", "offered"))
    async with httpx.AsyncClient(base_url=at(place, 1), cookies={"noor_console": omar.word}) as web:
        assert "Neem aan" in (await web.get("/console/list")).text
    went = await asyncio.gather(els.act(talk, "claim"), omar.act(talk, "claim"))
    assert sorted(went) == sorted([f"/console/talk/{talk}", "/console?lost=1"])
    await until(lambda: els.has("list", "claimed") and omar.has("list", "claimed"))
    await until(lambda: "handoff_claimed" in person.topics())
    assert person.topics().count("handoff_claimed") == 1
    await until(lambda: Queue(kept).present(now().timestamp()) == ["els", "omar"])
    for one in (person, els, omar):
        await one.stop()


async def test_words_typing_and_presence_cross_the_processes(place: Place, kept: Kept) -> None:
    person, omar = Visitor(at(place, 0)), Page(kept, "omar", at(place, 1))
    talk = await person.waits(kept)
    await omar.act(talk, "claim")
    await omar.open(talk)
    await until(lambda: omar.has("here", "here"))
    assert person._socket
    await person._socket.send(json.dumps({"typing": True}))
    await until(lambda: omar.has("typing", True))
    await omar.send({"alive": 1, "acted": 1, "duty": True})
    await until(lambda: {"typing": True} in person.events)
    for i in range(10):
        await person.say(f"vraag {i}")
        await until(lambda i=i: f"vraag {i}" in omar.lines)  # type: ignore[misc]
        await omar.say(f"antwoord {i}")
        await until(lambda i=i: f"antwoord {i}" in person.heard())  # type: ignore[misc]
    await both_say(person, omar, range(10, 20))
    await until(lambda: len(person.heard()) == 20 and not omar.outbox and len(omar.lines) == 40)
    arrived(person, omar, 20)
    assert [m["seq"] for m in person.got] == list(range(1, len(person.got) + 1))
    await person.stop()
    await until(lambda: omar.has("here", "away"))
    await omar.stop()


async def test_the_process_of_the_counsellor_is_killed_in_mid_talk(place: Place, kept: Kept) -> None:
    """Her page finds the other process; what both typed meanwhile arrives once and in order."""
    person, els = Visitor(at(place, 0)), Page(kept, "els", at(place, 1))
    talk = await person.waits(kept)
    await els.act(talk, "claim")
    await els.open(talk)
    await both_say(person, els, range(5))
    place.processes[1].send_signal(signal.SIGKILL)
    els.base = at(place, 0)  # where a load balancer sends her now
    await both_say(person, els, range(5, 10))
    await until(lambda: len(person.heard()) >= 10 and not els.outbox and len(els.lines) >= 20)
    arrived(person, els, 10)
    assert [line.number for line in Queue(kept).read(talk)] == list(range(1, 21))
    assert "handoff_gone" not in person.topics()
    place.processes[1].wait(10)
    await els.stop()
    # And when she does not come back the process that is left tells the person and puts her first. The clock is set, not waited for.
    with kept.engine.begin() as connection:
        connection.execute(sa.text("UPDATE handoffs SET alive_at = alive_at - 60 WHERE id = :id"), {"id": talk})
    await until(lambda: "handoff_gone" in person.topics())
    found = Queue(kept).get(talk)
    assert found
    assert (found.state, found.returned, found.counsellor) == ("waiting", True, "")
    await person.stop()
    await asyncio.to_thread(place.start, 1)
    await asyncio.to_thread(up, at(place, 1) + "/health")
