"""How returns, dates and horizons are written, everywhere alike."""

import re
from datetime import date
from typing import Any

import polars as pl
import streamlit as st

from dashboard.glossary import TERMS

PERCENT = "+.1%"  # Vega's and Python's format of a return
PERCENT_COLUMN = "%+.1f %%"  # of a table column, over values in percent
DATE_COLUMN = "D MMM YYYY"
# Columns of tables that hold the bounds of intervals, in percent.
INTERVAL_COLUMNS = {
    f"{bound}_{level}": st.column_config.NumberColumn(
        f"{level} %, {end}", format=PERCENT_COLUMN, help=TERMS[f"{level} %"]
    )
    for level in (68, 95)
    for bound, end in (("lower", "low"), ("upper", "high"))
}
# Columns of tables of stocks; returns and chances are in percent.
STOCK_COLUMNS: dict[str, Any] = {
    "ticker": st.column_config.TextColumn("Ticker", pinned=True),
    "name": "Name",
    "sector": "Sector",
    "predicted_median_return": st.column_config.NumberColumn(
        "Forecast", format=PERCENT_COLUMN, help=TERMS["Forecast"]
    ),
    "beats_spy": st.column_config.NumberColumn(
        "Beats SPY", format="%.0f %%", help=TERMS["Beats SPY"]
    ),
    "forecast_rank": st.column_config.NumberColumn("Rank", help=TERMS["Rank"]),
    **INTERVAL_COLUMNS,
}
# Columns of tables of what drives a forecast.
DRIVER_COLUMNS: dict[str, Any] = {
    "name": st.column_config.TextColumn("Driver", pinned=True),
    "driver": "Called",
    "family": st.column_config.TextColumn("Family", help=TERMS["Family"]),
    "formula": "What it is",
    "unit": "Unit",
}


# Words of identifiers that are abbreviations, as people write them.
WORDS = {
    "pe": "P/E", "pb": "P/B", "peg": "PEG", "ev": "EV", "ebitda": "EBITDA", "ebit": "EBIT",
    "fcf": "free cash flow", "roe": "ROE", "roa": "ROA", "rd": "R&D", "sma": "moving average",
    "sic": "SIC", "spy": "SPY", "ttm": "of four quarters", "eps": "EPS", "f": "F", "z": "Z",
    "idiosyncratic": "own", "1y": "1 year", "3y": "3 years", "5y": "5 years",
}  # fmt: skip


def readable(identifier: str) -> str:
    """A feature's name as people say it: `momentum_12_1m` as `Momentum 12 to 1 months`."""
    text = re.sub(r"_(\d+)_(\d+)m(?=_|$)", r"_\1 to \2 months", identifier)
    text = re.sub(r"_1m(?=_|$)", "_1 month", text)
    text = re.sub(r"_(\d+)m(?=_|$)", r"_\1 months", text)
    words = " ".join(WORDS.get(word, word) for word in text.split("_"))
    return words[:1].upper() + words[1:]


def percent(share: float | None) -> str:
    """A return or a share with its sign, as `+12.3%`; a dash where it is unknown."""
    return "-" if share is None else f"{share:{PERCENT}}"


def signed(value: float | None, digits: int = 1) -> str:
    """A number with its sign, as `+0.12`; a dash where it is unknown."""
    return "-" if value is None else f"{value:+.{digits}f}"


def cell(text: str) -> str:
    """A text in a cell of `st.table`, which takes a lone dash for the sign of a list."""
    return "\\-" if text == "-" else text


def day(value: date | None) -> str:
    """A date as `3 Feb 2026`; a dash where it is unknown."""
    return "-" if value is None else f"{value.day} {value:%b %Y}"


def in_percent(*columns: str) -> list[pl.Expr]:
    """Columns of shares as percentages, for tables that show `PERCENT_COLUMN`."""
    return [(pl.col(column) * 100).alias(column) for column in columns]
