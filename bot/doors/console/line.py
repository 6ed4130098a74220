"""The console's socket: a counsellor's words out, a person's words in, each once and in order; and what changed in the list.

The page says the last number it has and gets the rest from the store, after every event and after every break of the line. What it sends
has an id of its own and is sent again until it is acknowledged.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.accounts.users import User
from bot.doors import frames
from bot.doors.console.guard import Guard
from bot.handoff.desk import Desk
from bot.handoff.queue import Handoff, Line
from bot.service import now

REFUSED, OVER = 4401, 4404  # close codes: log in again; this talk is not yours (any more)


class Open:
    """One open page: `seen` is the number of the last line it got."""

    def __init__(self, user: User, talk: str, seen: int) -> None:
        self.user, self.talk, self.seen = user, talk, seen
        self.news: asyncio.Queue[dict[str, Any]] = asyncio.Queue()


class Lines:
    """The sockets of this process."""

    def __init__(self, guard: Guard, desk: Desk) -> None:
        self._guard, self._desk = guard, desk
        self._open: set[Open] = set()
        desk.listen(self._heard)

    def _heard(self, event: dict[str, Any]) -> None:
        for page in self._open:
            if event.get("kind") not in ("said", "typing", "here") or event.get("handoff") == page.talk or (not page.talk and event.get("kind") == "said"):
                page.news.put_nowait(event)

    async def socket(self, socket: WebSocket) -> None:
        """First frame {"csrf", "talk", "after"}; then {"say" | "note", "id"}, {"alive", "acted", "duty"}. Gives {"line"}, {"ack"}, {"list"}, {"typing"}, {"here"}."""
        found = self._guard.who(socket)
        if not found or not self._guard.same_origin(socket) or found[0].role != "counsellor":
            await socket.close(REFUSED)
            return
        await socket.accept()
        user, session = found
        page, sender = Open(user, "", 0), None
        try:
            first = frames.read((await asyncio.wait_for(socket.receive_text(), 30)).encode()) or {}
            if first.get("csrf") != session.csrf:
                return await socket.close(REFUSED)
            page.talk, page.seen = str(first.get("talk") or ""), frames.cursor(first)
            if page.talk and not self._mine(page):
                return await socket.close(OVER)
            self._open.add(page)
            page.news.put_nowait({"again": True})
            sender = asyncio.create_task(self._send_all(socket, page))
            while True:
                frame = frames.read((await socket.receive_text()).encode()) or {}
                if not self._guard.who(socket):
                    return await socket.close(REFUSED)
                await self._take(page, frame)
        except (WebSocketDisconnect, TimeoutError, RuntimeError, KeyError, SQLAlchemyError):
            pass  # the page is gone, or the store is: it comes back with its cursor and what was not acknowledged
        finally:
            self._open.discard(page)
            if sender:
                sender.cancel()
            with contextlib.suppress(Exception):
                await socket.close()

    def _mine(self, page: Open) -> Handoff | None:
        handoff = self._desk.get(page.talk)
        return handoff if handoff and handoff.counsellor == page.user.name else None

    async def _take(self, page: Open, frame: dict[str, Any]) -> None:
        name, at, acted = page.user.name, now(), bool(frame.get("acted"))
        if "duty" in frame:
            if frame["duty"]:
                self._desk.on_duty(name, at)
            else:
                self._guard.service.turn.handoff.queue.off_duty(name)
        message_id = str(frame.get("id") or "")[:64]
        for what in ("say", "note"):
            text = frame.get(what)
            if isinstance(text, str) and message_id and page.talk:
                text = text[: frames.LONGEST]
                if what == "say":
                    await self._desk.say(page.talk, name, text, message_id, at)
                else:
                    self._desk.note(page.talk, name, text, message_id, at)
                page.news.put_nowait({"ack": message_id})
                return
        if page.talk:
            self._desk.alive(page.talk, name, at, acted)

    async def _send_all(self, socket: WebSocket, page: Open) -> None:
        while True:
            event = await page.news.get()
            if "ack" in event:
                await self._lines(socket, page)  # the line itself first, so that it never shows twice
                await _send(socket, event)
                continue
            kind = event.get("kind")
            if kind == "typing":
                await _send(socket, {"typing": True})
                continue
            if page.talk:
                if kind == "erased" and event.get("handoff") == page.talk:
                    await _send(socket, {"erased": True})
                    continue
                await self._lines(socket, page)
                await self._state(socket, page)
            await _send(socket, {"list": kind or "again"})

    async def _lines(self, socket: WebSocket, page: Open) -> None:
        if page.talk:
            for line in self._desk.lines(page.talk, page.seen):
                await _send(socket, {"line": shown(line)})
                page.seen = line.number

    async def _state(self, socket: WebSocket, page: Open) -> None:
        handoff = self._desk.get(page.talk)
        if handoff is None or handoff.state == "ended":
            await _send(socket, {"over": True})
        elif handoff.counsellor != page.user.name:
            await _send(socket, {"lost": True})
        else:
            door = handoff.address[0] if handoff.address else ""
            await _send(socket, {"here": "telegram" if door == "telegram" else "away" if handoff.away else "here"})


def shown(line: Line) -> dict[str, Any]:
    """A line as the page gets it."""
    return {"number": line.number, "sender": line.sender, "text": line.text, "language": line.language, "at": line.at, "by": line.by, "danger": line.danger, "id": line.message_id}


async def _send(socket: WebSocket, event: dict[str, Any]) -> None:
    await socket.send_text(json.dumps(event, ensure_ascii=False))
