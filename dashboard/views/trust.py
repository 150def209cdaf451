"""Trust: what a sceptic asks of the forecasts, on one page."""

import polars as pl
import streamlit as st

from dashboard import (
    addresses,
    backtest_queries,
    start_queries,
    trust_charts,
    trust_queries,
    verdict,
)
from dashboard.charts import show_chart, span
from dashboard.commands import offer_backtest, show_command
from dashboard.formats import cell, day, in_percent, percent, readable, signed
from dashboard.horizon_choice import horizon_buttons, horizons
from dashboard.publication import Publication
from dashboard.sidebar import shown_publication

FEATURES = 8
SHARE = "%.1f %%"
number = st.column_config.NumberColumn


def interval(low: float | None, high: float | None) -> str:
    """A 95 % interval of a rank IC or a spread as text."""
    return "-" if low is None else f"{signed(low, 2)} to {signed(high, 2)}"


def show_rank_ics(publication: Publication, backtests: pl.DataFrame) -> None:
    """Rank IC of each horizon, with its interval and p."""
    names = horizons(publication)
    rows = [
        {
            "Over": names.get(row["pred_col"], row["pred_col"]),
            "Rank IC": signed(row["rank_ic"], 3),
            "95 % interval": interval(row["rank_ic_lower_95"], row["rank_ic_upper_95"]),
            "p by chance": "-" if row["rank_ic_p"] is None else f"{row['rank_ic_p']:.2f}",
            "p, variants tried": "-"
            if row["rank_ic_p_deflated"] is None
            else f"at most {row['rank_ic_p_deflated']:.2f} ({row['variants_tried']})",
            "Ridge's rank IC": signed(row["ridge_rank_ic"], 3),
            "R², SPY": signed(row["r2_zero"], 3),
            "Quarters": str(row["quarters"]),
        }
        for row in backtests.to_dicts()
    ]
    st.table(
        pl.DataFrame(rows).with_columns(pl.all().map_elements(cell, pl.String)),
        border="horizontal",
        hide_index=True,
    )
    st.caption(
        "Rank IC: mean over quarters of the rank correlation of forecast and outcome; 0 is chance. "
        "p: how often chance alone lies as far from 0, given how windows overlap; then for the "
        "best of as many variants as were tried, with their number. Ridge: a plain linear "
        "regression on the same rows. R², SPY: above 0, the squared error is smaller than that of "
        "saying that every stock does as SPY."
    )


def show_groups(publication: Publication, backtest_id: str) -> None:
    """Rank IC by year, size and sector."""
    names = {"small": "Smaller half", "large": "Larger half"}
    groups = trust_queries.rank_ic_by_group(publication, backtest_id).with_columns(
        label=pl.col("group_name").replace(names)
    )
    if groups.is_empty():
        st.info("Too few stocks for a rank IC in any group.")
        return
    show_chart(
        trust_charts.rank_ics(groups),
        f"Rank IC of {groups.height} groups of forecasts, {span(groups['rank_ic'], '+.2f')}, with "
        "95 % intervals",
    )
    tested = groups["rank_ic_p"].drop_nulls()
    st.caption(
        "Years of the forecasts, halves by market value, sectors as of now. Years have no "
        f"interval: their windows overlap. Of {tested.len()} groups with a p, "
        f"{(tested <= verdict.SIGNIFICANT).sum()} have one of at most 0.05; by chance about "
        f"{tested.len() * verdict.SIGNIFICANT:.1f} would."
    )


def show_unseen(publication: Publication) -> None:
    """How good forecasts are of stocks that the models never saw, at each horizon."""
    st.subheader("Do the models know stocks that they never saw?")
    stats = trust_queries.unseen_stats(publication)
    if stats.is_empty():
        st.info(
            "No stock was left out. This command deals all stocks into ten groups, and forecasts "
            "each group by models that were trained without it:"
        )
        show_command(publication, holdout_groups=10)
        return
    names, found = horizons(publication), stats.to_dicts()
    models = {"unseen": "never saw the stock", "seen": "trained on it too"}
    rows = [
        {
            "Over": names.get(row["pred_col"], row["pred_col"]),
            "Model": models[row["forecaster"]],
            "Rank IC": signed(row["rank_ic"], 3),
            "95 % interval": interval(row["rank_ic_lower_95"], row["rank_ic_upper_95"]),
            "p by chance": "-" if row["rank_ic_p"] is None else f"{row['rank_ic_p']:.2f}",
            "Decile spread (log)": signed(row["spread"], 3),
            "Its 95 % interval": interval(row["spread_lower_95"], row["spread_upper_95"]),
            "R², SPY": signed(row["r2_zero"], 3),
            "Forecasts": f"{row['forecasts']:,}",
        }
        for row in found
    ]
    st.table(
        pl.DataFrame(rows).with_columns(pl.all().map_elements(cell, pl.String)),
        border="horizontal",
        hide_index=True,
    )
    first = min(row["forecast_from"] for row in found)
    last = max(row["forecast_to"] for row in found)
    tickers = max(row["tickers"] for row in found)
    st.caption(
        f"Forecasts from {day(first)} to {day(last)} whose windows have closed, of "
        f"{tickers:,} stocks. What the model that was trained on a stock does better, it may have "
        "learned by heart. Both knew what other stocks did on the same days, so this is no "
        "forecast of the future: the backtest is."
    )


def show_reliability(publication: Publication, backtest_id: str) -> None:
    """Whether chances of beating SPY came as often as was said."""
    tenths = trust_queries.reliability(publication, backtest_id)
    if tenths.is_empty():
        st.info("This backtest is from before chances were recorded: run another.")
        return
    show_chart(
        trust_charts.reliability(tenths),
        f"How often stocks beat SPY, {span(tenths['came'], '.0%')}, against the chance that was "
        f"forecast, {span(tenths['chance'], '.0%')}",
        height=320,
    )
    bounded = tenths.drop_nulls("lower_95")
    inside = bounded.filter(pl.col("chance").is_between("lower_95", "upper_95")).height
    forecasts = tenths["forecasts"].sum()
    [(said, came)] = tenths.select(
        (pl.col("chance", "came") * pl.col("forecasts")).sum() / forecasts
    ).iter_rows()
    st.caption(
        f"{forecasts:,} forecasts in tenths of each quarter by the chance. On the dashed line "
        f"chances come as often as said: {said:.0%} was said on average, {came:.0%} came. "
        + (
            f"In {inside} of {bounded.height} tenths the 95 % interval, over quarters whose "
            "windows overlap, holds what was said."
            if bounded.height
            else "Too few quarters for intervals: no two windows lie apart."
        )
    )


def show_coverage(publication: Publication, backtest_id: str) -> None:
    """How often outcomes lay within the intervals, by year and by predicted volatility."""
    coverage = backtest_queries.backtest_coverage(publication, backtest_id).filter(
        pl.col("grouped_by") != "fold"
    )
    thirds = {"low": "Calm third", "middle": "Middle third", "high": "Volatile third"}
    names = pl.when(pl.col("grouped_by") == "all").then(pl.lit("All forecasts"))
    coverage = coverage.with_columns(
        group_name=names.otherwise(pl.col("group_name").replace(thirds))
    )
    show_chart(
        trust_charts.coverage(coverage),
        "Share of outcomes within the 68 % and the 95 % interval, by group of forecasts: "
        f"{span(coverage['coverage_68'], '.0%')} and {span(coverage['coverage_95'], '.0%')}",
        height=320,
    )
    st.caption(
        "Dashed: what the intervals promise. Thirds by predicted volatility of each quarter. "
        "Windows of a year's forecasts overlap, so a year is little evidence."
    )
    with st.expander("Figures"):
        shares = [
            *("coverage_68", "coverage_95", "below_95", "above_95"),
            *("share_beating_spy", "mean_chance_of_beating_spy"),
        ]
        st.dataframe(
            coverage.with_columns(in_percent(*shares)),
            hide_index=True,
            placeholder="-",
            column_order=["group_name", *shares, "predicted_std", "realised_std", "windows"],
            column_config={
                "group_name": "Forecasts",
                "coverage_68": number("In the 68 % interval", format=SHARE),
                "coverage_95": number("In the 95 % interval", format=SHARE),
                "below_95": number("Below it", format=SHARE),
                "above_95": number("Above it", format=SHARE),
                "share_beating_spy": number("Beat SPY", format=SHARE),
                "mean_chance_of_beating_spy": number("Chance of it, forecast", format=SHARE),
                "predicted_std": number("Predicted spread", format="%.3f"),
                "realised_std": number("Realised spread", format="%.3f"),
                "windows": number(
                    "Windows apart",
                    format="%.1f",
                    help="Windows that do not overlap: what the shares rest on.",
                ),
            },
        )


def show_deciles(publication: Publication, backtest_id: str, horizon: str) -> None:
    """What the deciles made in money, with intervals."""
    deciles = trust_queries.deciles(publication, backtest_id)
    if deciles.is_empty():
        st.info("Too few stocks for deciles.")
        return
    show_chart(
        trust_charts.deciles(deciles),
        "Return of each decile of the forecast less that of all stocks, "
        f"{span(deciles['less_all'])}, with 95 % intervals",
        height=320,
    )
    top = deciles.row(by_predicate=pl.col("decile") == 10, named=True)
    held = (
        "too few quarters for an interval"
        if top["less_all_lower_95"] is None
        else f"95 % {percent(top['less_all_lower_95'])} to {percent(top['less_all_upper_95'])}, "
        f"p = {top['less_all_p']:.2f}"
    )
    st.caption(
        f"Mean return of a decile's stocks over {horizon}, as a share of what SPY made, less that "
        f"of all stocks; lines are 95 % intervals. The top decile: {percent(top['less_all'])} "
        f"({held}); {percent(top['excess_return'])} over SPY, before costs."
    )


def show_exposures(publication: Publication, backtest_id: str) -> None:
    """What kind of stocks the deciles hold."""
    ranks = {"beta_rank": "Beta", "volatility_rank": "Volatility", "size_rank": "Size"}
    st.dataframe(
        trust_queries.exposures(publication, backtest_id),
        hide_index=True,
        placeholder="-",
        column_config={
            "decile": number("Decile", format="%d"),
            "beta": number("Beta", format="%.2f"),
            **{name: number(f"{label}, rank", format="%.2f") for name, label in ranks.items()},
            "value_rank": number("Value, rank", format="%.2f"),
        },
    )
    st.caption(
        "Mean ranks within the sample date: 0.5 is the middle, 1 the largest or cheapest. What a "
        "decile earns beyond others may be the pay of what it holds."
    )


def show_stability(publication: Publication, backtest_id: str, column: str, what: str) -> None:
    """Whether the models of different years go by the same features."""
    frame = trust_queries.feature_correlations(publication, backtest_id, column, FEATURES)
    if frame.is_empty():
        st.info(f"{what} is the same for all stocks: it goes with no feature.")
        return
    frame = frame.with_columns(
        label=pl.col("feature").map_elements(readable, pl.String),
        year=pl.col("fold_from").dt.to_string("%Y"),
    )
    show_chart(
        trust_charts.correlations(frame.drop_nulls("correlation")),
        f"{what}: correlation with {frame['label'].n_unique()} features, year by year, "
        f"{span(frame['correlation'], '+.2f')}",
    )
    [(mean, least, pairs)] = trust_queries.agreement_of_folds(
        publication, backtest_id, column
    ).iter_rows()
    if pairs:
        st.caption(
            f"Over all features, neighbouring years agree with a correlation of {mean:.2f} on "
            f"average, {least:.2f} at least."
        )


def show_importances(publication: Publication, pred_col: str) -> None:
    """Importances of the stored models, a column a training date."""
    wide = trust_queries.importances(publication, pred_col)
    dates = wide.columns[1:]
    if len(dates) < 2:
        agreement = "there is one alone, so stability shows from the next training on"
    else:
        correlation = wide.select(pl.corr(*dates[:2])).item()
        agreement = f"the two newest agree with a correlation of {correlation:.2f}"
    st.dataframe(
        wide.head(FEATURES).with_columns(
            feature=pl.col("feature").map_elements(readable, pl.String)
        ),
        hide_index=True,
        placeholder="-",
        column_config={
            "feature": st.column_config.TextColumn("Feature", width=210),
            **{date: number(date, format=SHARE) for date in dates},
        },
    )
    st.caption(
        "CatBoost's importance in percent, of what moves forecast and risk together, in each "
        f"stored model on all tickers, by the day of its training; {agreement}."
    )


publication = shown_publication()
st.title("Trust")
pred_col = horizon_buttons(publication)
horizon = horizons(publication)[pred_col]
backtests = backtest_queries.newest_backtests(publication)
stats = backtest_queries.newest_backtest(publication, pred_col)
if stats is None:
    [model] = start_queries.listed_model(publication, pred_col).to_dicts()
    judged = verdict.untested(model)
    st.markdown(f"**{verdict.advice(judged)}** " + " ".join(each.reason for each in judged))
    offer_backtest(publication)
    show_unseen(publication)
    st.stop()
backtest_id = stats["backtest_id"]
judged = backtest_queries.judged(publication, stats)
with st.container(border=True):
    st.markdown(f"**{verdict.advice(judged)}**")
    st.markdown(" ".join(each.reason for each in judged))
    backtest_page = addresses.link("backtest", publication, horizon=horizon)
    record_page = addresses.link("track_record", publication, horizon=horizon)
    st.caption(
        f"Of {stats['forecasts']:,} forecasts from {day(stats['forecast_from'])} to "
        f"{day(stats['forecast_to'])} by {stats['folds']} models, each trained on what was known "
        f"before its year; backtest of {day(stats['made_at'])}. "
        f"[Portfolios and their costs]({backtest_page}) · "
        f"[What came of published forecasts]({record_page})"
    )
st.subheader("Do the ranks mean anything?")
show_rank_ics(publication, backtests)
left, right = st.columns(2, gap="large")
with left:
    st.subheader("Rank IC by year, size and sector")
    show_groups(publication, backtest_id)
with right:
    st.subheader("Do the intervals hold?")
    show_coverage(publication, backtest_id)
left, right = st.columns(2, gap="large")
with left:
    st.subheader("Do chances come as often as said?")
    show_reliability(publication, backtest_id)
with right:
    st.subheader("What the deciles made")
    show_deciles(publication, backtest_id, horizon)
st.subheader("Do the models of different years go by the same things?")
# Below each other: half a page is too narrow for names and figures.
st.markdown("**The forecast**")
show_stability(publication, backtest_id, "forecast_correlation", "The forecast")
st.markdown("**The risk**")
show_stability(publication, backtest_id, "risk_correlation", "The predicted spread")
st.caption(
    "Correlation of the backtest's forecasts, year by year, with each feature's rank: what the "
    "models rank by. It is no importance, which correlated features share; the folds' own "
    "importances are not stored."
)
left, right = st.columns(2, gap="large")
with left:
    st.subheader("What the deciles hold")
    show_exposures(publication, backtest_id)
with right:
    st.subheader("Importance in the stored models")
    show_importances(publication, pred_col)
show_unseen(publication)
st.subheader("What this does not show")
st.markdown(
    f"- {stats['variants_tried']} variants of the model were compared before this one was chosen "
    "(`variants_tried`), by people who knew the later years.\n"
    "- Where the list of stocks was made with hindsight, firms that failed are missing, which "
    "flatters every portfolio, that of all stocks too.\n"
    f"- {stats['quarters']} quarters of windows of {horizon} are few that do not overlap: p-values "
    "and intervals count that.\n"
    "- Sectors, industries and exchanges are as of now, not of then."
)
