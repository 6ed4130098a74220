"""The web door: JSON over WebSocket with a cursor, and the same over plain HTTP when sockets are blocked. docs/web-door.md says how.

A page has one secret, its talk token. Every message in the talk has a number; a page that comes back says the last it saw and gets
the rest, so nothing is lost; every message it sends has an id of its own, so nothing is answered twice.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.conversation import Talk
from bot.doors import frames
from bot.doors.frames import KEEPS, LONGEST
from bot.doors.rate import Rate
from bot.masking import mask
from bot.messages import Message, Reply
from bot.service import Service, TooFast, now

TOKEN = 24  # bytes of a talk token


class WebDoor:
    """Routes of the talk itself; the pages around it are in pages.py."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._listening: dict[str, set[asyncio.Queue[dict[str, Any]]]] = {}
        self._rate = Rate()
        self._new_talks = Rate(burst=60, per_second=1.0)

    def routes(self) -> list[Any]:
        return [
            Route("/api/talk", self.new_talk, methods=["POST"]),
            Route("/api/say", self.say, methods=["POST"]),
            Route("/api/messages", self.messages, methods=["POST"]),
            WebSocketRoute("/api/socket", self.socket),
        ]

    # --- talks over HTTP ---------------------------------------------------------------------------------------------

    async def new_talk(self, request: Request) -> Response:
        """{"talk": token} for a new talk, with Noor's first screen waiting in it."""
        if not self._allowed(request.headers.get("origin"), request.headers.get("host", "")):
            return JSONResponse({"error": "origin"}, 403)
        if not self._new_talks.allows(frames.address(request)):
            return JSONResponse({"error": "too_fast"}, 429)
        token = secrets.token_urlsafe(TOKEN)
        language = request.query_params.get("language", "")
        async with self._service.talk("web", token) as talk:
            if language in self._service.turn.answers.content.spoken():
                talk.language = language
            for reply in self._service.turn.hello(talk, now()):
                frames.note(talk, frames.from_noor(reply, self._service.turn.answers.content))
        return JSONResponse({"talk": token}, headers={"Cache-Control": "no-store"})

    async def say(self, request: Request) -> Response:
        """{"talk","id","text"|"tap","after"} -> {"messages": [...]} with everything after `after`."""
        frame = await self._frame(request)
        if isinstance(frame, Response):
            return frame
        if not await self._take(frame["talk"], frame, frames.address(request)):
            return JSONResponse({"error": "too_fast"}, 429)
        return await self._since(frame)

    async def messages(self, request: Request) -> Response:
        """{"talk","after"} -> {"messages": [...]}: what polling asks."""
        frame = await self._frame(request)
        return frame if isinstance(frame, Response) else await self._since(frame)

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
        async with self._service.talk("web", frame["talk"]) as talk:
            return JSONResponse({"messages": frames.after(talk, frame)}, headers={"Cache-Control": "no-store"})

    # --- talks over a socket -----------------------------------------------------------------------------------------

    async def socket(self, socket: WebSocket) -> None:
        """First frame {"talk","after"}; then {"id","text"|"tap"}. Answers {"message": {...}} and {"ack": id}."""
        if not self._allowed(socket.headers.get("origin"), socket.headers.get("host", "")):
            await socket.close(4403)
            return
        await socket.accept()
        address = frames.address(socket)
        queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue(KEEPS)
        token = ""
        sender = asyncio.create_task(_send_all(socket, queue))
        try:
            first = frames.read((await asyncio.wait_for(socket.receive_text(), 30)).encode())
            if not first or not frames.is_token(first.get("talk")):
                await socket.close(4400)
                return
            token = first["talk"]
            async with self._service.talk("web", token) as talk:
                for message in frames.after(talk, first):
                    queue.put_nowait({"message": message})
                self._listening.setdefault(token, set()).add(queue)
            while True:
                frame = frames.read((await socket.receive_text()).encode())
                if frame is None:
                    continue
                if frame.get("ping"):
                    queue.put_nowait({"pong": True})
                    continue
                if await self._take(token, frame, address):  # what was refused stays in the page's outbox
                    queue.put_nowait({"ack": str(frame.get("id", ""))[:64]})
        except (WebSocketDisconnect, TimeoutError, asyncio.QueueFull, RuntimeError, KeyError):
            pass  # the page is gone or too slow: it comes back with its cursor
        finally:
            sender.cancel()
            listeners = self._listening.get(token)
            if listeners is not None:
                listeners.discard(queue)
                if not listeners:
                    del self._listening[token]

    async def _take(self, token: str, frame: dict[str, Any], address: str) -> bool:
        """Whether the message was taken; False when too many come."""
        text, tap, message_id = frame.get("text"), frame.get("tap"), str(frame.get("id") or "")[:64]
        if not isinstance(text if tap is None else tap, str) or not message_id:
            return True
        if not self._rate.allows(address) or not self._rate.allows(token):
            self._push(token, self._passing("too_fast"))
            return False
        message = Message(
            token, now(), text=text[:LONGEST] if tap is None and text is not None else None, tap=tap, language=frame.get("language")
        )
        pushed: list[dict[str, Any]] = []

        def note(talk: Talk, replies: list[Reply]) -> None:
            said = mask(message.text) if message.text is not None else talk.offered.get(message.tap or "", "")
            if not any(r.topic == "erase_done" for r in replies):  # an erased talk starts empty
                pushed.append(frames.note(talk, {"from": "person", "text": said, "id": message_id}))
            pushed.extend(frames.note(talk, frames.from_noor(r, self._service.turn.answers.content)) for r in replies)

        try:
            await self._service.handle("web", token, message, message_id, note)
        except TooFast:
            self._push(token, self._passing("too_fast"))
            return False
        for event in pushed:
            self._push(token, {"message": event})
        return True

    def _passing(self, key: str) -> dict[str, Any]:
        content = self._service.turn.answers.content
        return {"notice": content.say(key, str(content.organisation.get("default_language", "nl")))}

    def _push(self, token: str, event: dict[str, Any]) -> None:
        for queue in list(self._listening.get(token, ())):
            try:
                queue.put_nowait(event)
            except asyncio.QueueFull:  # a page that reads nothing: it comes back with its cursor
                self._listening[token].discard(queue)

    def _allowed(self, origin: str | None, host: str) -> bool:
        """Noor's own pages only; the widget is an iframe on our origin, so that no other site ever needs to call. No origin: not a browser."""
        if origin is None:
            return True
        own = {host, urlsplit(self._service.settings.public_url).netloc}
        return urlsplit(origin).netloc in own


async def _send_all(socket: WebSocket, queue: asyncio.Queue[dict[str, Any]]) -> None:
    while True:
        event = await queue.get()
        await socket.send_text(json.dumps(event, ensure_ascii=False))
