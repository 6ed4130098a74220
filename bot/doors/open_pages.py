"""The web pages that are open now in this process: each gets what happens in its talk, in order, and nothing twice."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

from starlette.websockets import WebSocket

WAITING = 200  # events that may wait for one page; a page that reads slower is let go and comes back with its cursor


class Page:
    """One open page of the talk `name`. `seen` is the number of the last message it got; `task` ends when the page is let go."""

    def __init__(self, token: str, name: str, seen: int, task: asyncio.Task[Any] | None = None) -> None:
        self.token, self.name, self.seen, self._task = token, name, seen, task
        self.waiting: asyncio.Queue[dict[str, Any]] = asyncio.Queue(WAITING)
        self.let_go = False

    def tell(self, event: dict[str, Any]) -> None:
        """Puts an event in line; lets the page go when the line is full."""
        try:
            self.waiting.put_nowait(event)
        except asyncio.QueueFull:
            self.let_go = True
            if self._task:
                self._task.cancel()

    async def send_all(self, socket: WebSocket, said: Callable[[str, str, int], list[dict[str, Any]]]) -> None:
        """Sends what comes, for ever; what another process sent, or what was missed on the way, is read from the talk."""
        while True:
            event = await self.waiting.get()
            if not event.keys() & {"message", "seq", "again"}:
                await _send(socket, event)
                continue
            number = event["message"]["seq"] if "message" in event else int(event.get("seq") or 0)
            if "again" in event or number > self.seen + ("message" in event):
                for message in said("web", self.token, self.seen):
                    await _send(socket, {"message": message})
                    self.seen = message["seq"]
            if "message" in event and number > self.seen:
                await _send(socket, event)
                self.seen = number


class OpenPages:
    """Pages by the name of their talk."""

    def __init__(self) -> None:
        self._pages: dict[str, set[Page]] = {}

    def add(self, page: Page) -> None:
        self._pages.setdefault(page.name, set()).add(page)

    def remove(self, page: Page) -> None:
        pages = self._pages.get(page.name, set())
        pages.discard(page)
        if not pages:
            self._pages.pop(page.name, None)

    def any(self, name: str) -> bool:
        """Whether a page of this talk is open in this process."""
        return name in self._pages

    def __len__(self) -> int:
        return sum(len(pages) for pages in self._pages.values())

    def tell(self, name: str, event: dict[str, Any]) -> None:
        """Hands an event to every open page of a talk; under the name "" to every page there is."""
        for page in list(self._pages.get(name, ())) if name else [page for pages in self._pages.values() for page in pages]:
            page.tell(event)


async def _send(socket: WebSocket, event: dict[str, Any]) -> None:
    await socket.send_text(json.dumps(event, ensure_ascii=False))
