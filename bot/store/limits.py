"""How often a talk or an address may do something: a bucket that fills up with time, here and with NOOR_REDIS for all processes together."""

from __future__ import annotations

import time
from typing import Any

_TAKE = """
local left, last = unpack(redis.call('hmget', KEYS[1], 'left', 'last'))
local burst, rate, cost, t = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), redis.call('time')
local clock = tonumber(t[1]) + tonumber(t[2]) / 1e6
left = math.min(burst, (tonumber(left) or burst) + (clock - (tonumber(last) or clock)) * rate)
redis.call('hset', KEYS[1], 'left', tostring(math.max(left - cost, 0)), 'last', tostring(clock))
redis.call('pexpire', KEYS[1], math.ceil(1000 * burst / rate) + 1000)
return left >= cost and 1 or 0
"""


class Limit:
    """`burst` at once, then `per_second`. Names unused for a while are forgotten."""

    def __init__(self, kind: str, burst: float, per_second: float, redis: Any = None) -> None:
        self._kind, self._burst, self._per_second, self._redis = kind, burst, per_second, redis
        self._buckets: dict[str, tuple[float, float]] = {}

    async def allows(self, name: str, cost: float = 1.0) -> bool:
        """Takes `cost`, `burst` at most, from the bucket of `name`; False when less is in it. A Redis that is away leaves the limit of this process."""
        cost = min(cost, self._burst)
        if not self._here(name, cost):
            return False
        if self._redis is None:
            return True
        try:
            key = f"noor:limit:{self._kind}:{name}"
            return bool(await self._redis.eval(_TAKE, 1, key, self._burst, self._per_second, cost))
        except Exception:  # said already by the locks
            return True

    def _here(self, name: str, cost: float) -> bool:
        clock = time.monotonic()
        if len(self._buckets) > 10_000:
            full = self._burst / self._per_second
            self._buckets = {n: b for n, b in self._buckets.items() if clock - b[1] < full}
        left, last = self._buckets.get(name, (self._burst, clock))
        left = min(self._burst, left + (clock - last) * self._per_second)
        self._buckets[name] = (max(left - cost, 0.0), clock)
        return left >= cost
