"""A WebSocket's line, read in small pieces and written in large ones.

One packet can hold forty thousand frames, and taking them at once would hold everybody up. What a turn says is three or four frames, and
sending each alone was the dearest part of a turn.
"""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn._types import WebSocketEvent
from uvicorn.protocols.websockets.wsproto_impl import WSProtocol
from wsproto.events import Ping, Pong

PIECE = 2_048  # bytes taken at a time
CONTROL = 8  # pings and pongs of one piece; more is a flood
PAUSE = 0.2  # seconds that a flood of them waits


class Gathered:
    """A transport that sends together what is written in one round of the loop."""

    def __init__(self, transport: Any, loop: asyncio.AbstractEventLoop) -> None:
        self._transport, self._loop = transport, loop
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> None:
        if not self._parts:
            self._loop.call_soon(self._send)
        self._parts.append(data)

    def close(self) -> None:
        self._send()
        self._transport.close()

    def _send(self) -> None:
        if self._parts and not self._transport.is_closing():
            self._transport.write(b"".join(self._parts))
        self._parts.clear()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


class Line(WSProtocol):
    """uvicorn's own, which takes all that has come. This one takes the next piece when the page has dealt with the last."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._rest = b""
        self._control = 0
        self._waits = False

    def connection_made(self, transport: Any) -> None:
        super().connection_made(Gathered(transport, self.loop))  # type: ignore[arg-type]

    def data_received(self, data: bytes) -> None:
        self._rest += data
        if not self._waits:
            self._piece()

    def _piece(self) -> None:
        """Takes one piece; the next one later, so that others are served in between."""
        self._waits = False
        if self.transport.is_closing():
            self._rest = b""
            return
        piece, self._rest = self._rest[:PIECE], self._rest[PIECE:]
        self._control = 0
        super().data_received(piece)
        if self._rest and not self.read_paused:
            self.read_paused = True
            self.transport.pause_reading()
        if self.queue.empty():  # otherwise `receive` goes on when the page has dealt with what lies there
            self._go_on()

    def _go_on(self) -> None:
        if self._rest:
            self._waits = True
            self.loop.call_later(PAUSE if self._control > CONTROL else 0, self._piece)
        elif self.read_paused:
            self.read_paused = False
            self.transport.resume_reading()

    async def receive(self) -> WebSocketEvent:
        message = await self.queue.get()
        if self.queue.empty() and not self._waits:
            self._go_on()
        return message

    def handle_ping(self, event: Ping) -> None:
        self._control += 1
        super().handle_ping(event)

    def handle_pong(self, event: Pong) -> None:
        self._control += 1
        super().handle_pong(event)
