"""Every stock that is forecast: filter, select, and see what made its forecast."""

import math
from hashlib import sha256

import polars as pl
import streamlit as st

from dashboard import addresses, stock_charts, stock_queries
from dashboard.accessibility import folded_on_phones
from dashboard.charts import show_chart
from dashboard.downloads import show_downloads
from dashboard.formats import (
    DATE_COLUMN,
    DRIVER_COLUMNS,
    INTERVAL_COLUMNS,
    STOCK_COLUMNS,
    in_percent,
    percent,
    readable,
)
from dashboard.glossary import TERMS
from dashboard.horizon_choice import horizon_box, horizons, say_data_weight
from dashboard.quote_pages import QUOTE_COLUMN, quote_pages
from dashboard.safe_text import escaped
from dashboard.sidebar import shown_publication

MOST = 4
SHARES = ["predicted_median_return", "beats_spy", "spread", *INTERVAL_COLUMNS]
FEATURES_SHOWN = 12

publication = shown_publication()
st.title("Stock picker")
stocks = stock_queries.listed_stocks(publication)
state = st.session_state


def choices(column: str, frame: pl.DataFrame = stocks) -> list[str]:
    """What a column of the stocks holds, in order."""
    return sorted(frame[column].drop_nulls().unique())


with folded_on_phones():
    top = st.columns([2, 2, 2, 2, 2])
    low = st.columns(6)
pred_col = horizon_box(publication, top[0])
horizon = horizons(publication)[pred_col]
text = top[1].text_input("Ticker or name", key="text", bind="query-params")
sectors = top[2].multiselect("Sector", choices("sector"), key="sector", bind="query-params")
in_sectors = stocks.filter(pl.col("sector").is_in(sectors)) if sectors else stocks
industries = top[3].multiselect(
    "Industry", choices("industry", in_sectors), key="industry", bind="query-params"
)
locations = top[4].multiselect("Location", choices("location"), key="location", bind="query-params")
least_forecast = low[0].number_input(
    "Forecast at least (%)",
    value=None,
    step=1.0,
    key="forecast",
    bind="query-params",
    help=TERMS["Forecast"],
)
least_low_end = low[1].number_input(
    "68 % low at least (%)",
    value=None,
    step=1.0,
    key="low_end",
    bind="query-params",
    help=TERMS["68 %"],
)
least_chance = low[2].number_input(
    "Beats SPY at least (%)",
    value=None,
    min_value=1.0,
    max_value=99.0,
    step=1.0,
    key="chance",
    bind="query-params",
    help=TERMS["Beats SPY"],
)
worst_rank = low[3].number_input(
    # A float: Streamlit fails on a link that gives an integer too large to be one.
    "Rank at most",
    value=None,
    min_value=1.0,
    step=10.0,
    format="%.0f",
    key="rank",
    bind="query-params",
    help=TERMS["Rank"],
)
widest = low[4].number_input(
    "Spread at most (points)",
    value=None,
    min_value=0.0,
    step=5.0,
    key="spread",
    bind="query-params",
    help=TERMS["Spread"],
)
shown = stock_queries.picked_stocks(
    publication,
    pred_col,
    text,
    sectors,
    industries,
    locations,
    None if least_forecast is None else least_forecast / 100,
    None if least_low_end is None else least_low_end / 100,
    None if least_chance is None else least_chance / 100,
    worst_rank,
    None if widest is None else widest / 100,
)
low[5].metric("Stocks", f"{shown.height:,} of {stocks.height:,}")
if shown.is_empty():
    st.info("No stock passes every filter: loosen one.")

# The chosen tickers live in one place, the box below, which the URL holds; the table is drawn
# anew with them whenever its rows change or a ticker is removed from the box.
chosen: list[str] = state.get("selected", [])
rows = "".join(shown["ticker"]) + pred_col + str(state.get("box_changes", 0))
table_key = "table_" + sha256(rows.encode()).hexdigest()[:16]


def take_selection() -> None:
    """Put the selected rows into the box, after what was chosen but is filtered out now."""
    visible = shown["ticker"].to_list()
    selected = [visible[row] for row in state[table_key]["selection"]["rows"]]
    hidden = [ticker for ticker in state.get("selected", []) if ticker not in set(visible)]
    if len(hidden + selected) > MOST:
        st.toast(f"At most {MOST} stocks are explained beside each other.")
    state["selected"] = (hidden + selected)[:MOST]


def redraw_table() -> None:
    """Give the table a new identity, so that it starts from the box."""
    addresses.forget("selected")
    state["box_changes"] = state.get("box_changes", 0) + 1


box = st.container()
place_of_table = st.container()
with box:
    addresses.seed("selected", {ticker: ticker for ticker in stocks["ticker"]}, [], most=MOST)
    if missing := addresses.unknown("selected"):
        st.warning(f"Not forecast in this market: {escaped(', '.join(missing))}.")
    chosen = st.multiselect(
        f"Explain (select up to {MOST} rows, or type)",
        stocks["ticker"].to_list(),
        max_selections=MOST,
        key="selected",
        bind="query-params",
        on_change=redraw_table,
    )
with place_of_table:
    positions = {ticker: row for row, ticker in enumerate(shown["ticker"])}
    st.dataframe(
        shown.with_columns(in_percent(*SHARES))
        .with_columns(quote_pages())
        .drop("predicted_mean", "predicted_std", "model_id"),
        key=table_key,
        height=420,
        hide_index=True,
        on_select=take_selection,
        selection_mode="multi-row",
        selection_default={"selection": {"rows": [positions[t] for t in chosen if t in positions]}},
        placeholder="-",
        column_order=[
            "forecast_rank",
            "ticker",
            "name",
            "predicted_median_return",
            "beats_spy",
            *INTERVAL_COLUMNS,
            "spread",
            "sector",
            "industry",
            "location",
            "exchange",
            "date",
            "quote",
        ],
        column_config={
            **STOCK_COLUMNS,
            "forecast_rank": st.column_config.NumberColumn(
                "Rank", width=60, pinned=True, help=TERMS["Rank"]
            ),
            "beats_spy": st.column_config.ProgressColumn(
                "Beats SPY",
                format="%.0f %%",
                min_value=0,
                max_value=100,
                help=TERMS["Beats SPY"],
            ),
            "spread": st.column_config.NumberColumn("Spread", format="%.1f", help=TERMS["Spread"]),
            "industry": "Industry",
            "location": "Location",
            "exchange": "Exchange",
            "date": st.column_config.DateColumn(
                "Sample date", format=DATE_COLUMN, help=TERMS["Sample date"]
            ),
            "quote": QUOTE_COLUMN,
        },
    )
    show_downloads(shown.drop("predicted_mean", "predicted_std", "model_id"), "stocks")

st.header("Why")
say_data_weight(publication, pred_col)
by_family = st.toggle(
    "Group by feature family", key="families", bind="query-params", disabled=not chosen
)
if not chosen:
    st.caption("Select rows of the table to see what made their forecasts.")
    st.stop()
contributions = stock_queries.opened_explanations(publication, pred_col, chosen)
charts = {}
for ticker in chosen if not contributions.is_empty() else []:
    own = contributions.filter(pl.col("ticker") == ticker)
    if not own.is_empty():
        charts[ticker] = stock_charts.waterfall_steps(own, by_family, FEATURES_SHOWN)
if not charts:
    st.info("These forecasts have not been explained.")
    st.stop()
# From where the steps are, not from zero: else the bars of bias and forecast take all the room.
ends = pl.concat([frame["end"] for frame in charts.values()]).to_numpy()
least, most = ends.min(), ends.max()
margin = 0.3 * (most - least)
# Two beside each other at most: more leave no room for bars.
places = [place for _ in range(0, len(charts), 2) for place in st.columns(min(2, len(charts)))]
for column, (ticker, frame) in zip(places, charts.items(), strict=False):
    [name] = stocks.filter(pl.col("ticker") == ticker)["name"]
    median_return = math.exp(frame["end"][-1] / 100) - 1
    address = addresses.link("ticker", publication, ticker=ticker, horizon=horizon)
    with column:
        st.markdown(f"**[{escaped(ticker)}]({address})** · {escaped(name or '')}")
        st.caption(f"{percent(median_return)} over {horizon}, median")
        show_chart(
            stock_charts.waterfall(frame, (least - margin / 2, most + margin)),
            f"What adds up to the forecast of {ticker} over {horizon}, from the bias over "
            f"{frame.height - 2} contributions to {frame['end'][-1]:+.1f} points",
            width="stretch",
            key=f"waterfall_{ticker}",
        )

if by_family:
    table = contributions.pivot(
        on="ticker", index="family", values="shap_value", aggregate_function="sum"
    )
    st.dataframe(
        table.with_columns(
            strength=pl.max_horizontal([pl.col(ticker).abs() for ticker in charts])
        ).sort("strength", descending=True),
        hide_index=True,
        column_order=["family", *charts],
        column_config={
            "family": st.column_config.TextColumn("Feature family", help=TERMS["Family"]),
            **{
                ticker: st.column_config.NumberColumn(
                    ticker, format="%+.2f", help=TERMS["Contribution"]
                )
                for ticker in charts
            },
        },
        key="family_contributions",
    )
else:
    st.dataframe(
        stock_queries.beside_each_other(contributions).with_columns(
            name=pl.col("driver").map_elements(readable, pl.String)
        ),
        hide_index=True,
        column_order=[
            "name",
            "family",
            *[f"{part} {ticker}" for ticker in charts for part in ("shap", "value", "place")],
            "formula",
            "unit",
            "driver",
        ],
        column_config={
            **DRIVER_COLUMNS,
            **{
                f"shap {ticker}": st.column_config.NumberColumn(
                    f"{ticker}: adds", format="%+.2f", help=TERMS["Contribution"]
                )
                for ticker in charts
            },
            **{f"value {ticker}": f"{ticker}: value" for ticker in charts},
            **{
                f"place {ticker}": st.column_config.ProgressColumn(
                    f"{ticker}: place",
                    format="percent",
                    min_value=0,
                    max_value=1,
                    help=TERMS["Percent rank"],
                )
                for ticker in charts
            },
        },
        placeholder="-",
        key="feature_contributions",
    )
st.caption(
    "In nearly percent points (hundredths of the log excess return). Factor scores are opened into "
    "their ratios, which add up to them. Place: the share of the stocks of the same sample date "
    "with a smaller value."
)
