"""Links to a page with a stock's quotes."""

import os

import polars as pl
import streamlit as st

from dashboard.safe_text import quoted

TEMPLATE = os.environ.get("QUOTE_PAGE", "https://finance.yahoo.com/quote/{ticker}")


def quote_page(ticker: str) -> str:
    """Address of a stock's quote page; environment variable QUOTE_PAGE names another site."""
    return TEMPLATE.replace("{ticker}", quoted(ticker))


def quote_pages() -> pl.Expr:
    """Column `quote` of addresses, from column `ticker`."""
    return pl.col("ticker").map_elements(quote_page, return_dtype=pl.String).alias("quote")


QUOTE_COLUMN = st.column_config.LinkColumn("Quotes", display_text="open ↗", width="small")
