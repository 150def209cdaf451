"""Start: how far to trust the forecasts, the ten best and why, sectors, what changed."""

from datetime import UTC, datetime

import polars as pl
import streamlit as st

from dashboard import addresses, backtest_queries, start_charts, start_queries, verdict
from dashboard.charts import show_chart, span
from dashboard.commands import show_command
from dashboard.formats import day, percent
from dashboard.horizon_choice import horizon_buttons, horizons, say_data_weight
from dashboard.publication import Publication
from dashboard.reasons import change_reasons, in_sentence, reasons
from dashboard.safe_text import escaped
from dashboard.sidebar import data_age, shown_publication

BEST, CHANGED, FAMILIES, REASONS, COMMON = 10, 5, 2, 3, 4


def show_verdict(publication: Publication, pred_col: str, horizon: str) -> None:
    """How far to trust the forecasts, in words."""
    backtest = backtest_queries.newest_backtest(publication, pred_col)
    if backtest:
        judged = backtest_queries.judged(publication, backtest)
    else:
        [model] = start_queries.listed_model(publication, pred_col).to_dicts()
        judged = verdict.untested(model)
    with st.container(border=True):
        st.markdown(f"**{verdict.advice(judged)}**")
        st.markdown(" ".join(each.reason for each in judged))
        trust = addresses.link("trust", publication, horizon=horizon)
        record = addresses.link("track_record", publication, horizon=horizon)
        st.caption(
            f"[All the evidence]({trust}) · [What came of published forecasts]({record}) · "
            "Nothing here is investment advice."
        )
    if not backtest:
        with st.expander("Run a backtest of five years"):
            show_command(publication, backtest_folds=5)


def stock_link(publication: Publication, ticker: str, horizon: str) -> str:
    """A ticker in Markdown, with a link to its page."""
    address = addresses.link("ticker", publication, ticker=ticker, horizon=horizon)
    return f"[{escaped(ticker)}]({address})"


def show_best(publication: Publication, pred_col: str, horizon: str) -> None:
    """The stocks with the best ranks, and what makes each so."""
    best = start_queries.best_stocks(publication, pred_col, BEST)
    why = reasons(
        start_queries.strongest_families(publication, pred_col, best["ticker"].to_list(), FAMILIES)
    )
    rows = [
        {
            "Stock": f"**{stock_link(publication, row['ticker'], horizon)}** "
            f"{escaped(row['name'] or '')}",
            "Forecast (68 %)": f"**{percent(row['predicted_median_return'])}** "
            f"({row['lower_68']:+.0%} to {row['upper_68']:+.0%})",
            "Beats SPY": f"{row['chance_of_beating_spy']:.0%}",
            "Why, in points": why.get(row["ticker"], "nothing tells it from the others"),
        }
        for row in best.to_dicts()
    ]
    st.table(pl.DataFrame(rows), border="horizontal", hide_index=True)
    st.caption(
        f"Forecast: median excess return over SPY in {horizon}. Points are nearly percent: "
        "hundredths of the log excess return that a family of features adds, with its strongest "
        "one; high and low is the upper and the lower third of the stocks."
    )


def show_sectors(publication: Publication, pred_col: str) -> None:
    """Mean forecast of each sector, by horizon."""
    names = horizons(publication)
    frame = start_queries.sectors(publication).filter(pl.col("pred_col").is_in(list(names)))
    frame = frame.with_columns(horizon=pl.col("pred_col").replace_strict(names))
    show_chart(
        start_charts.sector_map(frame, names[pred_col]),
        f"Mean forecast of {frame['sector'].n_unique()} sectors a year, by horizon, "
        f"{span(frame['annual_return'])}",
    )
    st.caption(
        "Mean forecast of the sector's stocks, as a median excess return a year. One stock's "
        "interval is far wider: hover."
    )


def show_changes(publication: Publication, pred_col: str, horizon: str) -> None:
    """Which forecasts moved since the model trained before, and what moved them."""
    changes = start_queries.changes(publication, pred_col)
    if changes.is_empty():
        st.info(
            "No model of this horizon that was trained before is explained in this publication, so "
            "there is nothing to compare with. After the next training this says which forecasts "
            "moved, and what moved them."
        )
        return
    first = changes.row(0, named=True)
    move = pl.col("median_return") - pl.col("earlier_median_return")
    [(rose, fell, size)] = changes.select(
        (move > 0).sum(), fell=(move < 0).sum(), size=move.abs().mean()
    ).iter_rows()
    same = changes["is_same_date"].all()
    common = ", ".join(
        f"{in_sentence(driver)} {mean_abs:.2f}"
        for driver, mean_abs in start_queries.common_changes(
            publication, pred_col, COMMON
        ).iter_rows()
    )
    st.markdown(
        f"Model of {day(first['training_date'])} less that of "
        f"{day(first['earlier_training_date'])}: {rose:,} forecasts rose, "
        f"{fell:,} fell, by {size:.2%} on average. "
        + (
            "Both forecast from the same sample dates, so the new model alone made the difference."
            if same
            else "What is new of the stocks and the new model both made the difference."
        )
        + (f" What moved them most, in points a stock: {common}." if common else "")
    )
    moved = changes.head(CHANGED)
    why = change_reasons(
        start_queries.strongest_changes(publication, pred_col, moved["ticker"].to_list(), REASONS)
    )
    rows = [
        {
            "Stock": f"**{stock_link(publication, row['ticker'], horizon)}**",
            "Forecast": f"{row['earlier_median_return']:+.2%} → {row['median_return']:+.2%}",
            "Rank": f"{row['earlier_rank']:,} → {row['forecast_rank']:,}",
            "What changed it, in points": why.get(row["ticker"], "-"),
        }
        for row in moved.to_dicts()
    ]
    st.table(pl.DataFrame(rows), border="horizontal", hide_index=True)
    st.caption(
        f"The {moved.height} that moved most of {changes.height:,} that both models forecast. The "
        "parts of a difference add up to it. Place: share of the stocks of the same sample date "
        "with a smaller value."
    )


publication = shown_publication()
st.title("Start")
with st.container(horizontal=True, vertical_alignment="bottom"):
    pred_col = horizon_buttons(publication)
    ages = data_age(publication, datetime.now(UTC).date())
    st.caption(", ".join(f":orange[{age}]" if is_old else age for age, is_old in ages))
horizon = horizons(publication)[pred_col]
show_verdict(publication, pred_col, horizon)
st.subheader("The ten best, and why")
show_best(publication, pred_col, horizon)
say_data_weight(publication, pred_col)
left, right = st.columns(2, gap="large")
with left:
    st.subheader("Sectors")
    show_sectors(publication, pred_col)
with right:
    st.subheader("What changed since the last training")
    show_changes(publication, pred_col, horizon)
