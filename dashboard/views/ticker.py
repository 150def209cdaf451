"""One stock: its forecasts now and then, what drove them, its statements."""

from datetime import date

import polars as pl
import streamlit as st

from dashboard import addresses, stock_charts, stock_queries
from dashboard.commands import show_command
from dashboard.formats import day, percent, readable
from dashboard.horizon_choice import horizon_box, horizons, say_data_weight
from dashboard.quote_pages import quote_page
from dashboard.safe_text import escaped, web_address
from dashboard.sidebar import shown_publication
from dashboard.stock_charts import DOWN, UP

EXPLAINED_SINCE = date(2010, 1, 1)

publication = shown_publication()
trained = horizons(publication)
best = stock_queries.picked_stocks(publication, next(iter(trained)))["ticker"][0]
tickers = stock_queries.known_tickers(publication)

st.title("Ticker")
left, middle, _ = st.columns([4, 3, 3])
addresses.seed("ticker", {name: name for name in tickers}, best, is_needed=False)
ticker = left.selectbox(
    "Ticker",
    tickers,
    index=None,
    placeholder="Choose a ticker",
    key="ticker",
    bind="query-params",
    on_change=addresses.forget,
    args=("ticker",),
)
pred_col = horizon_box(publication, middle)
if ticker is None:
    missing = ", ".join(addresses.unknown("ticker"))
    if missing:
        st.warning(f"{escaped(missing)} is no ticker of this market: choose another.")
    else:
        st.info("Choose a ticker.")
    st.stop()

company = stock_queries.company(publication, ticker)
if company.is_empty():
    st.info(f"{escaped(ticker)} is no longer forecast: it stopped trading, or lacks recent prices.")
else:
    now = company.row(0, named=True)
    st.header(escaped(now["name"] or ticker))
    facts = [escaped(now[c]) for c in ("sector", "industry", "exchange", "location") if now[c]]
    links = [f"[Quotes ↗]({quote_page(ticker)})"]
    if website := web_address(now["company_website"]):
        links.append(f"[Website ↗]({website})")
    compare = addresses.link("compare", publication, tickers=[ticker])
    links.append(f"[Compare]({compare})")
    st.markdown(" · ".join(facts + links))
    for column, row in zip(st.columns(3), company.rows(named=True), strict=False):
        with column.container(border=True):
            st.metric(
                f"Median excess return, {trained[row['pred_col']]}",
                percent(row["predicted_median_return"]),
            )
            st.caption(
                f"68 %: {percent(row['lower_68'])} to {percent(row['upper_68'])}  \n"
                f"95 %: {percent(row['lower_95'])} to {percent(row['upper_95'])}  \n"
                f"Chance of beating SPY {row['beats_spy']:.0%}; "
                f"rank {row['forecast_rank']:,} of {row['stocks']:,}"
            )
    st.caption(
        f"From the sample date {day(now['date'])}, "
        f"by models trained on {day(now['training_date'])}."
    )

CONTRIBUTION_COLUMNS = {
    "return": st.column_config.NumberColumn(
        "Return", format="%+.2f", help="What it adds to the log excess return, in hundredths"
    ),
    "risk": st.column_config.NumberColumn(
        "Risk", format="%+.2f", help="What it adds to the log standard deviation, in hundredths"
    ),
    "place": st.column_config.ProgressColumn(
        "Rank",
        format="percent",
        min_value=0,
        max_value=1,
        help="Among the stocks of the same sample date, from lowest to highest",
    ),
    "formula": st.column_config.TextColumn("What it is"),
    "unit": st.column_config.TextColumn("Unit"),
}
# Heading, column and unit of what is shown beside each other.
SIDES = [
    ("What makes it high or low", "shap_value", "Percent points", UP, DOWN),
    ("What makes it risky or calm", "risk_shap_value", "Percent wider or narrower", DOWN, UP),
]
if not company.is_empty():
    st.header("Why")
    opened = stock_queries.opened_drivers(publication, ticker, pred_col)
    say_data_weight(publication, pred_col)
    for column, (title, value, unit, up, down) in zip(
        st.columns(2, gap="large"), SIDES, strict=True
    ):
        with column:
            st.subheader(title)
            if opened.filter(pl.col(value).abs() >= 0.005).is_empty():
                st.caption("Nothing: every stock gets the same here.")
            else:
                chart = stock_charts.strongest(opened, value, unit, up, down)
                st.altair_chart(chart, width="stretch", key=f"strongest_{value}")
    st.dataframe(
        opened.rename({"shap_value": "return", "risk_shap_value": "risk"}).with_columns(
            name=pl.col("driver").map_elements(readable, pl.String)
        ),
        hide_index=True,
        height=420,
        column_order=[
            *["name", "return", "risk", "value", "place", "family", "formula", "unit", "driver"],
        ],
        column_config={
            "name": st.column_config.TextColumn("Driver", pinned=True),
            "driver": "Called",
            "value": "Value",
            "family": "Family",
            **CONTRIBUTION_COLUMNS,
        },
        placeholder="-",
        key="opened_drivers",
    )
    st.caption(
        "Of the newest forecast. Return: nearly percent points (hundredths of the log excess "
        "return). Risk: nearly the percent by which intervals get wider or narrower (hundredths "
        "of the log standard deviation). Factor scores are opened into their ratios: a ratio's own "
        "rank and its parts of a score are one driver."
    )
    scores = stock_queries.opened_scores(publication, ticker, pred_col)
    for [score], ratios in scores.group_by("score", maintain_order=True):
        adds = ", ".join(
            f"{name} {ratios[column].sum():+.2f}"
            for name, column in (("return", "contribution"), ("risk", "risk_contribution"))
            if ratios[column].null_count() == 0
        )
        with st.expander(f"{readable(str(score))} {ratios['part'].sum():+.2f}: {adds}"):
            st.dataframe(
                ratios.rename(
                    {"contribution": "return", "risk_contribution": "risk", "ratio_rank": "place"}
                ).with_columns(name=pl.col("ratio").map_elements(readable, pl.String)),
                hide_index=True,
                column_order=[
                    *["name", "return", "risk", "part", "ratio_value", "place"],
                    *["formula", "unit", "ratio"],
                ],
                column_config={
                    "name": st.column_config.TextColumn("Ratio", pinned=True),
                    "ratio": "Called",
                    "part": st.column_config.NumberColumn(
                        "Part", format="%+.3f", help="Of the score, which is the sum of its parts"
                    ),
                    "ratio_value": st.column_config.NumberColumn("Value", format="compact"),
                    **CONTRIBUTION_COLUMNS,
                },
                placeholder="-",
                key=f"ratios_{score}",
            )

st.header("Past forecasts and what came of them")
past = stock_queries.past_forecasts(publication, ticker, pred_col)
SOURCES = {
    "Backtest": "Models that knew only the past.",
    "Newest model": "The newest model looks back: it was trained on the outcomes it has seen, so "
    "that they say little about its skill.",
}
sources = [
    source for source in SOURCES if past.filter(pl.col("source") == source)["date"].n_unique() > 1
]
if sources:
    source = st.segmented_control(
        "Forecasts by",
        sources,
        default=sources[0],
        required=True,
        key="source",
        bind="query-params",
    )
    st.altair_chart(
        stock_charts.past_forecasts(past.filter(pl.col("source") == source)),
        width="stretch",
        key="past_forecasts",
    )
    st.caption(f"{SOURCES[source]} Shaded: 68 % interval. An outcome appears when its window ends.")
else:
    st.info("Only the newest forecast is stored. These add past ones, backtested and explained:")
    show_command(publication, backtest_folds=5, shap_since=EXPLAINED_SINCE)

st.header("Drivers over time")
drivers = stock_queries.drivers(publication, ticker, pred_col)
if drivers["date"].n_unique() > 1:
    st.altair_chart(stock_charts.drivers(drivers), width="stretch", key="drivers")
    st.caption(
        "What each feature family adds to the newest model's forecast (log excess return), by "
        "sample date."
    )
else:
    st.info("The history was not explained. This explains it:")
    show_command(publication, shap_since=EXPLAINED_SINCE)

st.header("Statements")
statements = stock_queries.statements(publication, ticker)
dates = [c for c in statements.columns if c not in ("item", "meaning", "unit")]
if dates:
    st.dataframe(
        statements,
        hide_index=True,
        height=460,
        column_order=["meaning", *dates, "unit", "item"],
        column_config={
            "meaning": st.column_config.TextColumn("Item", pinned=True, width="medium"),
            "unit": "Unit",
            "item": "Column",
            **{date: st.column_config.NumberColumn(date, format="compact") for date in dates},
        },
        placeholder="-",
        key="statements",
    )
    st.caption("Of the newest quarter known on each sample date.")
else:
    st.info(f"No statements of {escaped(ticker)} are known.")
