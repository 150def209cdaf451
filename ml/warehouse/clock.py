"""The time of what a build makes: later than of all that was made before."""

from datetime import UTC, datetime, timedelta

from duckdb import DuckDBPyRelation


def newest(made: DuckDBPyRelation | None, column: str) -> datetime | None:
    """The latest time in a column; None where there is none, or no table yet."""
    if made is None:
        return None
    [[microseconds]] = made.aggregate(f"epoch_us(max({column}))").fetchall()
    if microseconds is None:
        return None
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)


def now_after(earlier: datetime | None) -> datetime:
    """The time by the clock, but always later than an earlier one.

    The newest model or publication is the one with the latest time. Where the clock was set back,
    what is made next would count as old: it comes a microsecond after the newest instead.

    Args:
        earlier: time of the newest; None where nothing was made before.
    """
    now = datetime.now(UTC)
    return now if earlier is None else max(now, earlier + timedelta(microseconds=1))
