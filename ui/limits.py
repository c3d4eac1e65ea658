"""How often somebody may do something: a token bucket for requests, a window for failed sign-ins. Kept in memory alone."""

from __future__ import annotations

import math
import threading
import time
from collections import deque
from collections.abc import Callable

# So many callers are remembered; beyond that, those who have been quiet are forgotten.
MOST_KEYS = 10_000
MINUTE = 60.0


class Bucket:
    """So many requests a minute for each caller, and as many at once.

    :param per_minute: how many; 0 for no limit.
    :param clock: seconds that only grow.
    """

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.per_minute = per_minute
        self._clock = clock
        self._lock = threading.Lock()
        self._left: dict[str, tuple[float, float]] = {}

    def take(self, key: str) -> int:
        """Count one request.

        :param key: the caller.
        :return: 0 when it may go on, else the whole seconds to wait.
        """
        if not self.per_minute:
            return 0
        now = self._clock()
        with self._lock:
            left, then = self._left.get(key, (float(self.per_minute), now))
            left = min(self.per_minute, left + (now - then) * self.per_minute / MINUTE)
            allowed = left >= 1
            self._left[key] = (left - allowed, now)
            if len(self._left) > MOST_KEYS:
                self._left = {name: row for name, row in self._left.items() if now - row[1] < MINUTE}
        return 0 if allowed else math.ceil((1 - left) * MINUTE / self.per_minute)


class Attempts:
    """Failed attempts of each key within a window of time.

    :param most: so many may fail.
    :param seconds: the window.
    :param clock: seconds that only grow.
    """

    def __init__(self, most: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.most, self.seconds = most, seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._failed: dict[str, deque[float]] = {}

    def wait(self, key: str) -> int:
        """Seconds until another attempt may be made; 0 for now."""
        with self._lock:
            times = self._recent(key)
            return math.ceil(times[0] + self.seconds - self._clock()) if len(times) >= self.most else 0

    def begin(self, key: str) -> None:
        """Count an attempt before it is checked, so that attempts side by side count too."""
        with self._lock:
            self._failed.setdefault(key, deque(maxlen=self.most)).append(self._clock())
            if len(self._failed) > MOST_KEYS:
                self._failed = {name: times for name in [*self._failed] if (times := self._recent(name))}

    def forget(self, key: str) -> None:
        """The attempts came to a good end."""
        with self._lock:
            self._failed.pop(key, None)

    def _recent(self, key: str) -> deque[float]:
        times = self._failed.get(key, deque())
        while times and self._clock() - times[0] >= self.seconds:
            times.popleft()
        return times
