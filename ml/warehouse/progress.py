"""Saying how far a long step has come."""

import time
from collections.abc import Callable

SECONDS_BETWEEN_LINES = 10


class Progress:
    """Counts what is done; says so now and then, and in the end once.

    A step shorter than `SECONDS_BETWEEN_LINES` says nothing but its last line.
    """

    def __init__(self, what: str, total: int, say: Callable[[str], None], is_watched: bool) -> None:
        """Start the clock.

        Args:
            what: what is counted and done, such as "forecasts explained".
            total: how many there are.
            say: writes one line, such as a logger's `info`.
            is_watched: someone reads along; if not, nothing but the last line is said.
        """
        self.what = what
        self.total = total
        self.done = 0
        self._say = say
        self._is_watched = is_watched
        self._started = self._said = time.monotonic()

    def add(self, count: int) -> None:
        """Note that `count` more are done."""
        self.done += count
        now = time.monotonic()
        if self._is_watched and now - self._said >= SECONDS_BETWEEN_LINES:
            self._said = now
            left = (now - self._started) * (self.total - self.done) / self.done
            self._say(
                f"{self.done:,} of {self.total:,} {self.what} "
                f"({self.done / self.total:.0%}), {left:,.0f} s left"
            )

    def finish(self) -> None:
        """Say how many were done, and in what time."""
        self._say(f"{self.done:,} {self.what} in {time.monotonic() - self._started:,.1f} s")
