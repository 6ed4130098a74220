"""The console's socket: a counsellor's words out, a person's words in, each once and in order; and what changed in the list.

A page shows one talk at a time, or the list. It says the last number it has and gets the rest from the store, after every event and after
every break of the line. What it sends names its talk, has an id of its own, and is sent again until it is acknowledged.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.accounts.users import User
from bot.clock import now
from bot.doors import frames
from bot.doors.console.guard import Guard
from bot.handoff.desk import Desk
from bot.handoff.rows import Line

REFUSED = 4401  # close code: log in again


class Open:
    """One open page: `talk` is the talk of its counsellor that it shows, "" for the list; `seen` is the number of the last line it got."""

    def __init__(self, user: User) -> None:
        self.user, self.talk, self.seen = user, "", 0
        self.news: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    def concerns(self, event: dict[str, Any]) -> bool:
        """Whether an event is for this page: everybody's list changes with the queue, but only its counsellor's with a word in a talk."""
        kind, own = event.get("kind"), event.get("handoff") == self.talk
        return own or (event.get("counsellor") == self.user.name if kind == "said" else kind not in ("typing", "here"))


class Lines:
    """The sockets of this process."""

    def __init__(self, guard: Guard, desk: Desk) -> None:
        self._guard, self._desk = guard, desk
        self._open: set[Open] = set()
        desk.listen(self._heard)

    def _heard(self, event: dict[str, Any]) -> None:
        for page in self._open:
            if page.concerns(event):
                page.news.put_nowait(event)

    async def socket(self, socket: WebSocket) -> None:
        """First frame {"csrf"}; then {"open": talk, "after"}, {"say" | "note", "talk", "id"}, {"alive", "acted", "duty"}.

        Gives {"line"}, {"typing"}, {"here"}, {"over"}, {"lost"}, {"erased"}, {"asked"} with their "talk", {"ack"} and {"list"}.
        """
        found = self._guard.who(socket)
        if not found or not self._guard.same_origin(socket) or found[0].role != "counsellor":
            await socket.close(REFUSED)
            return
        await socket.accept()
        user, session = found
        page, sender = Open(user), None
        try:
            first = frames.read((await asyncio.wait_for(socket.receive_text(), 30)).encode()) or {}
            if first.get("csrf") != session.csrf:
                return await socket.close(REFUSED)
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

    async def _take(self, page: Open, frame: dict[str, Any]) -> None:
        name, at, message_id, talk = page.user.name, now(), str(frame.get("id") or "")[:64], str(frame.get("talk") or "")[:64]
        if isinstance(frame.get("open"), str):
            page.news.put_nowait({"open": frame["open"][:64], "after": frames.cursor(frame)})
            return
        for what in ("say", "note"):
            text = frame.get(what)
            if isinstance(text, str) and message_id and talk:
                text = text[: frames.LONGEST]
                if what == "say":
                    line = await self._desk.say(talk, name, text, message_id, at)
                else:
                    line = self._desk.note(talk, name, text, message_id, at)
                page.news.put_nowait({"ack": message_id, "handoff": talk, "line": line.number if line else 0})
                return
        if "duty" in frame:
            if frame["duty"]:
                self._desk.on_duty(name, at)
            else:
                self._guard.service.turn.handoff.queue.off_duty(name)
        self._desk.alive(name, at)
        if frame.get("acted") and page.talk:
            self._desk.acted(page.talk, name, at)

    async def _send_all(self, socket: WebSocket, page: Open) -> None:
        while True:
            event = await page.news.get()
            kind, own = event.get("kind"), bool(page.talk) and event.get("handoff") == page.talk
            if "open" in event:
                page.talk, page.seen = event["open"], event["after"]
                await self._whole(socket, page)
            elif "ack" in event:
                if own and not 0 < event["line"] <= page.seen:
                    await self._lines(socket, page)  # the line itself first, so that it never shows twice
                await _send(socket, {"ack": event["ack"]})
            elif own and kind == "typing":
                await _send(socket, {"typing": True, "talk": page.talk})
            elif own and kind == "erased":
                await _send(socket, {"erased": True, "talk": page.talk})
            elif own and kind == "said" and event.get("counsellor") == page.user.name:
                await self._lines(socket, page)
                await _send(socket, {"list": kind})
            else:
                if own or "again" in event:
                    await self._whole(socket, page)
                await _send(socket, {"list": kind or "again"})

    async def _whole(self, socket: WebSocket, page: Open) -> None:
        """What is new in the talk that the page shows, and how it stands."""
        handoff = self._desk.get(page.talk) if page.talk else None
        if handoff is None or handoff.counsellor != page.user.name:  # not a word more from here on: it is a colleague's, or erased
            gone, page.talk = page.talk, ""
            if gone:
                await _send(socket, {"lost" if handoff else "over": True, "talk": gone})
            return
        await self._lines(socket, page)
        if handoff.state == "ended":
            return await _send(socket, {"over": True, "talk": page.talk})
        door = handoff.address[0] if handoff.address else ""
        here = "telegram" if door == "telegram" else "away" if handoff.away else "here"
        await _send(socket, {"here": here, "asked": handoff.asked_of, "talk": page.talk})

    async def _lines(self, socket: WebSocket, page: Open) -> None:
        for line in self._desk.lines(page.talk, page.seen):
            await _send(socket, {"line": shown(line), "talk": page.talk})
            page.seen = line.number


def shown(line: Line) -> dict[str, Any]:
    """A line as the page gets it."""
    return {"number": line.number, "sender": line.sender, "text": line.text, "language": line.language, "at": line.at, "by": line.by, "danger": line.danger, "id": line.message_id}


async def _send(socket: WebSocket, event: dict[str, Any]) -> None:
    await socket.send_text(json.dumps(event, ensure_ascii=False))
