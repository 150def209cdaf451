"""Axes that say different things at different ticks, and years with every date."""

from collections.abc import Sequence
from datetime import date

import altair as alt
import polars as pl

# Vega's formats of ticks, with as many decimals as tell them apart: a fixed number repeats a label
# where values lie close together, and one that Vega chooses fits the ticks that were asked for.
AXIS_NUMBER, AXIS_PERCENT = "+.6~f", "+.4~%"
DAY = "%-d %b %Y"
MONTH = "%b %Y"
SHORT = 400  # days, below which months would repeat
# Of growth on a logarithmic axis.
GROWTH_TICKS = [0.05, 0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10, 20, 50]
FEWEST_TICKS = 3


def date_axis(dates: pl.Series, ticks: int = 8) -> alt.Axis:
    """An axis of time over some dates: months with their years, or days where it is short."""
    known = dates.drop_nulls().cast(pl.Date)
    first, last = known.min(), known.max()
    is_short = isinstance(first, date) and isinstance(last, date) and (last - first).days < SHORT
    if is_short:
        days = known.unique().sort()
        if len(days) <= ticks:
            # Vega would put ticks at hours between few days.
            return alt.Axis(
                format=DAY,
                values=[moment(day) for day in days],
                labelOverlap=True,
                labelSeparation=10,
            )
    return alt.Axis(
        format=DAY if is_short else MONTH,
        tickCount=min(ticks, 6) if is_short else ticks,
        labelOverlap=True,
        labelSeparation=10,
    )


def moment(day: date) -> alt.DateTime:
    """A day as a place on an axis of time."""
    return alt.DateTime(year=day.year, month=day.month, date=day.day)


def growth_axis(least: float, most: float) -> alt.Axis:
    """An axis of growth factors, labelled as returns."""
    return alt.Axis(
        values=growth_ticks(least, most),
        labelExpr=f"format(round(1e6 * (datum.value - 1)) / 1e6, '{AXIS_PERCENT}')",
    )


def growth_ticks(least: float, most: float) -> Sequence[float]:
    """Growth factors to label between two: round ones, and finer ones where few of them fit."""
    if sum(least <= tick <= most for tick in GROWTH_TICKS) >= FEWEST_TICKS:
        return GROWTH_TICKS
    for step in (0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002):
        places = range(-(-round(least / step * 1e6) // 1_000_000), int(most / step) + 1)
        ticks = [round(place * step, 6) for place in places]
        if len(ticks) >= FEWEST_TICKS:
            return ticks
    return GROWTH_TICKS
