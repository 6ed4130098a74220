"""Two processes on real PostgreSQL and Redis behind a real nginx; one is killed while twenty people talk."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import websockets

from bench.servers import LOCAL, free_port, nginx, postgres, redis
from bench.talker import Talker, faults
from tests.conftest import ROOT

pytestmark = pytest.mark.anyio
TALKS, MESSAGES = 20, 12
SAY = ("menu", "ik wil niet meer leven", "help")

@dataclass
class Place:
    """What runs: `proxy` is where people come, `ports` and `processes` the two Noors behind it."""

    proxy: str
    ports: list[int]
    processes: list[subprocess.Popen[bytes]]
    redis: Any
    environment: dict[str, str]

    def start(self, which: int) -> None:
        environment = {**self.environment, "NOOR_PORT": str(self.ports[which])}
        process = subprocess.Popen([sys.executable, "-W", "ignore", "-m", "bench.serving", "--unlimited"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
        self.processes[which : which + 1] = [process]


def up(url: str) -> None:
    for _ in range(1200):
        with contextlib.suppress(httpx.HTTPError):
            if httpx.get(url, timeout=2).status_code == 200:
                return
        time.sleep(0.1)
    raise AssertionError(f"{url} did not come up")


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    with place_of({}) as made:
        yield made


@contextlib.contextmanager
def place_of(settings: dict[str, str]) -> Iterator[Place]:
    """Two processes with these settings besides what they need."""
    with tempfile.TemporaryDirectory(prefix="noor-two-") as name, postgres() as database, redis(Path(name)) as shared:
        folder, ports, port = Path(name), [free_port(), free_port()], free_port()
        environment = {
            **os.environ, "NOOR_DATABASE": database.database(), "NOOR_REDIS": shared.url, "NOOR_KEY": "two", "NOOR_DATA": name, "PYTHONPATH": str(ROOT), **settings,
        }  # fmt: skip
        made = Place(f"http://{LOCAL}:{port}", ports, [], shared, environment)
        for which in range(2):
            made.start(which)
        proxy = nginx(folder, port, ports)
        try:
            for one in (*ports, port):
                up(f"http://{LOCAL}:{one}/health")
            yield made
        finally:
            for process in (*made.processes, proxy):
                process.terminate()
            for process in (*made.processes, proxy):
                try:
                    process.wait(15)
                except subprocess.TimeoutExpired:
                    process.kill()


async def test_a_page_on_one_process_sees_what_is_said_on_the_other(place: Place) -> None:
    one, two = Talker(f"http://{LOCAL}:{place.ports[0]}"), Talker(f"http://{LOCAL}:{place.ports[1]}", letter="n")
    await one.start()
    two.token = one.token
    await two.start()
    for i in range(6):
        talker = (one, two)[i % 2]
        await talker.say("menu")
        await talker.settled()
        other = (two, one)[i % 2]
        async with asyncio.timeout(20):
            while other.seen < talker.seen:
                await asyncio.sleep(0.01)
    assert [m["seq"] for m in one.got] == [m["seq"] for m in two.got] == list(range(1, 14))
    await one.stop()
    await two.stop()


async def test_a_message_sent_to_both_processes_at_once_is_answered_once(place: Place) -> None:
    async with httpx.AsyncClient(timeout=60) as client:
        token = (await client.post(place.proxy + "/api/talk")).json()["talk"]
        frame = {"talk": token, "id": "m0", "text": "menu", "after": 0}
        await asyncio.gather(*(client.post(f"http://{LOCAL}:{port}/api/say", json=frame) for port in place.ports * 5))
        messages = (await client.post(place.proxy + "/api/messages", json={"talk": token})).json()["messages"]
    assert [m["from"] for m in messages] == ["noor", "person", "noor"]


async def test_a_killed_process_loses_nothing_and_order_holds(place: Place) -> None:
    talkers = [Talker(place.proxy) for _ in range(TALKS)]
    await asyncio.gather(*(t.start() for t in talkers))

    async def chatter(talker: Talker) -> None:
        for i in range(MESSAGES):
            while len(talker.outbox) > 2:
                await asyncio.sleep(0.01)
            await talker.say(SAY[i % len(SAY)])

    chatters = [asyncio.create_task(chatter(t)) for t in talkers]
    while sum(len(t.acked) for t in talkers) < TALKS * MESSAGES // 4:
        await asyncio.sleep(0.01)
    place.processes[0].send_signal(signal.SIGKILL)
    await asyncio.gather(*chatters)
    await asyncio.gather(*(t.settled() for t in talkers))
    found = [fault for t in talkers for fault in faults(t, await t.kept())]
    assert sum(t.reconnects for t in talkers) > 0  # people were on the killed process
    assert all(len(t.acked) == MESSAGES for t in talkers)
    for talker in talkers:
        await talker.stop()
    assert found == []
    place.processes[0].wait(10)
    await asyncio.to_thread(place.start, 0)
    await asyncio.to_thread(up, f"http://{LOCAL}:{place.ports[0]}/health")


async def test_a_rolling_update_loses_no_message(place: Place) -> None:
    """Each Noor in turn is asked to stop (SIGTERM), ends by itself, and a new one takes its place, while people talk all the time."""
    talkers = [Talker(place.proxy) for _ in range(8)]
    await asyncio.gather(*(t.start() for t in talkers))

    async def chatter(talker: Talker) -> None:
        while True:
            if len(talker.outbox) < 3 and len(talker.said) < 90:  # of a talk the newest 200 messages are kept, answers included
                await talker.say(SAY[len(talker.said) % len(SAY)])
            await asyncio.sleep(0.5)

    chatters = [asyncio.create_task(chatter(t)) for t in talkers]
    for which in range(2):
        said = [len(t.acked) for t in talkers]
        while any(len(t.acked) == before for t, before in zip(talkers, said, strict=True)):  # all of them are in the middle of it
            await asyncio.sleep(0.05)
        old = place.processes[which]
        old.terminate()
        assert await asyncio.to_thread(old.wait, 30) in (0, -signal.SIGTERM)
        await asyncio.to_thread(place.start, which)
        await asyncio.to_thread(up, f"http://{LOCAL}:{place.ports[which]}/health")
    for task in chatters:
        task.cancel()
    await asyncio.gather(*(t.settled() for t in talkers))
    assert sum(t.reconnects for t in talkers) >= len(talkers)  # everybody was moved once at least
    assert [fault for t in talkers for fault in faults(t, await t.kept())] == []
    for talker in talkers:
        await talker.stop()


async def test_a_redis_that_is_away_costs_no_answer(place: Place) -> None:
    place.redis.stop()
    async with websockets.connect(f"ws://{LOCAL}:{place.ports[0]}/api/socket") as socket:
        async with httpx.AsyncClient(timeout=30) as client:
            token = (await client.post(f"http://{LOCAL}:{place.ports[0]}/api/talk")).json()["talk"]
        await socket.send(json.dumps({"talk": token, "after": 1}))
        await socket.send(json.dumps({"id": "m0", "text": "ik wil niet meer leven"}))
        async with asyncio.timeout(20):
            while "ack" not in (event := json.loads(await socket.recv())):
                assert event.get("message", {}).get("topic") in (None, "danger_suicide")
    place.redis.start()
