"""The Matrix door: counsellors take talks in Element or another Matrix client. An application service of the organisation's own homeserver.

A talk that waits has a room to which every counsellor is invited; who joins first has it, and only then the words are sent there. The
database decides; `look` brings the rooms in line with it, after each event and every ten seconds, so that whatever was lost in between
is made good. When a talk ends or is erased its room is emptied: what is kept of it is kept by Noor.
"""

from __future__ import annotations

import asyncio
import hmac
from dataclasses import dataclass
from typing import Any

import structlog
import yaml
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.clock import now
from bot.content.console_words import console_words, filled
from bot.doors.matrix_server import LINE, TALK, Homeserver, Refused
from bot.handoff.desk import Desk
from bot.handoff.rows import Handoff, Line
from bot.handoff.summary import in_words, language_name
from bot.service import Service
from bot.settings import Settings

log = structlog.get_logger()
EVERY = 10.0  # seconds between two signs of life, as docs/helpdesk.md asks
REMEMBERED = 1000  # transactions
LOBBY = "noor_desk"  # who is in this room can be asked to take talks
HAND_BACK, CLOSE, NOTE = ("!terug", "!hand-back"), ("!sluit", "!close"), ("!notitie", "!note")


@dataclass
class Room:
    """The room of one talk: `holder` is who was let in, `seen` the last line that stands in it."""

    id: str
    handoff: str
    holder: str = ""
    seen: int = 0
    danger: bool = False


class MatrixDoor:
    """run() inside the application's life; routes() for what the homeserver pushes."""

    def __init__(self, service: Service, settings: Settings) -> None:
        self._service, self._desk, self._settings = service, Desk(service), settings
        self.users = users(settings)
        self.server = Homeserver(settings.matrix_url, settings.matrix_as_token, me(settings))
        self._rooms: dict[str, Room] = {}  # by the talk's id
        self._lobby = ""
        self._news: set[str] = set()
        self._typing: set[str] = set()  # talks whose person types
        self._wake = asyncio.Event()
        self._done: dict[str, None] = {}
        self._busy = asyncio.Lock()
        words = console_words(settings.root)
        self._language = str(service.turn.answers.content.organisation.get("default_language", "nl"))
        self._language = self._language if self._language in words else "en"
        self._words = words[self._language]
        self._desk.listen(self._heard)

    def routes(self) -> list[Any]:
        return [Route("/_matrix/app/v1/transactions/{transaction}", self.pushed, methods=["PUT"])]

    def _heard(self, event: dict[str, Any]) -> None:
        talk = str(event.get("handoff", ""))
        self._news.add(talk)
        if event.get("kind") == "typing":
            self._typing.add(talk)
        self._wake.set()

    async def run(self) -> None:
        """Runs for ever. A homeserver that is away is asked again; people are told that nobody is there meanwhile."""
        try:
            while True:
                self._wake.clear()
                try:
                    await self.look()
                except Exception as error:
                    log.error("matrix can't be reached or the store is away; tried again", error=why(error))
                try:
                    await asyncio.wait_for(self._wake.wait(), EVERY)
                except TimeoutError:
                    await self._alive_safely()
        finally:
            await self.server.close()

    # --- from Noor to the rooms --------------------------------------------------------------------------------------

    async def look(self) -> None:
        """Brings every room in line with the database."""
        async with self._busy:
            if not self._lobby:
                await self._begin()
            news, self._news = self._news, set()
            self._typing &= self._rooms.keys()
            for talk in dict.fromkeys([*(h.id for h in self._desk.waiting()), *self._rooms, *sorted(news - {""})]):
                try:
                    await self._follow(talk)
                except Exception as error:  # one room that fails must not keep the others waiting
                    self._news.add(talk)
                    log.error("a matrix room could not be brought up to date; tried again", error=why(error))

    async def _begin(self) -> None:
        """After a start: Noor's user, the lobby, and the rooms of before."""
        await self.server.exist()
        for room in await self.server.rooms():
            await self._known(room)
        self._lobby = await self.server.room(LOBBY, self._words["matrix_lobby"], {}, self.users)
        here = await self.server.members(self._lobby)
        for user in self.users:
            if user not in here:
                await self.server.invite(self._lobby, user)
        await self.alive()

    async def _known(self, room: str) -> Room | None:
        """A room by its id, read from the homeserver when this process did not make it."""
        found = next((r for r in self._rooms.values() if r.id == room), None)
        if found is None and (talk := await self.server.state(room, TALK)).get("handoff"):
            lines = [int(m["content"].get(LINE, 0)) for m in await self.server.messages(room) if m["sender"] == self.server.me]
            found = Room(room, str(talk["handoff"]), str(talk.get("holder", "")), max(lines, default=0))
            found = self._rooms.setdefault(found.handoff, found)
        return found

    async def _follow(self, talk: str) -> None:
        found, room = self._desk.get(talk), self._rooms.get(talk)
        asked = found.asked_of if found and found.asked_of in self.users else ""
        theirs = bool(found and found.counsellor and found.counsellor not in self.users)
        if found is None or found.state == "ended" or (theirs and not asked):
            if room:
                await self._empty(room, "matrix_taken" if theirs else "ended" if found else "erased")
            return
        if room and room.holder and room.holder != found.counsellor:  # put back, or given to a colleague: nobody keeps reading
            await self._empty(room, "not_yours")
            room = None
        if room is None:
            invite = [asked or found.counsellor] if found.counsellor else self.users
            made = await self.server.room(f"noor_{talk}", self._name(found), {"handoff": talk}, invite)
            room = self._rooms[talk] = Room(made, talk, danger=found.danger)
        if found.danger and not room.danger:
            await self.server.put_state(room.id, "m.room.name", {"name": self._name(found)})
            room.danger = True
        if found.counsellor and not theirs:
            if not room.holder:
                await self._let_in(room, found)
            for line in self._desk.lines(talk, room.seen):
                await self._send(room, line)
                room.seen = line.number
            if talk in self._typing:
                self._typing.discard(talk)
                await self.server.typing(room.id)

    async def _let_in(self, room: Room, found: Handoff) -> None:
        """The talk is somebody's: everybody else goes out first, then come the summary and how it works."""
        for user in await self.server.members(room.id):
            if user != found.counsellor:
                await self.server.kick(room.id, user, self._words["matrix_taken"])
        lines = in_words(found.summary, self._language, self._service.turn.answers)
        text = "\n".join([self._words["summary"] + ":", *("- " + line for line in lines), "", self._words["matrix_commands"]])
        await self.server.send(room.id, f"{room.id}-summary", text, "m.notice")
        await self.server.put_state(room.id, TALK, {"handoff": found.id, "holder": found.counsellor})
        room.holder = found.counsellor

    async def _send(self, room: Room, line: Line) -> None:
        if line.by == room.holder and line.message_id.startswith("$"):
            return  # she wrote it in this room
        text, kind = line.text, "m.notice"
        if line.sender == "person":
            kind = "m.text"
        elif line.sender == "noor":
            text = filled(self._words, "media", kind=text.partition(":")[2])
        else:
            text = self._words["note" if line.sender == "note" else "colleague"] + ": " + text
        await self.server.send(room.id, f"{room.id}-{line.number}", text, kind, line.number)
        if line.danger:
            await self.server.send(room.id, f"{room.id}-{line.number}-danger", self._words["matrix_danger"], "m.notice")

    async def _empty(self, room: Room, why: str) -> None:
        await self.server.empty(room.id, f"noor_{room.handoff}", self._words[why])
        self._rooms.pop(room.handoff, None)

    def _name(self, found: Handoff) -> str:
        own = str(self._service.turn.answers.content.languages.get(found.language, {}).get("name", found.language))
        name = filled(self._words, "matrix_room", language=language_name(found.language, self._language, own))
        return name + (" - " + self._words["danger"] if found.danger else "")

    # --- signs of life -----------------------------------------------------------------------------------------------

    async def _alive_safely(self) -> None:
        try:
            await self.alive()
        except Exception as error:
            log.error("matrix does not say who is there", error=why(error))

    async def alive(self) -> None:
        """Who is connected and in the lobby can take talks; who is connected and has one is there for it."""
        ready = {u for u, how in (await self.server.members(self._lobby)).items() if how == "join"}
        holders = {room.holder for room in self._rooms.values()}
        for user in self.users:
            if (user in ready or user in holders) and await self.server.is_there(user):
                if user in ready:
                    self._desk.on_duty(user, now())
                self._desk.alive(user, now())

    # --- from the rooms to Noor --------------------------------------------------------------------------------------

    async def pushed(self, request: Request) -> Response:
        """PUT a transaction: {"events": [...]}. Answered with 200 when all of it is kept; with 500 the homeserver sends it again."""
        given = request.headers.get("authorization", "").removeprefix("Bearer ")
        if not hmac.compare_digest(given.encode(), self._settings.matrix_hs_token.encode()):
            return JSONResponse({"errcode": "M_FORBIDDEN"}, 403)
        transaction = request.path_params["transaction"]
        if transaction in self._done:
            return JSONResponse({})
        try:
            events = [e for e in (await request.json())["events"] if isinstance(e, dict)]
        except (ValueError, KeyError, TypeError):
            return JSONResponse({"errcode": "M_BAD_JSON"}, 400)
        try:
            for event in events:
                await self._take(event)
        except (SQLAlchemyError, OSError) as error:
            log.error("a matrix transaction is not kept yet", error=error.__class__.__name__)
            return JSONResponse({"errcode": "M_UNKNOWN"}, 500)
        self._done[transaction] = None
        if len(self._done) > REMEMBERED:
            self._done.pop(next(iter(self._done)))
        self._wake.set()
        return JSONResponse({})

    async def _take(self, event: dict[str, Any]) -> None:
        """One event. Seen twice it does nothing more: a claim and an end count once in the database, a message once by its id."""
        sender, kind, content = str(event.get("sender", "")), event.get("type"), event.get("content") or {}
        if sender == self.server.me or kind not in ("m.room.member", "m.room.message") or not content:
            return
        room = await self._known(str(event.get("room_id", "")))
        if room is None:
            return
        if kind == "m.room.member":
            if event.get("state_key") == sender and content.get("membership") == "join":
                await self._joined(room, sender)
            elif event.get("state_key") == sender and content.get("membership") == "leave":
                _ = await self._desk.hand_back(room.handoff, sender, now()) or self._desk.decline(room.handoff, sender)
        else:
            await self._said(room, sender, str(event["event_id"]), content)

    async def _joined(self, room: Room, user: str) -> None:
        found = self._desk.get(room.handoff)
        if found and found.counsellor == user and found.state == "human":
            return
        took = user in self.users and (await self._desk.claim(room.handoff, user, now()) or await self._desk.accept(room.handoff, user, now()))
        if not took:
            await self.server.kick(room.id, user, self._words["claim_lost"])

    async def _said(self, room: Room, user: str, event_id: str, content: dict[str, Any]) -> None:
        text = str(content.get("body", "")).strip()
        word, _, rest = text.partition(" ")
        word = word.lower()
        if content.get("msgtype") not in ("m.text", "m.emote") or (content.get("m.relates_to") or {}).get("rel_type") == "m.replace":
            await self.server.send(room.id, "no" + event_id, self._words["matrix_text_only"], "m.notice")
        elif word in HAND_BACK:
            await self._desk.hand_back(room.handoff, user, now())
        elif word in CLOSE:
            await self._desk.close(room.handoff, user, now())
        elif word in NOTE and rest:
            self._desk.note(room.handoff, user, rest, event_id, now())
        elif word.startswith("!"):  # a slip of the finger must not reach the person as a message
            await self.server.send(room.id, "no" + event_id, self._words["matrix_commands"], "m.notice")
        else:
            await self._desk.say(room.handoff, user, text, event_id, now())


def why(error: Exception) -> str:
    """An error for the log: of the homeserver's own its code, of others the kind alone."""
    return str(error) if isinstance(error, Refused) else error.__class__.__name__


def users(settings: Settings) -> list[str]:
    """The user ids of the counsellors."""
    return [u.strip() for u in settings.matrix_users.split(",") if u.strip()]


def me(settings: Settings) -> str:
    """Noor's own user id on the counsellors' homeserver."""
    return "@noor:" + users(settings)[0].partition(":")[2]


def registration(settings: Settings) -> str:
    """The file that tells a homeserver of Noor, as YAML."""
    server = me(settings).partition(":")[2].replace(".", r"\.")
    return yaml.safe_dump(
        {
            "id": "noor", "url": settings.public_url or f"http://{settings.host}:{settings.port}",
            "as_token": settings.matrix_as_token, "hs_token": settings.matrix_hs_token, "sender_localpart": "noor", "rate_limited": False,
            "namespaces": {
                "users": [{"exclusive": True, "regex": f"@noor:{server}"}], "aliases": [{"exclusive": True, "regex": f"#noor_.*:{server}"}], "rooms": [],
            },
        },
        sort_keys=False,
    )  # fmt: skip
