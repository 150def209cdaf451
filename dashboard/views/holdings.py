"""Holdings: the joint forecast of what somebody holds, what drives it, which to look at."""

import polars as pl
import streamlit as st

from dashboard import addresses, holdings, holdings_queries, stock_charts, stock_queries
from dashboard.charts import show_chart, span
from dashboard.downloads import excel_button
from dashboard.file_box import file_box
from dashboard.formats import (
    INTERVAL_COLUMNS,
    PERCENT_COLUMN,
    STOCK_COLUMNS,
    day,
    in_percent,
    percent,
)
from dashboard.glossary import TERMS
from dashboard.holdings import SHARES, WEIGHTS, Holdings, HoldingsError
from dashboard.horizon_choice import horizon_buttons, horizons, say_data_weight
from dashboard.portfolio import JointForecast, correlation_matrix, joint_forecast
from dashboard.safe_text import escaped
from dashboard.sidebar import shown_publication

EXAMPLES = 5
# Name, format and meaning of each exposure.
EXPOSURES = {
    "beta": ("Beta", ".2f", TERMS["Beta"]),
    "volatility": ("Volatility a year", ".0%", TERMS["Volatility"]),
    "size": ("Size, rank", ".0%", TERMS["Size"]),
    "value": ("Value score", "+.2f", TERMS["Factor score"]),
    "profitability": ("Profitability score", "+.2f", TERMS["Factor score"]),
    "momentum": ("Momentum score", "+.2f", TERMS["Factor score"]),
}
METHOD = r"""
A holding's excess growth over SPY is taken as $e^{X_i}$ with $X_i$ normal, with the forecast's mean
$\mu_i$ and standard deviation $\sigma_i$. What the portfolio grows to, bought and held with weights
$w_i$, then has the mean and variance

$$E = \sum_i w_i e_i, \quad V = \sum_{i,j} w_i w_j e_i e_j \left(e^{\rho_{ij} \sigma_i \sigma_j} -
1\right), \quad e_i = e^{\mu_i + \sigma_i^2 / 2}$$

A sum of log-normals is none, but near one: it is taken as the log-normal with this mean and
variance (Fenton, 1960), whose log has the variance $\ln(1 + V / E^2)$ and the mean $\ln E$ less
half of that. Intervals and chance use the quantiles of the models' past errors, as those of single
stocks do, so that a portfolio of one stock has that stock's forecast. A holding's risk share is its
row of $V$.

Correlations $\rho_{ij}$ are those of weekly log excess returns of the last three years. A pair that
shares less than a year has the mean of the others. That the months ahead move together as those
weeks did is an assumption: in a crisis stocks move together more, and intervals are then too
narrow.
"""

publication = shown_publication()


def take(found: Holdings) -> None:
    """Put holdings into the box, which the address holds."""
    st.session_state["holdings"] = found.text
    if found.kind:
        st.session_state["amounts"] = found.kind


def show_example() -> None:
    """Put the best forecasts into the box."""
    shortest = next(iter(horizons(publication)))
    best = stock_queries.picked_stocks(publication, shortest)["ticker"][:EXAMPLES]
    take(Holdings(dict.fromkeys(best, 100 / EXAMPLES), WEIGHTS))


def asked() -> tuple[Holdings, bool]:
    """What the visitor holds, and whether in shares; says what cannot be read, and stops."""
    addresses.seed("amounts", {WEIGHTS: WEIGHTS, SHARES: SHARES}, WEIGHTS)
    left, right = st.columns([3, 2], gap="large")
    with right:
        file = file_box("file_box")
        try:
            if file:
                is_excel = file.name.lower().endswith((".xlsx", ".xlsm"))
                take((holdings.from_excel if is_excel else holdings.from_csv)(file.content))
        except HoldingsError as error:
            st.error(escaped(str(error)))
        st.segmented_control(
            "The numbers are",
            [WEIGHTS, SHARES],
            required=True,
            key="amounts",
            bind="query-params",
            help="Weights of any size: they are divided by their sum. Shares count at the newest "
            "weekly price, which is adjusted for splits and dividends.",
        )
        st.caption(
            "What you enter stays in the address of this page and in this session of your "
            "browser: nothing of it is written on the server."
        )
    with left:
        text = st.text_area(
            "Tickers with weights or shares, a line each",
            height=170,
            max_chars=8_000,
            placeholder="AAPL 40\nMSFT 35\nXOM 25",
            key="holdings",
            bind="query-params",
        )
    try:
        found = holdings.parse(text)
    except HoldingsError as error:
        st.error(escaped(str(error)))
        st.stop()
    # A pasted table may say itself what its numbers are.
    if found.kind and found.kind != st.session_state["amounts"]:
        st.info(f"Taken as {found.kind.lower()}, as the text says.")
    return found, (found.kind or st.session_state["amounts"]) == SHARES


def joint_forecasts(held: pl.DataFrame, forecasts: pl.DataFrame) -> dict[str, JointForecast]:
    """The joint forecast at each horizon at which all holdings are forecast, by label column."""
    tickers = held["ticker"].to_list()
    pairs = holdings_queries.correlations(publication, tickers)
    matrix = correlation_matrix(tickers, pairs.rows())
    joint = {}
    for [pred_col], own in forecasts.group_by("pred_col", maintain_order=True):
        rows = held.join(own, on="ticker", maintain_order="left")
        if rows.height == held.height:
            joint[str(pred_col)] = joint_forecast(
                rows["weight"].to_numpy(),
                rows["predicted_mean"].to_numpy(),
                rows["predicted_std"].to_numpy(),
                matrix,
                rows["error_quantiles"][0].to_list(),
            )
    return joint


def show_joint(joint: dict[str, JointForecast], held: pl.DataFrame) -> None:
    """The joint forecast at each horizon, as the page Ticker shows that of a stock."""
    names = horizons(publication)
    for column, (pred_col, one) in zip(st.columns(max(len(joint), 1)), joint.items(), strict=False):
        with column.container(border=True):
            st.metric(
                f"{names[pred_col]}, median",
                percent(one.median_return),
                help=TERMS["Median"],
            )
            st.caption(
                f"68 %: {percent(one.bound(16))} to {percent(one.bound(84))}  \n"
                f"95 %: {percent(one.bound(2.5))} to {percent(one.bound(97.5))}  \n"
                f"Chance of beating SPY {one.chance_of_beating_spy:.0%}",
                help=TERMS["68 %"] + " " + TERMS["95 %"],
            )
    st.caption("Excess return over SPY of all that is held, bought now and kept.")
    if held.height > 1:
        st.caption(
            "A portfolio's median lies above those of its stocks: half of the stocks of a "
            "market may lag SPY and their sum not, because the gains of a few are large. How far "
            "above rests on the assumptions below, more than on the forecasts."
        )
    with st.expander("How the joint forecast is made"):
        st.markdown(METHOD)


def show_positions(positions: pl.DataFrame) -> None:
    """Which holdings to look at, and all of them."""
    lowest = positions.sort("predicted_mean").row(0, named=True)
    riskiest = positions.sort("risk_share", descending=True).row(0, named=True)
    if positions.height > 1:
        st.markdown(
            f"- Lowest forecast: **{escaped(lowest['ticker'])}**, "
            f"{percent(lowest['predicted_median_return'])} "
            f"(68 %: {percent(lowest['lower_68'])} to {percent(lowest['upper_68'])}), with "
            f"{lowest['weight']:.1%} of the value.\n"
            f"- Most risk: **{escaped(riskiest['ticker'])}**, {riskiest['risk_share']:.1%} of the "
            f"portfolio's variance with {riskiest['weight']:.1%} of its value."
        )
    st.dataframe(
        positions.with_columns(
            in_percent(
                "weight", "risk_share", "predicted_median_return", "beats_spy", *INTERVAL_COLUMNS
            )
        ),
        hide_index=True,
        placeholder="-",
        column_order=[
            *["ticker", "name", "weight", "risk_share", "look", "predicted_median_return"],
            *["beats_spy", *INTERVAL_COLUMNS, "forecast_rank", "sector"],
        ],
        column_config={
            **STOCK_COLUMNS,
            **{
                name: st.column_config.ProgressColumn(
                    label, help=TERMS[label], format="%.1f %%", min_value=0, max_value=100
                )
                for name, label in (("weight", "Weight"), ("risk_share", "Risk share"))
            },
            "look": "Look at it for",
        },
        key="positions",
    )


def reasons(positions: pl.DataFrame) -> pl.Expr:
    """Column `look`: why to look at a holding, in words."""
    worst = pl.col("forecast_rank") > 0.8 * positions["stocks"][0]
    texts = {
        "forecast among the lowest fifth": worst,
        "most risk": (pl.col("risk_share") == pl.col("risk_share").max()) & (pl.len() > 1),
        "more risk than weight": pl.col("risk_share") > 1.5 * pl.col("weight"),
        "over a quarter of the value": pl.col("weight") > 0.25,
    }
    return pl.concat_str(
        [pl.when(is_so).then(pl.lit(text)) for text, is_so in texts.items()],
        separator=", ",
        ignore_nulls=True,
    ).alias("look")


def show_exposures(exposures: pl.DataFrame, sectors: pl.DataFrame) -> None:
    """What kind of stocks are held, beside all stocks."""
    left, right = st.columns(2, gap="large")
    rows = [
        {"": EXPOSURES[name][0], "Held": form(held, name), "All stocks": form(every, name)}
        for name, held, every in exposures.iter_rows()
    ]
    with left:
        st.subheader(
            "Exposures",
            help="  \n".join(f"{name}: {meaning}" for name, _, meaning in EXPOSURES.values()),
        )
        st.dataframe(pl.DataFrame(rows), hide_index=True, key="exposures")
        st.caption(
            "Weighted means, beside the mean of all stocks that are forecast. Ranks: 0 the "
            "smallest, 100 % the largest. Scores: 0 is average; high ones go with high returns in "
            "the literature."
        )
    with right:
        st.subheader("Sectors")
        st.dataframe(
            sectors.filter(pl.col("held") > 0).with_columns(in_percent("held", "all_stocks")),
            hide_index=True,
            column_config={
                "sector": "Sector",
                "held": st.column_config.NumberColumn("Held", format="%.1f %%"),
                "all_stocks": st.column_config.NumberColumn("Of all stocks", format="%.1f %%"),
            },
            key="sectors",
        )


def form(value: float | None, exposure: str) -> str:
    """An exposure as text; a dash where it is unknown."""
    return "-" if value is None else format(value, EXPOSURES[exposure][1])


def show_drivers(families: pl.DataFrame, pred_col: str) -> None:
    """What adds to the holdings' forecasts, by family, beside all stocks."""
    say_data_weight(publication, pred_col)
    if families.is_empty():
        st.info("Nothing moves these forecasts at this horizon: every stock gets the same.")
        return
    show_chart(
        stock_charts.families(families),
        "What each feature family adds to the forecast of these holdings, "
        f"{span(families['held'], '+.2f')} points, and to that of all stocks",
        key="families",
    )
    difference = (families["held"] - families["all_stocks"]).sum()
    st.caption(
        "Weighted mean of the SHAP contributions to the holdings' log excess returns, in "
        "hundredths (nearly percent points), beside the mean of all stocks. Together these make "
        f"{difference:+.2f} points beside the average stock."
    )


def show_changes(changes: pl.DataFrame, watched: list[str]) -> None:
    """What changed in the forecasts of some stocks since the training before."""
    if not watched:
        st.info("Enter holdings, or choose stocks to watch.")
        return
    if changes.is_empty():
        st.info(
            "No earlier training of this horizon has been published: after the next one, what "
            "changed stands here."
        )
        return
    since = changes["earlier_trained_at"][0]
    table = changes.with_columns(
        why=pl.col("families")
        .list.eval(
            pl.format(
                "{} {}",
                pl.element().struct.field("family"),
                pl.element().struct.field("change").map_elements("{:+.2f}".format, pl.String),
            )
        )
        .list.join(", "),
        places=pl.col("earlier_rank").cast(pl.Int64) - pl.col("forecast_rank").cast(pl.Int64),
    ).with_columns(in_percent("predicted_median_return", "earlier_return", "change", "risk_change"))
    number = st.column_config.NumberColumn
    st.dataframe(
        table,
        hide_index=True,
        placeholder="-",
        column_order=[
            *["ticker", "name", "change", "earlier_return", "predicted_median_return"],
            *["places", "earlier_rank", "forecast_rank", "risk_change", "why"],
        ],
        column_config={
            "ticker": st.column_config.TextColumn("Ticker", pinned=True),
            "name": "Name",
            "change": number("Change", format="%+.2f", help="Of the forecast, percent points"),
            "earlier_return": number("Forecast before", format=PERCENT_COLUMN),
            "predicted_median_return": number(
                "Forecast now", format=PERCENT_COLUMN, help=TERMS["Forecast"]
            ),
            "places": number("Places", format="%+d", help="Ranks that it rose (+) or fell (-)"),
            "earlier_rank": number("Rank before", help=TERMS["Rank"]),
            "forecast_rank": number("Rank now", help=TERMS["Rank"]),
            "risk_change": number(
                "Spread", format="%+.1f %%", help="Change of the predicted standard deviation"
            ),
            "why": st.column_config.TextColumn(
                "Most of it from",
                help="Families whose contributions changed most, in hundredths of the log excess "
                "return",
            ),
        },
        key="changes",
    )
    missing = [ticker for ticker in watched if ticker not in set(changes["ticker"])]
    st.caption(
        f"Since the models that were trained on {day(since)}; both forecasts are of the newest "
        "sample date then known."
        + (f" Not forecast then: {escaped(', '.join(missing))}." if missing else "")
    )


st.title("Holdings")
found, are_shares = asked()
pred_col = horizon_buttons(publication)
held = holdings_queries.held(
    publication, list(found.amounts), list(found.amounts.values()), are_shares
)
tickers = held["ticker"].to_list()
if unknown := [ticker for ticker in found.amounts if ticker not in set(tickers)]:
    st.warning(
        f"Not forecast in this market, and left out: {escaped(', '.join(unknown))}. "
        "The weights of the others are taken to add up to 100 %."
    )
sheets: dict[str, pl.DataFrame] = {}
if not found.amounts:
    st.info("Paste what you hold, choose a file, or look at an example.")
    st.button(f"The {EXAMPLES} best forecasts", on_click=show_example)
elif tickers:
    weights = held["weight"].to_list()
    forecasts = holdings_queries.forecasts(publication, tickers)
    joint = joint_forecasts(held, forecasts)
    show_joint(joint, held)
    stocks = stock_queries.listed_stocks(publication).height
    positions = held.join(
        forecasts.filter(pl.col("pred_col") == pred_col), on="ticker", how="left"
    ).with_columns(stocks=pl.lit(stocks))
    if pred_col in joint:
        positions = positions.with_columns(
            risk_share=pl.Series(joint[pred_col].risk_shares, dtype=pl.Float64)
        )
        positions = positions.with_columns(reasons(positions))
        st.header("Which to look at")
        show_positions(positions)
    else:
        st.info("Some of these are not forecast at this horizon: choose another.")
        st.stop()
    exposures = holdings_queries.exposures(publication, tickers, weights)
    sectors = holdings_queries.sectors(publication, tickers, weights)
    show_exposures(exposures, sectors)
    st.header("What drives the forecast")
    families = holdings_queries.family_contributions(publication, pred_col, tickers, weights)
    show_drivers(families, pred_col)
    sheets = {
        "joint forecast": pl.DataFrame(
            {
                "horizon": horizons(publication)[column],
                "median excess return": one.median_return,
                **{
                    f"{level} %, {end}": one.bound(bound)
                    for level, end, bound in (
                        (68, "low", 16),
                        (68, "high", 84),
                        (95, "low", 2.5),
                        (95, "high", 97.5),
                    )
                },
                "chance of beating SPY": one.chance_of_beating_spy,
            }
            for column, one in joint.items()
        ),
        "holdings": positions.select(
            *["ticker", "name", "sector", "weight", "risk_share", "predicted_median_return"],
            *[*INTERVAL_COLUMNS, "beats_spy", "forecast_rank", "look", "date"],
        ),
        "exposures": exposures,
        "sectors": sectors,
        "drivers": families,
    }
st.header("What changed since the training before")
known = stock_queries.listed_stocks(publication)["ticker"].to_list()
addresses.seed("watch", {ticker: ticker for ticker in known}, [])
watch = st.multiselect(
    "Watch-list",
    known,
    placeholder="Stocks to watch beside the holdings",
    key="watch",
    bind="query-params",
    on_change=addresses.forget,
    args=("watch",),
)
if missing := addresses.unknown("watch"):
    st.warning(f"Not forecast in this market: {escaped(', '.join(missing))}.")
watched = list(dict.fromkeys([*tickers, *watch]))
changes = holdings_queries.changes(publication, pred_col, watched)
show_changes(changes, watched)
if sheets:
    excel_button(
        {**sheets, "changes": changes.drop("families")}, "holdings", "All of this page as Excel"
    )
