"""How often each caller may do something: a bucket of tokens for each, in the memory of this process."""

import math
import time
from collections import OrderedDict
from collections.abc import Callable

MAX_CALLERS = 10_000
"""Callers that are remembered; the one seen longest ago is forgotten first."""


class RateLimit:
    """So many times ``per_minute``, and at most as many at once."""

    def __init__(self, per_minute: int, bound: int = MAX_CALLERS, clock: Callable[[], float] = time.monotonic) -> None:
        """Limit by a ``clock`` in seconds."""
        self._per_minute = per_minute
        self._bound = bound
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, caller: str) -> int:
        """Take a token; answer 0, or the seconds until there is one again when there is none."""
        now = self._clock()
        tokens, seen = self._buckets.pop(caller, (float(self._per_minute), now))
        tokens = min(self._per_minute, tokens + (now - seen) * self._per_minute / 60)
        allowed = tokens >= 1
        self._buckets[caller] = (tokens - 1 if allowed else tokens, now)
        if len(self._buckets) > self._bound:
            self._buckets.popitem(last=False)
        return 0 if allowed else math.ceil((1 - tokens) * 60 / self._per_minute)
