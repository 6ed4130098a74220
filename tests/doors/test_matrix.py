"""The Matrix door against a real Synapse: a room per talk, claim by joining, words both ways, the end, and nothing left behind."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
import yaml
from starlette.applications import Starlette

from bench.servers import LOCAL
from bot.answers import Answers
from bot.clock import now
from bot.doors.matrix import MatrixDoor, registration
from bot.safety import Safety
from bot.settings import Settings
from tests.conftest import ROOT
from tests.doors.synapse import NAME, Client, Synapse, synapse
from tests.handoff.conftest import House

pytestmark = pytest.mark.anyio
MATRIX = Settings(
    root=ROOT, key="a key for tests", matrix_url="http://127.0.0.1", matrix_as_token="as-token", matrix_hs_token="hs-token",
    matrix_users=f"@els:{NAME},@ali:{NAME}", public_url="https://noor.test",
)  # fmt: skip


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@dataclass
class Server:
    synapse: Synapse
    els: Client
    ali: Client
    root: Client


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with synapse(yaml.safe_load(registration(MATRIX))) as made:
        yield Server(made, made.user("els"), made.user("ali"), made.user("root", admin=True))


async def until(what: Callable[[], Awaitable[Any]]) -> Any:
    """Waits until something is so, and gives it; there is a limit only so that a broken test ends."""
    for _ in range(600):
        with contextlib.suppress(httpx.HTTPStatusError):
            if found := await what():
                return found
        await asyncio.sleep(0.1)
    raise AssertionError("it did not come")


@contextlib.asynccontextmanager
async def running(server: Server, house: House, settings: Settings) -> AsyncIterator[MatrixDoor]:
    """The door with the homeserver's pushes, until the block ends."""
    door = MatrixDoor(house.service, settings)
    web = uvicorn.Server(uvicorn.Config(Starlette(routes=door.routes()), host=LOCAL, port=server.synapse.pushes, log_level="error", lifespan="off", ws="none"))
    tasks = [asyncio.create_task(web.serve())]
    while not web.started and not tasks[0].done():  # a homeserver that finds nobody waits ever longer before it tries again
        await asyncio.sleep(0.01)
    tasks.append(asyncio.create_task(door.run()))
    try:
        yield door
    finally:
        web.should_exit = True
        tasks[-1].cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@dataclass
class Scene:
    """Noor, a homeserver and two counsellors."""

    house: House
    els: Client
    ali: Client
    door: MatrixDoor

    async def offered(self, to: Client) -> str:
        """The room of the talk that waits."""

        async def there() -> str:
            return next((room for room, name in (await to.rooms())["invite"].items() if name.startswith("Noor: gesprek")), "")

        return str(await until(there))

    async def claimed(self, by: Client, room: str) -> None:
        """Joins, and waits until the talk is hers and the summary there."""
        await by.join(room)
        await until(lambda: by.said(room))

    async def heard(self, text: str) -> None:
        """Waits until the person got these words."""

        async def there() -> bool:
            return any(text in said for _, _, said, _ in self.house.door.brought)

        await until(there)

    async def gone(self, who: Client, room: str) -> str:
        """Waits until somebody is out of a room; why."""

        async def there() -> str:
            return (await who.rooms())["leave"].get(room, "")

        return str(await until(there))


@pytest.fixture
async def scene(server: Server, tmp_path: Path, words: tuple[Answers, Safety]) -> AsyncIterator[Scene]:
    settings = replace(MATRIX, data=tmp_path, matrix_url=server.synapse.url)
    house = House(settings, words)
    async with running(server, house, settings) as door:
        yield Scene(house, server.els.again(), server.ali.again(), door)
    house.service.close()


async def test_claim_by_joining_words_both_ways_and_close(scene: Scene) -> None:
    house, els, ali = scene.house, scene.els, scene.ali
    waits = await house.waits()
    await house.says("a", "eerste woorden")
    room = await scene.offered(els)
    assert await scene.offered(ali) == room
    await scene.claimed(els, room)
    await until(lambda: has(els, room, "eerste woorden"))
    assert (found := house.desk.get(waits.id)) and found.counsellor == els.id
    assert "collega" in await scene.gone(ali, room)
    with pytest.raises(httpx.HTTPStatusError):
        await ali.join(room)
    house.service.turn.handoff.typing(house.service.kept.name("web", "a"))

    async def typing() -> bool:
        return scene.door.server.me in await els.typing(room)

    await until(typing)
    await els.say(room, "Dag, ik ben er.")
    await scene.heard("Dag, ik ben er.")
    await house.says("a", "fijn")
    await until(lambda: has(els, room, "fijn"))
    bodies = [body for sender, body in await els.said(room)]
    assert [b for b in bodies if b in ("eerste woorden", "Dag, ik ben er.", "fijn")] == ["eerste woorden", "Dag, ik ben er.", "fijn"]
    assert bodies[0].startswith("Samenvatting")
    await els.say(room, "!sluit")
    await scene.gone(els, room)
    ended = house.desk.get(waits.id)
    assert ended
    assert ended.ended == "closed"
    assert not any("!sluit" in text for _, _, text, _ in house.door.brought)


async def test_leaving_hands_back_and_erasing_empties_the_room(scene: Scene) -> None:
    house, els = scene.house, scene.els
    waits = await house.waits()
    room = await scene.offered(els)
    await scene.claimed(els, room)
    await els.leave(room)

    async def back() -> bool:
        return bool((found := house.desk.get(waits.id)) and found.ended == "handed_back")

    await until(back)
    await house.waits("b")
    room = await scene.offered(els)
    await scene.claimed(els, room)
    await house.says("b", "plantedword")
    await until(lambda: has(els, room, "plantedword"))
    house.service.turn.handoff.erase(house.service.kept.name("web", "b"))
    assert "wissen" in await scene.gone(els, room)
    with contextlib.suppress(httpx.HTTPStatusError):  # who was in may look back: there are no words
        assert not any("plantedword" in body for _, body in await els.said(room))


async def test_of_two_who_join_at_once_one_has_it_and_the_other_is_told(scene: Scene) -> None:
    house, els, ali = scene.house, scene.els, scene.ali
    waits = await house.waits()
    room = await scene.offered(els)
    await scene.offered(ali)
    joined = await asyncio.gather(els.join(room), ali.join(room), return_exceptions=True)
    assert sum(not isinstance(how, Exception) for how in joined) >= 1

    async def held() -> str:
        return found.counsellor if (found := house.desk.get(waits.id)) else ""

    holder = await until(held)
    winner, loser = (els, ali) if holder == els.id else (ali, els)
    assert await scene.gone(loser, room)
    await until(lambda: winner.said(room))
    assert [topic for _, topic, _, _ in house.door.brought] == ["handoff_claimed"]
    await house.desk.close(waits.id, holder, house.at)
    await scene.gone(winner, room)


async def test_commands_and_what_is_not_sent(scene: Scene) -> None:
    house, els = scene.house, scene.els
    waits = await house.waits()
    room = await scene.offered(els)
    await scene.claimed(els, room)
    await els.say(room, "!note plantednote")
    await els.say(room, "!sluitt")  # a slip of the finger
    await els.say(room, "plaatje.png", "m.image")
    await els.say(room, "Dag")
    await scene.heard("Dag")

    async def explained() -> bool:
        said = [body for sender, body in await els.said(room) if sender == scene.door.server.me]
        return sum("!sluit" in body for body in said) >= 2 and any("alleen tekst" in body for body in said)

    await until(explained)
    assert [(line.sender, line.text) for line in house.desk.lines(waits.id)] == [("note", "plantednote"), ("human", "Dag")]
    assert not any(word in str(house.door.brought) for word in ("plantednote", "sluitt", "plaatje"))
    await els.say(room, "!terug")
    await scene.gone(els, room)
    found = house.desk.get(waits.id)
    assert found
    assert found.ended == "handed_back"
    assert "computer" in house.door.brought[-1][2]


async def test_who_is_connected_and_in_the_lobby_counts_as_present(scene: Scene) -> None:
    house, els = scene.house, scene.els

    async def lobby() -> str:
        rooms = await els.rooms()
        return next((room for kind in ("join", "invite") for room, name in rooms[kind].items() if "wie kan" in name), "")

    await els.join(await until(lobby))
    await els.call("PUT", f"/presence/{els.id}/status", {"presence": "online"})

    async def present() -> bool:
        await scene.door.alive()
        return els.id in house.queue.present(now().timestamp())

    await until(present)
    house.queue.off_duty(els.id)
    await els.call("PUT", f"/presence/{els.id}/status", {"presence": "offline"})

    async def away() -> bool:
        return not await scene.door.server.is_there(els.id)

    await until(away)
    await scene.door.alive()
    assert house.queue.present(now().timestamp()) == []


async def test_a_push_is_taken_from_the_homeserver_alone_and_once(scene: Scene, server: Server) -> None:
    house, els = scene.house, scene.els
    waits = await house.waits()
    room = await scene.offered(els)
    await scene.claimed(els, room)
    event = {"type": "m.room.message", "sender": els.id, "room_id": room, "event_id": "$once", "content": {"msgtype": "m.text", "body": "Een keer"}}
    async with httpx.AsyncClient(base_url=f"http://{LOCAL}:{server.synapse.pushes}/_matrix/app/v1/transactions") as pusher:
        for headers in ({}, {"Authorization": "Bearer another"}, {"Authorization": "Bearer as-token"}):
            assert (await pusher.put("/t1", json={"events": [event]}, headers=headers)).status_code == 403
        right = {"Authorization": "Bearer hs-token"}
        assert (await pusher.put("/t2", content=b"{", headers=right)).status_code == 400
        assert (await pusher.put("/t2", json=[], headers=right)).status_code == 400
        assert house.desk.lines(waits.id) == []
        for transaction in ("t3", "t3", "t4"):  # sent again, and after a start in which the first answer was lost
            assert (await pusher.put("/" + transaction, json={"events": [event, 7]}, headers=right)).status_code == 200
    assert [line.text for line in house.desk.lines(waits.id)] == ["Een keer"]
    await house.desk.close(waits.id, els.id, house.at)
    await scene.gone(els, room)


async def test_noor_stops_and_starts_in_mid_talk(server: Server, tmp_path: Path, words: tuple[Answers, Safety]) -> None:
    settings = replace(MATRIX, data=tmp_path, matrix_url=server.synapse.url)
    house, els = House(settings, words), server.els.again()
    async with running(server, house, settings) as door:
        scene = Scene(house, els, server.ali.again(), door)
        waits = await house.waits()
        room = await scene.offered(els)
        await scene.claimed(els, room)
        await house.says("a", "voor de stop")
        await until(lambda: has(els, room, "voor de stop"))
    await els.say(room, "tijdens de stop")  # Synapse keeps it and sends it again
    house.service.close()
    house.start()
    await house.says("a", "na de stop")
    async with running(server, house, settings) as door:
        scene = Scene(house, els, server.ali.again(), door)
        await until(lambda: has(els, room, "na de stop"))
        await scene.heard("tijdens de stop")
        bodies = [body for _, body in await els.said(room)]
        assert [bodies.count(b) for b in ("voor de stop", "tijdens de stop", "na de stop")] == [1, 1, 1]
        assert sum(text == "tijdens de stop" for _, _, text, _ in house.door.brought) == 1
        await house.desk.close(waits.id, els.id, house.at)
        await scene.gone(els, room)
    house.service.close()


async def test_synapse_stops_and_starts_in_mid_talk_and_an_erased_talk_is_gone_from_its_database(
    server: Server, tmp_path: Path, words: tuple[Answers, Safety]
) -> None:
    settings = replace(MATRIX, data=tmp_path, matrix_url=server.synapse.url)
    house, els = House(settings, words), server.els.again()
    async with running(server, house, settings) as door:
        scene = Scene(house, els, server.ali.again(), door)
        await house.waits()
        room = await scene.offered(els)
        await scene.claimed(els, room)
        admin = f"{server.synapse.url}/_synapse/admin/v1/users/@noor:{NAME}/admin"
        (await server.root.again().http.put(admin, json={"admin": True})).raise_for_status()
        await asyncio.to_thread(server.synapse.stop)
        await house.says("a", "rarestword terwijl hij uit was")
        await asyncio.to_thread(server.synapse.start)
        await until(lambda: has(els, room, "rarestword terwijl hij uit was"))
        await els.say(room, "rarestword terug")
        await scene.heard("rarestword terug")
        assert server.synapse.stored("rarestword") >= 2
        house.service.turn.handoff.erase(house.service.kept.name("web", "a"))

        async def purged() -> bool:  # with the room itself: her app does not even list it as left
            return room not in (await els.rooms())["join"] and server.synapse.stored("rarestword") == 0

        await until(purged)
    house.service.close()


async def has(client: Client, room: str, text: str) -> bool:
    return any(body == text for _, body in await client.said(room))
