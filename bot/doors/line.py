"""A WebSocket's line, read in small pieces: one packet can hold forty thousand frames, and taking them at once would hold everybody up."""

from __future__ import annotations

from typing import Any

from uvicorn._types import WebSocketEvent
from uvicorn.protocols.websockets.wsproto_impl import WSProtocol
from wsproto.events import Ping, Pong

PIECE = 2_048  # bytes taken at a time
CONTROL = 8  # pings and pongs of one piece; more is a flood
PAUSE = 0.2  # seconds that a flood of them waits


class Line(WSProtocol):
    """uvicorn's own, which takes all that has come. This one takes the next piece when the page has dealt with the last."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._rest = b""
        self._control = 0
        self._waits = False

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
