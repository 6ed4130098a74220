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


async def has(client: Client, room: str, text: str) -> bool:
    return any(body == text for _, body in await client.said(room))
