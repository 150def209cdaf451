"""How far a load has come: a bar in a terminal, elsewhere nothing but what must be known."""

import sys
from datetime import datetime
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from loading import clock


class Bar:
    """A bar with the time that is left, budgets included."""

    def __init__(self, an_hour: int) -> None:
        """Prepare it.

        Args:
            an_hour: requests that the plan allows in an hour.
        """
        self._an_hour = an_hour
        self._console = Console(stderr=True)
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[left]}"),
            console=self._console,
            transient=True,
            disable=not self._console.is_terminal,
        )
        self._task = self._bar.add_task("asking", total=None, left="")
        self._started = clock.monotonic()
        self._total = self._done = 0

    def __enter__(self) -> "Bar":
        """Show it."""
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Take it away."""
        self._bar.stop()

    def begin(self, what: str, total: int) -> None:
        """Start counting."""
        self._started = clock.monotonic()
        self._total, self._done = total, 0
        self._bar.update(self._task, description=what, total=total, completed=0)

    def add(self, what: str) -> None:
        """Count one more."""
        self._done += 1
        left = self.seconds_left(clock.monotonic() - self._started)
        self._bar.update(
            self._task, completed=self._done, description=what, left=f"{in_words(left)} left"
        )

    def seconds_left(self, elapsed: float) -> float:
        """As long as it took so far, and at least what the plan's hours allow."""
        left = self._total - self._done
        return max(elapsed / self._done * left, (left // self._an_hour) * 3600.0)

    def wait(self, until: datetime) -> None:
        """Count down to a moment."""
        moment = clock.in_words(until)
        if not self._console.is_terminal:
            print(f"waiting for new requests until {moment}", file=sys.stderr, flush=True)
        while (seconds := (until - clock.now()).total_seconds()) > 0:
            self._bar.update(
                self._task, description=f"no requests until {moment}, {in_words(seconds)}"
            )
            clock.sleep(min(1.0 if self._console.is_terminal else 60.0, seconds))


def in_words(seconds: float) -> str:
    """A time, roughly."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 90 * 60:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.0f} h"
