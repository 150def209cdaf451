"""Whose query runs: a few at a time, and those first who have had the least."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

HALF_LIFE = 30.0  # seconds after which half of what a visitor has had is forgotten
MARGIN = 0.5  # seconds of CPU that one must have had more than another to give way
STEP = 0.2  # seconds between two looks at whether a query is still wanted


@dataclass(eq=False)
class Turn:
    """The turn of one query.

    Its time is that of the CPU: on a busy machine a small query takes long, and is small still.

    Attributes:
        visitor: whose it is.
        had: seconds that the visitor had had when it began.
        spent: seconds that it has taken; whoever runs the query keeps count.
        is_over: whether another visitor, who has had less, waits for its place.
    """

    visitor: str
    had: float = 0.0
    spent: float = 0.0
    is_over: bool = False


class Turns:
    """Places for queries. Where all are taken, whoever has had most gives way to others."""

    def __init__(self, places: int) -> None:
        """All places are free."""
        self._places = places
        self._changed = threading.Condition()
        self._running: list[Turn] = []
        self._waiting: list[Turn] = []
        self._had: dict[str, tuple[float, float]] = {}  # seconds, and when they were counted

    @contextmanager
    def take(self, visitor: str, patience: float, wanted: Callable[[], object]) -> Iterator[Turn]:
        """Wait for a place, and leave it in the end.

        Args:
            visitor: who asks.
            patience: seconds after which to give up.
            wanted: called again and again while waiting; may raise what ends that.

        Raises:
            TimeoutError: no place became free in time.
        """
        turn = Turn(visitor)
        with self._changed:
            self._waiting.append(turn)
        try:
            self._wait(turn, time.monotonic() + patience, wanted)
            yield turn
        finally:
            with self._changed:
                self._leave(turn)
                self._changed.notify_all()

    def _wait(self, turn: Turn, deadline: float, wanted: Callable[[], object]) -> None:
        while True:
            wanted()
            with self._changed:
                if self._begin(turn):
                    return
                if time.monotonic() > deadline:
                    raise TimeoutError
                self._changed.wait(STEP)

    def _begin(self, turn: Turn) -> bool:
        now = time.monotonic()
        had = {each: self._seconds(each.visitor, now) for each in self._waiting + self._running}
        if min(self._waiting, key=had.__getitem__) is not turn:
            return False
        if len(self._running) < self._places:
            self._waiting.remove(turn)
            self._running.append(turn)
            turn.had = had[turn]
            return True
        if not any(each.is_over for each in self._running):
            most = max(self._running, key=had.__getitem__)
            most.is_over = had[most] > had[turn] + MARGIN
        return False

    def _leave(self, turn: Turn) -> None:
        if turn in self._waiting:
            self._waiting.remove(turn)
            return
        now = time.monotonic()
        seconds = self._seconds(turn.visitor, now)
        self._running.remove(turn)
        self._had[turn.visitor] = seconds, now
        for visitor in [each for each in self._had if self._seconds(each, now) < 0.01]:
            del self._had[visitor]

    def _seconds(self, visitor: str, now: float) -> float:
        """CPU that a visitor has had, for the queries that run now too."""
        seconds, counted = self._had.get(visitor, (0.0, now))
        seconds *= 0.5 ** ((now - counted) / HALF_LIFE)
        return seconds + sum(each.spent for each in self._running if each.visitor == visitor)
