"""Charts on a page: drawn, and said in words for whoever does not see them."""

from functools import partial
from typing import Any

import altair as alt
import polars as pl
import streamlit as st

from dashboard.formats import PERCENT


def show_chart(
    chart: alt.Chart | alt.LayerChart | alt.FacetChart, says: str, **options: Any
) -> None:
    """Draw a chart.

    Args:
        chart: what to draw.
        says: what it shows, in words that stand alone: a browser reads them out in its place, and
            its buttons are named with them, *Show data* among them, which shows its figures as a
            table: those of its first layer, so lines that only guide the eye come last.
        options: as `st.altair_chart` has them.
    """
    # Half of the time that a page takes went into holding charts against Vega's schema.
    object.__setattr__(chart, "to_dict", partial(chart.to_dict, validate=False))
    st.altair_chart(chart, alt=says, **options)


def span(values: pl.Series, form: str = PERCENT) -> str:
    """The least and the largest of some values, as `from -3.1% to +8.2%`."""
    known = values.drop_nulls().to_list()
    return f"from {min(known):{form}} to {max(known):{form}}" if known else "unknown"
