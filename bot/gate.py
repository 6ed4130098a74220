"""Lets few ordinary turns be worked on at once, so that somebody in danger never stands behind a crowd.

All turns share one event loop. Forty people who type at once would each get a small piece of it in turn, and so would she; with the gate the
crowd waits outside, in order, and a danger goes past it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

WIDE = 3  # ordinary turns at once: one in the process of Rasa, one that reads, one that writes; each more is a wait for who is in danger


class Gate:
    """`through(urgent)` around the work of a turn; `urgent()` is only asked when there is a crowd."""

    def __init__(self, wide: int = WIDE) -> None:
        self._free = asyncio.Semaphore(wide)

    @asynccontextmanager
    async def through(self, urgent: Callable[[], bool]) -> AsyncIterator[None]:
        """First come, first served; who is urgent (in danger, or with a human) does not wait."""
        if self._free.locked() and urgent():
            yield
            return
        async with self._free:
            yield
            # A turn may end without ever having waited. Its place is held for one round of the loop, or one page's
            # twenty messages would be answered before anybody else is heard.
            await asyncio.sleep(0)
