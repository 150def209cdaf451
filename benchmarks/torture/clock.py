"""Builds whose clock is moved back: is what was made last still what counts?"""

import importlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from pathlib import Path

from benchmarks.torture.builds import FEW_TREES, Builds, connect
from ml.warehouse.publishing import published_file

# What reads the clock to name or to order what it makes.
READERS = ("ml.warehouse.clock", "ml.warehouse.training", "ml.warehouse.backtesting")
AHEAD, BACK = timedelta(days=30), timedelta(days=-3)
KEPT = 2
OTHER_STEPS = 6


@dataclass
class Outcome:
    """One build, and what counts after it."""

    build: str
    exit_code: int | str
    newest_model: str
    published_model: str
    pointer: str

    @property
    def is_lost(self) -> bool:
        """Whether the build ended badly, or what it made last is not what counts."""
        return self.exit_code != 0 or "wrong" in (
            self.newest_model,
            self.published_model,
            self.pointer,
        )


def moved(shift: timedelta) -> Callable[[], None]:
    """Moves the clock of the process that calls it, as far as the project's Python reads it."""

    class Moved(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return datetime.now(tz) + shift

    def move() -> None:
        for name in READERS:
            importlib.import_module(name).datetime = Moved  # type: ignore[attr-defined]

    return move


def campaign(folder: Path, market: Path) -> Iterator[Outcome]:
    """Builds by a clock that is ahead, right, and three days back, each with other trees."""
    builds = Builds(folder / "clock", market=str(market), publications_kept=KEPT, **FEW_TREES)
    steps = FEW_TREES["steps"]
    for name, shift, trees in (
        ("ahead by 30 days", AHEAD, steps),
        ("ahead by 30 days, other steps", AHEAD, OTHER_STEPS),
        ("ahead by 30 days, steps as before", AHEAD, steps),
        ("right again, other steps", timedelta(), OTHER_STEPS),
        ("three days back, steps as before", BACK, steps),
        ("three days back, nothing new", BACK, steps),
        ("three days back, other steps", BACK, OTHER_STEPS),
        ("right again, nothing new", timedelta(), OTHER_STEPS),
    ):
        settings = {} if trees == steps else {"steps": trees}
        builds.parse(**settings)
        code = builds.build(before=moved(shift), **settings)
        yield Outcome(name, code, *counts(builds, trees))


def counts(builds: Builds, trees: int) -> tuple[str, str, str]:
    """Whether the newest model, the published one and the pointer are those of the last build."""
    newest = "select arg_max(steps, trained_at) from trained_12m"
    forecasts = (
        "select list(distinct steps) from model_stats"
        " where model_id in (select model_id from latest_forecasts)"
    )
    with connect(builds.warehouse, read_only=True) as con:
        [[stored]] = con.execute(newest).fetchall()
        [[last]] = con.execute("select arg_max(file, published_at) from published").fetchall()
    file = published_file(builds.publications)
    if not file.is_file():
        return "right" if stored == trees else "wrong", "none", "wrong"
    with connect(file, read_only=True) as con:
        [[forecast]] = con.execute(forecasts).fetchall()
    said = {True: "right", False: "wrong"}
    return said[stored == trees], said[forecast == [trees]], said[last == str(file)]
