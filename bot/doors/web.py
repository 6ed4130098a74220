"""The web door: JSON over WebSocket with a cursor, and the same over plain HTTP when sockets are blocked. docs/web-door.md says how.

A page has one secret, its talk token. Every message in the talk has a number; a page that comes back says the last it saw and gets
the rest, so nothing is lost; every message it sends has an id of its own, so nothing is answered twice.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import secrets
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.conversation import Talk
from bot.doors.markup import html
from bot.doors.terminal import as_json
from bot.masking import mask
from bot.messages import Message, Reply
from bot.service import Service, TooFast, now

TOKEN = 24  # bytes of a talk token
LONGEST = 20_000  # characters of one message
KEEPS = 200  # messages that a page which comes back can be shown
BURST, PER_SECOND = 20, 2.0  # messages of one address or talk at once, and how fast that fills up again
PAGES = {"": "demo/index.html", "demo": "demo/index.html", "widget": "widget/frame.html"}


class Rate:
    """A bucket per name that fills up with time; names unused for a while are forgotten."""

    def __init__(self, burst: float = BURST, per_second: float = PER_SECOND) -> None:
        self._burst, self._per_second = burst, per_second
        self._buckets: dict[str, tuple[float, float]] = {}

    def allows(self, name: str) -> bool:
        clock = time.monotonic()
        if len(self._buckets) > 10_000:
            full = self._burst / self._per_second
            self._buckets = {n: b for n, b in self._buckets.items() if clock - b[1] < full}
        left, last = self._buckets.get(name, (self._burst, clock))
        left = min(self._burst, left + (clock - last) * self._per_second)
        self._buckets[name] = (max(left - 1, 0.0), clock)
        return left >= 1


class WebDoor:
    """Routes of the web door. `web` is the folder of plain files."""

    def __init__(self, service: Service, web: Path) -> None:
        self._service, self._web = service, web
        self._listening: dict[str, set[asyncio.Queue[dict[str, Any]]]] = {}
        self._rate = Rate()
        self._new_talks = Rate(burst=60, per_second=1.0)

    def routes(self) -> list[Any]:
        pages = [Route("/" + name, self._page(file)) for name, file in PAGES.items()]
        return [
            *pages,
            Route("/widget/{name:path}", self._file("widget")),
            Route("/demo/{name:path}", self._file("demo")),
            Route("/api/words", self.words),
            Route("/api/talk", self.new_talk, methods=["POST"]),
            Route("/api/say", self.say, methods=["POST"]),
            Route("/api/messages", self.messages, methods=["POST"]),
            Route("/leave", self.leave),
            WebSocketRoute("/api/socket", self.socket),
        ]

    # --- pages -------------------------------------------------------------------------------------------------------

    def _page(self, file: str) -> Any:
        async def page(request: Request) -> Response:
            return FileResponse(self._web / file, headers={"Cache-Control": "no-cache"})

        return page

    def _file(self, folder: str) -> Any:
        async def file(request: Request) -> Response:
            path = (self._web / folder / request.path_params["name"]).resolve()
            if not path.is_relative_to((self._web / folder).resolve()) or not path.is_file():
                return Response("not here", 404)
            return FileResponse(path, headers={"Cache-Control": "no-cache"})

        return file

    async def words(self, request: Request) -> Response:
        """The widget's own words in one language, and where "leave quickly" goes."""
        content = self._service.turn.answers.content
        language = request.query_params.get("language", "")
        if language not in content.spoken():
            language = str(content.organisation.get("default_language", "nl"))
        words = {k.removeprefix("widget_"): content.say(k, language) for k in content.interface["nl"] if k.startswith("widget_")}
        languages = {c: {"name": content.languages[c]["name"], "dir": content.languages[c]["direction"]} for c in content.spoken()}
        return JSONResponse(
            {
                "language": language,
                "dir": content.languages[language]["direction"],
                "words": words,
                "languages": languages,
                "leave_to": content.organisation["leave_to"],
            }
        )

    async def leave(self, request: Request) -> Response:
        """Quick exit without JavaScript."""
        return RedirectResponse(
            str(self._service.turn.answers.content.organisation["leave_to"]), 303, {"Clear-Site-Data": '"cache", "storage"'}
        )

    # --- talks over HTTP ---------------------------------------------------------------------------------------------

    async def new_talk(self, request: Request) -> Response:
        """{"talk": token} for a new talk, with Noor's first screen waiting in it."""
        if not self._allowed(request.headers.get("origin"), request.headers.get("host", "")):
            return JSONResponse({"error": "origin"}, 403)
        if not self._new_talks.allows(_address(request)):
            return JSONResponse({"error": "too_fast"}, 429)
        token = secrets.token_urlsafe(TOKEN)
        language = request.query_params.get("language", "")
        async with self._service.talk("web", token) as talk:
            if language in self._service.turn.answers.content.spoken():
                talk.language = language
            for reply in self._service.turn.hello(talk, now()):
                _note(talk, _from_noor(reply, self._service))
        return JSONResponse({"talk": token}, headers={"Cache-Control": "no-store"})

    async def say(self, request: Request) -> Response:
        """{"talk","id","text"|"tap","after"} -> {"messages": [...]} with everything after `after`."""
        frame = await self._frame(request)
        if isinstance(frame, Response):
            return frame
        if not await self._take(frame["talk"], frame, _address(request)):
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
        frame = _read(body)
        return frame if frame and _is_token(frame.get("talk")) else JSONResponse({"error": "not a frame of docs/web-door.md"}, 400)

    async def _since(self, frame: dict[str, Any]) -> Response:
        async with self._service.talk("web", frame["talk"]) as talk:
            return JSONResponse({"messages": _after(talk, frame)}, headers={"Cache-Control": "no-store"})

    # --- talks over a socket -----------------------------------------------------------------------------------------

    async def socket(self, socket: WebSocket) -> None:
        """First frame {"talk","after"}; then {"id","text"|"tap"}. Answers {"message": {...}} and {"ack": id}."""
        if not self._allowed(socket.headers.get("origin"), socket.headers.get("host", "")):
            await socket.close(4403)
            return
        await socket.accept()
        address = _address(socket)
        queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue(KEEPS)
        token = ""
        sender = asyncio.create_task(_send_all(socket, queue))
        try:
            first = _read((await asyncio.wait_for(socket.receive_text(), 30)).encode())
            if not first or not _is_token(first.get("talk")):
                await socket.close(4400)
                return
            token = first["talk"]
            async with self._service.talk("web", token) as talk:
                for message in _after(talk, first):
                    queue.put_nowait({"message": message})
                self._listening.setdefault(token, set()).add(queue)
            while True:
                frame = _read((await socket.receive_text()).encode())
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
                pushed.append(_note(talk, {"from": "person", "text": said, "id": message_id}))
            pushed.extend(_note(talk, _from_noor(r, self._service)) for r in replies)

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


def _read(body: bytes) -> dict[str, Any] | None:
    try:
        frame = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return frame if isinstance(frame, dict) else None


def _is_token(token: Any) -> bool:
    return isinstance(token, str) and 20 <= len(token) <= 64 and token.replace("-", "").replace("_", "").isalnum()


def _address(connection: Any) -> str:
    """The caller's address as a hash: it is counted, never kept."""
    client = connection.client.host if connection.client else ""
    return hashlib.sha256(client.encode()).hexdigest()[:16]


def _note(talk: Talk, event: dict[str, Any]) -> dict[str, Any]:
    """Gives an event the talk's next number and keeps it for a page that comes back."""
    talk.seq += 1
    event = {"seq": talk.seq, **event}
    talk.log.append(event)
    del talk.log[:-KEEPS]
    return event


def _after(talk: Talk, frame: dict[str, Any]) -> list[dict[str, Any]]:
    after = frame.get("after")
    return [e for e in talk.log if e["seq"] > (after if isinstance(after, int) else 0)]


def _from_noor(reply: Reply, service: Service) -> dict[str, Any]:
    content = service.turn.answers.content
    event = {
        "from": "noor",
        **as_json(reply),
        "html": html(reply.text),
        "dir": content.languages[reply.language]["direction"],
        "urgent": reply.urgent,
    }
    event["sources"] = [{"title": s.title, "url": s.url} for s in reply.sources if s.url]
    event["review_by"] = reply.review_by.isoformat() if reply.review_by else None
    return event
