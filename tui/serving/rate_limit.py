"""How many requests one token or one address may make."""

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable

_MOST_KEYS = 10_000  # what is remembered of the least recent one is forgotten: its bucket is full by then
_BURST_SECONDS = 2.0


class RateLimit:
    """Token buckets by key: a steady rate, and two seconds' worth of it at once.

    Args:
        per_second: Requests of one key.
        clock: Seconds that never go back; those of the system by default.
    """

    def __init__(self, per_second: float, clock: Callable[[], float] | None = None) -> None:
        self._per_second = per_second
        self._most = max(1.0, per_second * _BURST_SECONDS)
        self._clock = clock or time.monotonic
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()  # what is left, and when that was
        self._turn = threading.Lock()

    def take(self, key: str) -> int:
        """Count one request; return 0, or in how many whole seconds the next one is welcome where this one is not."""
        with self._turn:
            now = self._clock()
            left, then = self._buckets.pop(key, (self._most, now))
            left = min(self._most, left + (now - then) * self._per_second)
            is_welcome = left >= 1
            self._buckets[key] = (left - 1 if is_welcome else left, now)
            if len(self._buckets) > _MOST_KEYS:
                self._buckets.popitem(last=False)
        return 0 if is_welcome else math.ceil((1 - left) / self._per_second)
