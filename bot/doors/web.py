"""The web door: JSON over WebSocket with a cursor, and the same over plain HTTP when sockets are blocked. docs/web-door.md says how.

A page has one secret, its talk token. Every message in the talk has a number; a page that comes back says the last it saw and gets
the rest, so nothing is lost; every message it sends has an id of its own, so nothing is answered twice.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import time
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.clock import now
from bot.conversation import Talk
from bot.doors import frames
from bot.doors.frames import A_PAGE, LONGEST, cost, fit
from bot.doors.open_pages import OpenPages, Page
from bot.files import NoFile
from bot.masking import MASK, mask
from bot.messages import Message, Reply
from bot.practice.screens import NOT_KEPT
from bot.service import Service
from bot.store.limits import Limit
from bot.store.locks import TooFast

TOKEN = 24  # bytes of a talk token
PAUSE = 0.2  # seconds that a page is not read after a frame that was refused: a flood waits at the sender's, not in Noor
FRAMES, FRAMES_PER_SECOND = 60, 10.0  # of one page, before it is read slowly
BURST, PER_SECOND = 20, 2.0  # messages of one address or talk at once, and how fast that fills up again


class WebDoor:
    """Routes of the talk itself; the pages around it are in pages.py."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._pages = OpenPages()
        self._long = asyncio.Lock()
        self._rate = service.limit("say", BURST, PER_SECOND)
        self._new_talks = service.limit("talk", 60, 1.0)
        self._dangers = service.limit("danger", 40, 5.0)
        service.wire.listen(self._pages.tell)
        service.metrics.gauge("noor_open_pages", "web pages that are open now", lambda: len(self._pages))
        service.doors["web"] = self

    def routes(self) -> list[Any]:
        return [
            Route("/api/talk", self.new_talk, methods=["POST"]),
            Route("/api/say", self.say, methods=["POST"]),
            Route("/api/messages", self.messages, methods=["POST"]),
            Route("/api/file", self.file, methods=["POST"]),
            WebSocketRoute("/api/socket", self.socket),
        ]

    # --- talks over HTTP ---------------------------------------------------------------------------------------------

    async def new_talk(self, request: Request) -> Response:
        """{"talk": token, "messages": [...]} for a new talk: its secret and Noor's first screen."""
        if not self._allowed(request.headers.get("origin"), request.headers.get("host", "")):
            return JSONResponse({"error": "origin"}, 403)
        if not await self._new_talks.allows(frames.address(request)):
            return JSONResponse({"error": "too_fast"}, 429)
        token = secrets.token_urlsafe(TOKEN)
        language = request.query_params.get("language", "")
        async with self._service.talk("web", token) as talk:
            if language in self._service.turn.answers.content.spoken():
                talk.language = language
            first = [frames.note(talk, frames.from_noor(r, self._service.turn.answers.content)) for r in self._service.turn.hello(talk, now(), "web")]
        return JSONResponse({"talk": token, "messages": first}, headers={"Cache-Control": "no-store"})

    async def say(self, request: Request) -> Response:
        """{"talk","id","text"|"tap","after"} -> {"messages": [...]} with everything after `after`."""
        frame = await self._frame(request)
        if isinstance(frame, Response):
            return frame
        if not await self._take(frame["talk"], frame, frames.address(request)):
            return JSONResponse({"error": "too_fast", **self._passing("too_fast")}, 429)
        return await self._since(frame)

    async def messages(self, request: Request) -> Response:
        """{"talk","after"} -> {"messages": [...]}: what polling asks."""
        frame = await self._frame(request)
        return frame if isinstance(frame, Response) else await self._since(frame)

    async def file(self, request: Request) -> Response:
        """{"talk","kind"} -> the bytes of a file that a message offers; made now, kept nowhere."""
        frame = await self._frame(request)
        if isinstance(frame, Response):
            return frame
        if not await self._rate.allows(self._service.kept.name("web", frame["talk"])):
            return JSONResponse({"error": "too_fast"}, 429)
        try:
            media_type, made = await self._service.file("web", frame["talk"], str(frame.get("kind")))
        except NoFile:
            return JSONResponse({"error": "no such file"}, 404)
        return Response(made, media_type=media_type, headers={"Cache-Control": "no-store"})

    async def _frame(self, request: Request) -> dict[str, Any] | Response:
        if not self._allowed(request.headers.get("origin"), request.headers.get("host", "")):
            return JSONResponse({"error": "origin"}, 403)
        body = b""
        async for chunk in request.stream():
            body += chunk
            if len(body) > LONGEST * 5:
                return JSONResponse({"error": "too_long"}, 413)
        frame = frames.read(body)
        return frame if frame and frames.is_token(frame.get("talk")) else JSONResponse({"error": "not a frame of docs/web-door.md"}, 400)

    async def _since(self, frame: dict[str, Any]) -> Response:
        token, seen = frame["talk"], frames.cursor(frame)
        await self._go_on(token, seen)
        answer: dict[str, Any] = {"messages": self._service.said("web", token, seen)}
        if not self._service.is_kept("web", token):
            answer["kept"] = False
        return JSONResponse(answer, headers={"Cache-Control": "no-store"})

    # --- talks over a socket -----------------------------------------------------------------------------------------

    async def socket(self, socket: WebSocket) -> None:
        """First frame {"talk","after"}; then {"id","text"|"tap"}. Answers {"message": {...}} and {"ack": id}."""
        if not self._allowed(socket.headers.get("origin"), socket.headers.get("host", "")):
            await socket.close(4403)
            return
        await socket.accept()
        address = frames.address(socket)
        page, sender = Page("", "", 0), None
        try:
            first = frames.read((await asyncio.wait_for(socket.receive_text(), 30)).encode())
            if not first or not frames.is_token(first.get("talk")):
                await socket.close(4400)
                return
            token = first["talk"]
            page = Page(token, self._service.kept.name("web", token), frames.cursor(first), asyncio.current_task())
            await self._go_on(token, page.seen)
            self._pages.add(page)
            self._here(page.name, away=False)
            page.tell({"again": True})
            sender = asyncio.create_task(page.send_all(socket, self._service.said))
            await self._listen(socket, page, address)
        except (WebSocketDisconnect, TimeoutError, RuntimeError, KeyError):
            pass  # the page is gone: it comes back with its cursor
        except asyncio.CancelledError:
            if not page.let_go:  # a page that reads too slowly is let go; anything else is the server that stops
                raise
        finally:
            self._pages.remove(page)
            if page.name and not self._pages.any(page.name):
                self._here(page.name, away=True)
            if sender:
                sender.cancel()

    async def _listen(self, socket: WebSocket, page: Page, address: str) -> None:
        later: set[asyncio.Task[None]] = set()
        steady = Limit("frames", FRAMES, FRAMES_PER_SECOND)
        try:
            while True:
                text = await socket.receive_text()
                if not await steady.allows(""):  # whatever they hold: thousands of frames that ask for nothing are a flood too
                    await asyncio.sleep(PAUSE)
                frame = frames.read(text.encode())
                if frame is None:
                    await asyncio.sleep(PAUSE)
                elif frame.get("ping"):
                    page.tell({"pong": True})
                elif frame.get("typing"):
                    self._service.turn.handoff.typing(page.name)
                elif await self._take(page.token, frame, address):  # what was refused stays in the page's outbox
                    ack = {"ack": str(frame.get("id", ""))[:64]}
                    if self._service.is_kept("web", page.token):
                        page.tell(ack)
                    else:  # answered from memory: acknowledged when it is written
                        later.add(asyncio.create_task(self._when_kept(page, ack)))
                else:
                    await asyncio.sleep(PAUSE)
        finally:
            for task in later:
                task.cancel()

    async def _when_kept(self, page: Page, ack: dict[str, Any]) -> None:
        await self._service.talks.settled(page.name)
        page.tell(ack)

    async def _go_on(self, token: str, seen: int) -> None:
        """A page that saw more than is kept was told so by a process that died while the store was away: the talk goes on after it."""
        if seen > self._service.look("web", token).seq:
            async with self._service.talk("web", token) as talk:
                talk.seq = max(talk.seq, min(seen, int(time.time()) + 1_000_000))

    async def _take(self, token: str, frame: dict[str, Any], address: str) -> bool:
        """Whether the message was taken; False when too many come."""
        text, tap, message_id = frame.get("text"), frame.get("tap"), str(frame.get("id") or "")[:64]
        if not isinstance(text if tap is None else tap, str) or not message_id:
            return True
        name = self._service.kept.name("web", token)
        text, weight = fit(text) if isinstance(text, str) else text, cost(text)
        if not await self._rate.allows(name, weight) or not (await self._rate.allows(address, weight) or await self._urgent(address, text)):
            self._pages.tell(name, self._passing("too_fast"))
            return False
        message = Message(token, now(), text=text if tap is None else None, tap=tap, language=frame.get("language"))
        pushed: list[dict[str, Any]] = []
        typed = message.text or ""
        masked = await self._masked(typed) if len(typed) > A_PAGE else ""

        def note(talk: Talk, replies: list[Reply]) -> None:
            # Masked here, right after the turn, which masked the same words for Rasa: in a crowd, masked before the wait meant twice.
            said = masked or mask(typed) if message.text is not None else talk.offered.get(message.tap or "", "")
            if any(r.topic in NOT_KEPT for r in replies) or (talk.practice.get("paused") and replies and replies[0].urgent):
                said = MASK  # a real person came up in a practice talk: not a word of it is kept
            if not any(r.topic == "erase_done" for r in replies):  # an erased talk starts empty
                pushed.append(frames.note(talk, {"from": "person", "text": said, "id": message_id}))
            pushed.extend(frames.note(talk, frames.from_noor(r, self._service.turn.answers.content)) for r in replies)

        try:
            await self._service.handle("web", token, message, message_id, note)
        except TooFast:
            self._service.metrics.refused("web")
            self._pages.tell(name, self._passing("too_fast"))
            return False
        for event in pushed:
            self._service.wire.publish(name, {"message": event})
        return True

    async def _masked(self, typed: str) -> str:
        """A long message beside the others' answers; one at a time, or the threads together would leave the answers no processor."""
        async with self._long:
            return await asyncio.to_thread(mask, typed)

    async def _urgent(self, address: str, text: Any) -> bool:
        """A whole school may sit behind one address: who is in danger there is heard, however many others type."""
        if not isinstance(text, str) or not await self._dangers.allows(address, cost(text)):
            return False
        return self._service.turn.safety.danger(text, "nl") is not None

    def note(self, talk: Talk, replies: list[Reply]) -> list[dict[str, Any]]:
        """Keeps what is said outside a turn for a page that comes back."""
        return [frames.note(talk, frames.from_noor(r, self._service.turn.answers.content)) for r in replies]

    async def bring(self, name: str, person: str, replies: list[Reply], noted: list[dict[str, Any]]) -> None:
        """Sends it to the pages that are open, in whatever process."""
        for event in noted:
            self._service.wire.publish(name, {"message": event})

    def _here(self, name: str, away: bool) -> None:
        """A counsellor sees whether the person's page is open."""
        with contextlib.suppress(SQLAlchemyError):  # a store that is away costs nobody her page
            self._service.turn.handoff.here(name, now(), away)

    def _passing(self, key: str) -> dict[str, Any]:
        content = self._service.turn.answers.content
        return {"notice": content.say(key, str(content.organisation.get("default_language", "nl")))}

    def _allowed(self, origin: str | None, host: str) -> bool:
        """Noor's own pages only; the widget is an iframe on our origin, so that no other site ever needs to call. No origin: not a browser."""
        if origin is None:
            return True
        own = {host, urlsplit(self._service.settings.public_url).netloc}
        return urlsplit(origin).netloc in own
