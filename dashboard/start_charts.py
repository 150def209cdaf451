"""Charts of the page Start: functions of frames, readable on light and dark."""

from typing import Any

import altair as alt
import polars as pl

from dashboard.formats import PERCENT
from dashboard.model_charts import Layers

# From low to high, with the middle at zero; text on them is dark in both themes.
DIVERGING = ["#e08a78", "#f3efe6", "#7dbf9f"]
LEAST = 0.02  # a year: what at least has the strongest colour
# Streamlit's theme would push the first and the last name into the chart.
ALL_NAMES: dict[str, Any] = {"labelOverlap": False, "labelFlush": False, "labelBound": False}


def sector_map(frame: pl.DataFrame, first: str) -> Layers:
    """Mean forecast of each sector, by horizon.

    Args:
        frame: sector, horizon, months, annual_return, stocks, chance, lower_68, upper_68.
        first: the horizon by which sectors are sorted, best first.
    """
    order = (
        frame.filter(pl.col("horizon") == first)
        .sort("annual_return", "sector", descending=[True, False])["sector"]
        .to_list()
    )
    # Small differences stay pale.
    most = max(float(frame["annual_return"].abs().max()), LEAST)  # type: ignore[arg-type]
    months = frame["months"].unique().sort().to_list()
    base = alt.Chart(frame).encode(
        x=alt.X(
            "months:O",
            title="Months",
            sort=months,
            axis=alt.Axis(orient="top", labelAngle=0, **ALL_NAMES),
        ),
        y=alt.Y("sector:N", title=None, sort=order, axis=alt.Axis(labelLimit=130, **ALL_NAMES)),
        tooltip=[
            alt.Tooltip("sector:N", title="Sector"),
            alt.Tooltip("horizon:N", title="Over"),
            alt.Tooltip("annual_return:Q", title="Mean forecast, a year", format=PERCENT),
            alt.Tooltip("stocks:Q", title="Stocks", format=","),
            alt.Tooltip("chance:Q", title="Mean chance of beating SPY", format=".0%"),
            alt.Tooltip("lower_68:Q", title="Typical 68 % of one stock, low", format=PERCENT),
            alt.Tooltip("upper_68:Q", title="Typical 68 % of one stock, high", format=PERCENT),
        ],
    )
    cells = base.mark_rect(cornerRadius=2, stroke=None).encode(
        color=alt.Color(
            "annual_return:Q",
            legend=None,
            scale=alt.Scale(domain=[-most, 0, most], range=DIVERGING),
        )
    )
    labels = base.mark_text(color="#1f2933", fontSize=11).encode(
        text=alt.Text("annual_return:Q", format=PERCENT)
    )
    return alt.layer(cells, labels).properties(height=90 + 28 * len(order))
