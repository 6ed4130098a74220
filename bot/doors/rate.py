"""How fast a caller or a talk may send."""

from __future__ import annotations

import time

BURST, PER_SECOND = 20, 2.0  # messages of one address or talk at once, and how fast that fills up again


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
