"""The time, in one place so that tests can set it; and which day's prices are settled."""

import time
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

# Tiingo's days and months begin in New York.
NEW_YORK = ZoneInfo("America/New_York")
STAMP = "%Y%m%dT%H%M%SZ"


def now() -> datetime:
    """The time, in UTC and whole seconds."""
    return datetime.now(UTC).replace(microsecond=0)


def sleep(seconds: float) -> None:
    """Wait."""
    time.sleep(seconds)


def monotonic() -> float:
    """Seconds, the same for all processes of a machine."""
    return time.monotonic()


def settled_at(day: date) -> datetime:
    """When the prices of a day are settled: those asked for sooner were wrong at times.

    Midnight in UTC is three or four hours after the close in New York.
    """
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1)


def last_settled(moment: datetime) -> date:
    """The last weekday whose prices are settled."""
    day = moment.date() - timedelta(days=1)
    return day - timedelta(days=max(0, day.isoweekday() - 5))


def next_hour(moment: datetime) -> datetime:
    """The beginning of the next hour."""
    return moment.replace(minute=0, second=0) + timedelta(hours=1)


def day_start(moment: datetime) -> datetime:
    """Midnight in New York before a moment."""
    return moment.astimezone(NEW_YORK).replace(hour=0, minute=0, second=0).astimezone(UTC)


def next_day(moment: datetime) -> datetime:
    """Midnight in New York after a moment."""
    local = moment.astimezone(NEW_YORK).date() + timedelta(days=1)
    return datetime(local.year, local.month, local.day, tzinfo=NEW_YORK).astimezone(UTC)


def month_start(moment: datetime) -> datetime:
    """The beginning of a month in New York."""
    local = moment.astimezone(NEW_YORK)
    return datetime(local.year, local.month, 1, tzinfo=NEW_YORK).astimezone(UTC)


def next_month(moment: datetime) -> datetime:
    """The beginning of the next month in New York."""
    local = moment.astimezone(NEW_YORK)
    year, month = local.year + local.month // 12, local.month % 12 + 1
    return datetime(year, month, 1, tzinfo=NEW_YORK).astimezone(UTC)


def in_words(moment: datetime) -> str:
    """A moment as the clock on the wall shows it; with the day, unless it is today."""
    local = moment.astimezone()
    if local.date() == now().astimezone().date():
        return f"{local:%H:%M}"
    return f"{local:%Y-%m-%d %H:%M}"
