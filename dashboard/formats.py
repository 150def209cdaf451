"""How returns, dates and horizons are written, everywhere alike."""

from datetime import date

import polars as pl
import streamlit as st

PERCENT = "+.1%"  # Vega's and Python's format of a return
PERCENT_COLUMN = "%+.1f %%"  # of a table column, over values in percent
DATE_COLUMN = "D MMM YYYY"
# Columns of tables that hold the bounds of intervals, in percent.
INTERVAL_COLUMNS = {
    f"{bound}_{level}": st.column_config.NumberColumn(f"{level} %, {end}", format=PERCENT_COLUMN)
    for level in (68, 95)
    for bound, end in (("lower", "low"), ("upper", "high"))
}


def percent(share: float | None) -> str:
    """A return or a share with its sign, as `+12.3%`; a dash where it is unknown."""
    return "-" if share is None else f"{share:{PERCENT}}"


def day(value: date | None) -> str:
    """A date as `3 Feb 2026`; a dash where it is unknown."""
    return "-" if value is None else f"{value.day} {value:%b %Y}"


def in_percent(*columns: str) -> list[pl.Expr]:
    """Columns of shares as percentages, for tables that show `PERCENT_COLUMN`."""
    return [(pl.col(column) * 100).alias(column) for column in columns]
