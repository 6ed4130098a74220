"""The phrase coach when it is wanted: opened at first use, in a thread, so that nobody else waits for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

import structlog

log = structlog.get_logger()


class Label(Protocol):
    """What is read of bot.practice.coach.Label: the words text[start:end] do `name`."""

    @property
    def name(self) -> str: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


class Heard(Protocol):
    """What is read of bot.practice.coach.Heard."""

    @property
    def labels(self) -> tuple[Label, ...]: ...
    @property
    def unsure(self) -> tuple[str, ...]: ...


class Ear:
    """`hear` waits for the coach, `patience` seconds at most. Without a coach the scene plays on, without feedback."""

    def __init__(self, open_coach: Callable[[], Callable[[str, str, str, str], Heard]], patience: float | None = None) -> None:
        self._open, self._patience = open_coach, patience
        self._hear: Callable[[str, str, str, str], Heard] | None = None
        self._opening: asyncio.Task[None] | None = None

    async def hear(self, text: str, with_whom: str, language: str, before: str = "") -> Heard | None:
        """What the coach hears; None when there is no coach, or not yet."""
        if self._hear is None:
            with suppress(TimeoutError):
                await asyncio.wait_for(self.wake(), self._patience)
        return self._hear(text, with_whom, language, before) if self._hear else None

    async def wake(self) -> None:
        """Opens the coach, once; trained first, some twenty seconds, when its data changed."""
        if self._opening is None:
            self._opening = asyncio.create_task(self._wake())
        await asyncio.shield(self._opening)  # who waits no longer doesn't stop it for the others

    async def _wake(self) -> None:
        try:
            self._hear = await asyncio.to_thread(self._open)
        except Exception as error:  # feedback is worth much, a scene that hangs costs more
            log.error("no phrase coach", error=error.__class__.__name__)
