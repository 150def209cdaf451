"""One stock on two pages: price, forecast and why, valuation, peers, past, statements."""

from datetime import date, timedelta

import polars as pl
import streamlit as st

from dashboard import addresses, stock_charts, stock_queries, tear_sheet_queries
from dashboard.charts import show_chart, span
from dashboard.commands import show_command
from dashboard.downloads import show_downloads
from dashboard.formats import (
    DRIVER_COLUMNS,
    PERCENT_COLUMN,
    STOCK_COLUMNS,
    day,
    in_percent,
    percent,
    readable,
)
from dashboard.glossary import TERMS
from dashboard.horizon_choice import horizon_box, horizons, say_data_weight
from dashboard.printing import print_on_paper
from dashboard.quote_pages import quote_page
from dashboard.reasons import in_words
from dashboard.safe_text import escaped, web_address
from dashboard.sidebar import shown_publication
from dashboard.stock_charts import DOWN, UP
from dashboard.tear_sheet_queries import VALUATION
from dashboard.verdict import past_in_words
from dashboard.what_if import WhatIfError, movable_ratios, what_if

EXPLAINED_SINCE = date(2010, 1, 1)
YEARS_SHOWN = 5
MOST_MOVED = 4
YIELDS = ["earnings_yield", "free_cash_flow_yield", "dividend_yield"]

publication = shown_publication()
print_on_paper()
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
    st.header(escaped(f"{now['name']} ({ticker})" if now["name"] else ticker))
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
                f"{trained[row['pred_col']]}, median",
                percent(row["predicted_median_return"]),
                help=TERMS["Median"],
            )
            st.caption(
                f"68 %: {percent(row['lower_68'])} to {percent(row['upper_68'])}  \n"
                f"95 %: {percent(row['lower_95'])} to {percent(row['upper_95'])}  \n"
                f"Chance of beating SPY {row['beats_spy']:.0%}; "
                f"rank {row['forecast_rank']:,} of {row['stocks']:,}",
                help=f"{TERMS['68 %']} {TERMS['95 %']}",
            )
    st.caption(
        f"Excess return over SPY from the sample date {day(now['date'])}, "
        f"by models trained on {day(now['training_date'])}."
    )

CONTRIBUTION_COLUMNS = {
    "return": st.column_config.NumberColumn("Return", format="%+.2f", help=TERMS["Contribution"]),
    "risk": st.column_config.NumberColumn("Risk", format="%+.2f", help=TERMS["Risk contribution"]),
    "place": st.column_config.ProgressColumn(
        "Rank",
        format="percent",
        min_value=0,
        max_value=1,
        help=TERMS["Percent rank"],
    ),
}


@st.fragment
def show_what_if(ticker: str, moved: list[str]) -> None:
    """Sliders for some ratios of a stock, and what the stored model says of such a one.

    A fragment: a slider that moves draws nothing else of the page anew.
    """
    try:
        with st.spinner("Reading the stored model"):
            asked = what_if(publication, ticker, pred_col)
    except WhatIfError as error:
        st.info(str(error))
        return
    sliders, result = st.columns([2, 3], gap="large")
    ranks = {}
    with sliders:
        for ratio in moved:
            rank = asked.rank(ratio)
            chosen = st.slider(
                f"{readable(ratio)}, rank (%)",
                0,
                100,
                round(100 * (0.5 if rank is None else rank)),
                key=f"rank_{ticker}_{ratio}",
                help="Unknown today: it starts in the middle."
                if rank is None
                else f"Today {rank:.1%}. {TERMS['Percent rank']}",
            )
            is_today = rank is not None and chosen == round(100 * rank)
            ranks[ratio] = rank if is_today and rank is not None else chosen / 100
    [[before, *_], [after, low, high]] = [
        asked.returns({name: [rank] for name, rank in some.items()}).row(0) for some in ({}, ranks)
    ]
    grid = [step / 20 for step in range(21)]
    curves = pl.concat(
        asked.returns(
            {**{name: [rank] * len(grid) for name, rank in ranks.items()}, ratio: grid}
        ).select(pl.lit(readable(ratio)).alias("ratio"), pl.Series("rank", grid), "median")
        for ratio in moved
    )
    points = pl.DataFrame(
        {
            "ratio": [readable(ratio) for ratio in moved],
            "rank": list(ranks.values()),
            "median": [after] * len(moved),
        }
    )
    with result:
        st.metric(
            f"{trained[pred_col]}, median",
            f"{after:+.2%}",
            f"{100 * (after - before):+.2f} points",
            help=TERMS["Median"],
        )
        st.caption(f"68 %: {percent(low)} to {percent(high)}. Today's forecast: {before:+.2%}.")
        show_chart(
            stock_charts.what_if_curves(curves, points),
            f"Forecast of {ticker} by the rank of each ratio that is moved, "
            f"{span(curves['median'])}; as moved {after:+.2%}",
            key="what_if",
        )


# Heading, column and unit of what is shown beside each other.
SIDES = [
    ("What makes it high or low", "shap_value", "Percent points", UP, DOWN),
    ("What makes it risky or calm", "risk_shap_value", "Percent of spread", DOWN, UP),
]
st.header("Price")
first_week, last_week = stock_queries.first_and_last_week(publication)
left, right = st.columns([3, 2], gap="large")
with left:
    start, end = st.columns(2)
    start_default = max(first_week, last_week - timedelta(days=365 * YEARS_SHOWN))
    since = start.date_input(
        "From",
        start_default,
        min_value=first_week,
        max_value=last_week,
        key="since",
        bind="query-params",
    )
    until = end.date_input(
        "To",
        last_week,
        min_value=first_week,
        max_value=last_week,
        key="until",
        bind="query-params",
    )
    history = tear_sheet_queries.weekly_history(publication, ticker, since, until)
    if history.is_empty():
        st.info("No prices beside SPY's between these days: choose others.")
    else:
        ended = history.group_by("measure").last()["growth"] - 1
        show_chart(
            stock_charts.price_and_excess(history),
            f"Return of {ticker}, alone and beyond SPY's, from {day(since)} to {day(until)}: "
            f"in the end {span(ended)}",
            key="price",
        )
with right:
    returns = tear_sheet_queries.trailing_returns(publication, ticker)
    st.dataframe(
        returns.with_columns(in_percent("price_return", "excess_return")),
        hide_index=True,
        column_config={
            "months": st.column_config.NumberColumn("Months", format="%d"),
            "price_return": st.column_config.NumberColumn(
                "Return", format=PERCENT_COLUMN, help="With dividends, not a year"
            ),
            "excess_return": st.column_config.NumberColumn(
                "Excess return", format=PERCENT_COLUMN, help=TERMS["Excess return"]
            ),
        },
        key="returns",
    )
    st.caption("Up to the newest weekly price, with dividends and splits.")

if not company.is_empty():
    st.header(f"Why, over {trained[pred_col]}")
    opened = stock_queries.opened_drivers(publication, ticker, pred_col)
    say_data_weight(publication, pred_col)
    st.markdown(in_words(opened) or "Nothing tells it from the average stock.")
    unseen = tear_sheet_queries.unseen_forecast(publication, ticker, pred_col)
    for row in unseen.iter_rows(named=True):
        st.markdown(
            f"A model that never saw {escaped(ticker)}, trained on {row['train_tickers']:,} other "
            f"stocks, says {row['unseen']:+.2%} (68 %: {percent(row['lower_68'])} to "
            f"{percent(row['upper_68'])}) as of {day(row['date'])}; one that was trained on it too "
            f"says {row['seen']:+.2%}."
        )
    if unseen.is_empty():
        with st.expander("What does a model say that never saw it?"):
            show_command(publication, holdout_groups=10)
    for column, (title, value, unit, up, down) in zip(
        st.columns(2, gap="large"), SIDES, strict=True
    ):
        with column:
            st.subheader(title)
            if opened.filter(pl.col(value).abs() >= 0.005).is_empty():
                st.caption("Nothing: every stock gets the same here.")
            else:
                chart = stock_charts.strongest(opened, value, unit, up, down)
                show_chart(
                    chart,
                    f"{title}: drivers of the forecast of {ticker}, {unit.lower()} "
                    f"{span(opened[value], '+.2f')}",
                    width="stretch",
                    key=f"strongest_{value}",
                )
    with st.container(key="screen_only_why"):
        st.dataframe(
            opened.rename({"shap_value": "return", "risk_shap_value": "risk"}).with_columns(
                name=pl.col("driver").map_elements(readable, pl.String)
            ),
            hide_index=True,
            height=420,
            column_order=[
                *[
                    "name",
                    "return",
                    "risk",
                    "value",
                    "place",
                    "family",
                    "formula",
                    "unit",
                    "driver",
                ],
            ],
            column_config={
                **DRIVER_COLUMNS,
                **CONTRIBUTION_COLUMNS,
                "value": "Value",
            },
            placeholder="-",
            key="opened_drivers",
        )
        st.caption(
            "Of the newest forecast. Return: nearly percent points (hundredths of the log excess "
            "return). Risk: nearly the percent by which intervals get wider or narrower "
            "(hundredths of the log standard deviation). Factor scores are opened into their "
            "ratios: a ratio's own rank and its parts of a score are one driver."
        )
        scores = stock_queries.opened_scores(publication, ticker, pred_col)
        for [score], members in scores.group_by("score", maintain_order=True):
            adds = ", ".join(
                f"{name} {members[column].sum():+.2f}"
                for name, column in (("return", "contribution"), ("risk", "risk_contribution"))
                if members[column].null_count() == 0
            )
            with st.expander(f"{readable(str(score))} {members['part'].sum():+.2f}: {adds}"):
                st.dataframe(
                    members.rename(
                        {
                            "contribution": "return",
                            "risk_contribution": "risk",
                            "ratio_rank": "place",
                        }
                    ).with_columns(name=pl.col("ratio").map_elements(readable, pl.String)),
                    hide_index=True,
                    column_order=[
                        *["name", "return", "risk", "part", "ratio_value", "place"],
                        *["formula", "unit", "ratio"],
                    ],
                    column_config={
                        **DRIVER_COLUMNS,
                        "name": st.column_config.TextColumn("Ratio", pinned=True),
                        "ratio": "Called",
                        "part": st.column_config.NumberColumn(
                            "Part",
                            format="%+.3f",
                            help="Of the score, which is the sum of its parts",
                        ),
                        "ratio_value": st.column_config.NumberColumn("Value", format="compact"),
                        **CONTRIBUTION_COLUMNS,
                    },
                    placeholder="-",
                    key=f"ratios_{score}",
                )

        st.header("What if")
        st.caption(
            "Move the stock in the ranking of a ratio, and ask the stored model again: factor "
            "scores follow, all else stays. It says how the model works, not what the company "
            "would earn."
        )
        ratios = movable_ratios(publication)
        addresses.seed("moved", {ratio: ratio for ratio in ratios}, [], most=MOST_MOVED)
        moved = st.multiselect(
            "Ratios to move",
            ratios,
            max_selections=MOST_MOVED,
            format_func=readable,
            placeholder=f"Choose up to {MOST_MOVED}",
            key="moved",
            bind="query-params",
            on_change=addresses.forget,
            args=("moved",),
        )
        if moved:
            show_what_if(ticker, moved)

st.header("Valuation")
valuation = tear_sheet_queries.valuation(publication, ticker)
if valuation.is_empty():
    st.info("No measure of value is known.")
else:
    values = [
        pl.when(pl.col("measure").is_in(YIELDS))
        .then((pl.col(name) * 100).round(1).cast(pl.String) + " %")
        .otherwise(pl.col(name).round(1).cast(pl.String))
        .alias(name)
        for name in ("now", "own_median", "sector_median")
    ]
    st.dataframe(
        valuation.with_columns(
            *values,
            *in_percent("own_place", "sector_place"),
            pl.col("measure").replace_strict(VALUATION),
        ),
        hide_index=True,
        placeholder="-",
        column_order=[
            *["measure", "now", "own_median", "own_place", "past"],
            *["sector_median", "sector_place", "sector_stocks"],
        ],
        column_config={
            "measure": st.column_config.TextColumn("Measure", pinned=True),
            "now": "Now",
            "own_median": st.column_config.TextColumn("Own median", help="Of all sample dates"),
            "own_place": st.column_config.ProgressColumn(
                "Above own past",
                help="Share of its own sample dates with a smaller value",
                format="%.0f %%",
                min_value=0,
                max_value=100,
            ),
            "past": st.column_config.LineChartColumn("Since the first sample date"),
            "sector_median": "Sector's median",
            "sector_place": st.column_config.ProgressColumn(
                "Above sector",
                help="Share of its sector's stocks with a smaller value",
                format="%.0f %%",
                min_value=0,
                max_value=100,
            ),
            "sector_stocks": st.column_config.NumberColumn("Of stocks", format="%d"),
        },
        key="valuation",
    )
    st.caption(
        "As of the newest sample date. Dear is high for ratios of price, low for yields. A ratio "
        "with earnings or book value that are not positive is not shown."
    )

if not company.is_empty():
    st.header("Peers", help=TERMS["Distance"])
    peers = tear_sheet_queries.peers(publication, ticker, pred_col)
    if peers.is_empty():
        st.info("Too few of its ranks are known to say which stocks are like it.")
    else:
        st.dataframe(
            peers.with_columns(
                in_percent("predicted_median_return", "beats_spy", "lower_68", "upper_68"),
                address=pl.col("ticker").map_elements(
                    lambda peer: addresses.link(
                        "ticker", publication, ticker=peer, horizon=trained[pred_col]
                    ),
                    pl.String,
                ),
            ),
            hide_index=True,
            placeholder="-",
            column_order=[
                *["ticker", "name", "sector", "distance", "predicted_median_return"],
                *["lower_68", "upper_68", "beats_spy", "forecast_rank", "address"],
            ],
            column_config={
                **STOCK_COLUMNS,
                "distance": st.column_config.NumberColumn(
                    "Distance", format="%.2f", help=TERMS["Distance"]
                ),
                "address": st.column_config.LinkColumn(
                    "Tear sheet", display_text="open ↗", width="small"
                ),
            },
            key="peers",
        )
        st.caption("The stocks nearest in the ranks that the models use, nearest first.")

st.header(f"Past forecasts over {trained[pred_col]}, and what came of them")
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
    shown = past.filter(pl.col("source") == source)
    show_chart(
        stock_charts.past_forecasts(shown),
        f"Past forecasts of {ticker}, {span(shown['median_return'])}, with their 68 % intervals, "
        f"and what came, {span(shown['outcome'])}",
        width="stretch",
        key="past_forecasts",
    )
    st.caption(f"{SOURCES[source]} Shaded: 68 % interval. An outcome appears when its window ends.")
    st.markdown(past_in_words(shown))
else:
    st.info("Only the newest forecast is stored. These add past ones, backtested and explained:")
    show_command(publication, backtest_folds=5, shap_since=EXPLAINED_SINCE)

with st.container(key="screen_only_drivers"):
    st.header("Drivers over time")
    drivers = stock_queries.drivers(publication, ticker, pred_col)
    if drivers["date"].n_unique() > 1:
        show_chart(
            stock_charts.drivers(drivers),
            f"What each feature family adds to forecasts of {ticker}, by sample date, log excess "
            f"return {span(drivers['shap_value'], '+.3f')}",
            width="stretch",
            key="drivers",
        )
        st.caption(
            "What each feature family adds to the newest model's forecast, by sample date: "
            "hundredths of the log excess return, nearly percent points."
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
        height=min(460, 38 + 35 * statements.height),
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
    show_downloads(statements, f"statements_{ticker}")
else:
    st.info(f"No statements of {escaped(ticker)} are known.")
