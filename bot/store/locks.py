"""One message of a talk at a time: in this process, and with NOOR_REDIS in all of them.

Who waits is woken when the lock is free, never asks again and again. A process that dies loses its locks after LEASE seconds.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import structlog

log = structlog.get_logger()
MOST_WAITING = 20  # messages of one talk that may wait; more is a flood, and memory must not grow with it
LEASE = 4.0  # seconds: how long a person waits at most for a process that was killed while it answered her
_FREE = """
if redis.call('get', KEYS[1]) == ARGV[1] then
  redis.call('del', KEYS[1])
  redis.call('lpush', KEYS[2], '1')
  redis.call('ltrim', KEYS[2], 0, 0)
  redis.call('pexpire', KEYS[2], 2000)
end
return 1
"""
_RENEW = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('pexpire', KEYS[1], ARGV[2]) end return 0"


class TooFast(Exception):
    """More messages of one talk wait than may."""


class Locks:
    """`holding(name)` for the length of a turn. Without Redis, or while it is away, order holds inside this process."""

    def __init__(self, redis: Any = None) -> None:
        self._redis = redis
        self._local: dict[str, tuple[asyncio.Lock, int]] = {}
        self._held: dict[str, str] = {}
        self._failing = False

    @asynccontextmanager
    async def holding(self, name: str, most: int = 0) -> AsyncIterator[None]:
        """First come, first served. Raises TooFast when `most` (when not 0) wait already."""
        lock, waiting = self._local.get(name, (asyncio.Lock(), 0))
        if most and waiting >= most:
            raise TooFast
        self._local[name] = (lock, waiting + 1)
        try:
            async with lock:
                if self._redis is None:
                    yield
                else:
                    async with self._everywhere(name):
                        yield
        finally:
            waiting = self._local[name][1] - 1
            if waiting:
                self._local[name] = (lock, waiting)
            else:
                del self._local[name]

    @asynccontextmanager
    async def _everywhere(self, name: str) -> AsyncIterator[None]:
        key, free, mine = f"noor:lock:{name}", f"noor:free:{name}", secrets.token_hex(8)
        try:
            while not await self._redis.set(key, mine, nx=True, px=int(LEASE * 1000)):
                await self._redis.blpop([free], timeout=LEASE / 4)  # woken at once; the timeout is for a holder that died
            self._held[name] = mine
            self._failing = False
        except Exception as error:
            if not self._failing:
                log.error("redis gives no locks; order holds in each process alone", error=error.__class__.__name__)
            self._failing = True
        try:
            yield
        finally:
            if self._held.pop(name, None):
                with contextlib.suppress(Exception):  # it frees itself after LEASE seconds
                    await self._redis.eval(_FREE, 2, key, free, mine)

    async def run(self) -> None:
        """Runs for ever: keeps the locks of turns that take longer than LEASE."""
        while self._redis is not None:
            await asyncio.sleep(LEASE / 4)
            for name, mine in list(self._held.items()):
                with contextlib.suppress(Exception):
                    await self._redis.eval(_RENEW, 1, f"noor:lock:{name}", mine, int(LEASE * 1000))
