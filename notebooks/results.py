"""What a report begins with: a verdict, the backtest behind it, picks and sectors."""

from typing import Any

import polars as pl

from dashboard import backtest_queries
from dashboard.formats import day, percent, signed
from dashboard.model_metrics import log_bound
from notebooks.published_model import PublishedModel

# Stocks that the list shows from either end.
MOST = 10
# As the dashboard's list of forecasts: stocks whose newest row is not older than four months.
EXPLAINED = f"""
with explained as (
    select * from ticker_shap where model_id = $model_id
),

companies as (
    select ticker, any_value(name) as name, any_value(sector) as sector
    from latest_forecasts
    group by ticker
),

chances as (
    select ticker, chance_of_beating_spy from latest_forecasts where model_id = $model_id
)

select
    ticker,
    date,
    feature,
    shap_value,
    feature_value,
    feature_category,
    bias,
    predicted_mean,
    exp(predicted_mean) - 1 as median_return,
    exp({log_bound(16)}) - 1 as lower_68,
    exp({log_bound(84)}) - 1 as upper_68,
    chance_of_beating_spy,
    name,
    sector
from explained
inner join model_stats using (model_id)
left join companies using (ticker)
left join chances using (ticker)
where date > (select max(date) from explained) - interval 4 months
qualify rank() over (partition by ticker order by date desc) = 1
"""


def newest_backtest(model: PublishedModel) -> dict[str, Any] | None:
    """The row of `backtest_stats` that the model is judged by; None for a study, or without one."""
    stats = model.stats
    if stats["cutoff_date"] or stats["holdout_tickers"]:
        return None
    return backtest_queries.newest_backtest(model, stats["pred_col"])


def backtest_table(backtest: dict[str, Any]) -> pl.DataFrame:
    """What the backtest says, two columns of text."""
    low, high = backtest["rank_ic_lower_95"], backtest["rank_ic_upper_95"]
    rows = {
        "Sample dates": f"{day(backtest['forecast_from'])} to {day(backtest['forecast_to'])}",
        "Forecasts, quarters": f"{backtest['forecasts']:,}, {backtest['quarters']}",
        "Rank IC": signed(backtest["rank_ic"], 3)
        + ("" if low is None else f" (95 %: {signed(low, 2)} to {signed(high, 2)})"),
        "p by chance": _p(backtest["rank_ic_p"]),
        "p, variants tried": _p(backtest["rank_ic_p_deflated"]),
        "R² against zero (SPY)": f"{backtest['r2_zero']:.3f}",
        "Coverage of 68 % intervals": f"{backtest['coverage_68']:.0%}",
        "Coverage of 95 % intervals": f"{backtest['coverage_95']:.0%}",
        "Top decile a year, after costs": percent(backtest["equal_top_net_return"]),
        "All stocks a year, after costs": percent(backtest["equal_all_net_return"]),
        "SPY a year": percent(backtest["equal_spy_return"]),
    }
    return pl.DataFrame({"": list(rows), "Backtest": list(rows.values())})


def picks(explained: pl.DataFrame, is_highest: bool) -> pl.DataFrame:
    """The highest or the lowest forecasts, as text.

    Args:
        explained: rows of `EXPLAINED`.
        is_highest: from which end.
    """
    stocks = explained.unique("ticker").sort("predicted_mean", "ticker", descending=[True, False])
    stocks = stocks.with_columns(rank=pl.int_range(1, pl.len() + 1))
    ends = stocks.head(MOST) if is_highest else stocks.tail(MOST)
    return pl.DataFrame(
        [
            {
                "Rank": stock["rank"],
                "Ticker": stock["ticker"],
                "Median": percent(stock["median_return"]),
                "68 % interval": f"{stock['lower_68']:+.0%} to {stock['upper_68']:+.0%}",
                "Beats SPY": "-"
                if stock["chance_of_beating_spy"] is None
                else f"{stock['chance_of_beating_spy']:.0%}",
                "Name": stock["name"] or "",
                "Sector": stock["sector"] or "",
            }
            for stock in ends.iter_rows(named=True)
        ]
    )


def sectors(explained: pl.DataFrame) -> pl.DataFrame:
    """Sector, stocks and median, the mean forecast as a median excess return in percent."""
    return (
        explained.unique("ticker")
        .with_columns(pl.col("sector").fill_null("unknown"))
        .group_by("sector")
        .agg(
            stocks=pl.len(),
            median=100 * (pl.col("predicted_mean").mean().exp() - 1),
        )
        .sort("median", "sector", descending=[True, False])
    )


def _p(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"
