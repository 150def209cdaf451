"""What the pages Trust and Track record ask the published file."""

from datetime import date

import polars as pl

from dashboard.publication import Publication


def rank_ic_by_group(publication: Publication, backtest_id: str) -> pl.DataFrame:
    """Rank IC among the stocks of a size, sector or year, one row a group."""
    return publication.query(
        """
        select * from backtest_rank_ic_by_group
        where backtest_id = ?
        order by
            list_position(['year', 'size', 'sector'], grouped_by),
            if(grouped_by = 'size', -ascii(group_name), 0),
            group_name
        """,
        backtest_id,
    )


def reliability(publication: Publication, backtest_id: str) -> pl.DataFrame:
    """Chances of beating SPY that were forecast, and how often they came, one row a tenth."""
    return publication.query(
        "select * from backtest_reliability where backtest_id = ? order by tenth", backtest_id
    )


def unseen_stats(publication: Publication) -> pl.DataFrame:
    """How good forecasts of stocks are by models that never saw them, and by the one that had."""
    return publication.query("from unseen_stats order by horizon_months, forecaster desc")


def deciles(publication: Publication, backtest_id: str) -> pl.DataFrame:
    """What the stocks of each decile made over the horizon, one row a decile."""
    return publication.query(
        "select * from backtest_deciles where backtest_id = ? order by decile", backtest_id
    )


def exposures(publication: Publication, backtest_id: str) -> pl.DataFrame:
    """What kind of stocks the deciles hold, one row a decile."""
    return publication.query(
        """
        select decile, beta, beta_rank, volatility_rank, size_rank, value_score + 0.5 as value_rank
        from backtest_exposures
        where backtest_id = ?
        order by decile
        """,
        backtest_id,
    )


def feature_correlations(
    publication: Publication, backtest_id: str, column: str, most: int
) -> pl.DataFrame:
    """The features that forecasts go with most, one row a feature and year.

    Args:
        publication: what to ask.
        backtest_id: the backtest.
        column: `forecast_correlation` or `risk_correlation`.
        most: how many features.
    """
    return publication.query(
        f"""
        with correlations as (
            select feature, fold, fold_from, {column} as correlation
            from backtest_feature_correlations
            where backtest_id = $1
        ),
        strongest as (
            select feature, avg(abs(correlation)) as strength
            from correlations
            group by feature
            having strength is not null
            order by strength desc, feature
            limit $2
        )
        select feature, strength, fold, fold_from, correlation
        from correlations inner join strongest using (feature)
        order by strength desc, feature, fold
        """,
        backtest_id,
        most,
    )


def agreement_of_folds(publication: Publication, backtest_id: str, column: str) -> pl.DataFrame:
    """How alike the models of neighbouring years rank: mean and least of the correlations.

    Each is the correlation, over features, of what two neighbouring folds' forecasts go with.
    """
    return publication.query(
        f"""
        with pairs as (
            select corr(this.{column}, before.{column}) as agreement
            from backtest_feature_correlations as this
            inner join backtest_feature_correlations as before
                on this.backtest_id = before.backtest_id
                and this.feature = before.feature
                and this.fold = before.fold + 1
            where this.backtest_id = ?
            group by this.fold
        )
        select avg(agreement) as mean, min(agreement) as least, count(agreement) as pairs
        from pairs
        """,
        backtest_id,
    )


def importances(publication: Publication, pred_col: str) -> pl.DataFrame:
    """Importance of the features in each stored model on all tickers, one row a feature.

    The most important of the newest model first; a column a training date, newest first.
    """
    stored = publication.query(
        """
        select
            features.feature, strftime(models.training_date, '%Y-%m-%d') as trained,
            any_value(features.importance) as importance
        from feature_importance as features
        inner join model_stats as models using (model_id)
        where models.pred_col = $1
            and models.cutoff_date is null and len(models.holdout_tickers) = 0
        group by all
        order by trained desc, importance desc, features.feature
        """,
        pred_col,
    )
    if stored.is_empty():
        return stored.select("feature")
    dates = stored["trained"].unique(maintain_order=True).to_list()[:8]
    wide = stored.filter(pl.col("trained").is_in(dates)).pivot(
        on="trained", index="feature", values="importance", on_columns=dates
    )
    return wide.sort(dates[0], "feature", descending=[True, False], nulls_last=True)


def record_summary(publication: Publication, pred_col: str) -> pl.DataFrame:
    """One row: forecasts published, first and last day, end of the data, windows, next to close."""
    return publication.query(
        """
        select
            count(*) as forecasts,
            min(published_at)::date as first_day,
            max(published_at)::date as last_day,
            max(market_end) as market_end,
            count(*) filter (status in ('closed', 'delisted')) as closed,
            count(*) filter (status = 'unknown') as unknown,
            min(window_end) filter (status = 'open') as next_close
        from track_record
        where pred_col = ? and is_first
        """,
        pred_col,
    )


def record_stats(publication: Publication, pred_col: str) -> pl.DataFrame:
    """How good the forecasts proved: rows of closed and of open windows, all quarters together."""
    return publication.query(
        """
        select * from track_record_stats
        where pred_col = ? and sample_anchor is null and windows <> 'all'
        order by windows
        """,
        pred_col,
    )


def record_portfolios(publication: Publication, pred_col: str) -> pl.DataFrame:
    """What the top tenth, all stocks and SPY made since they could be bought, one row a quarter."""
    return publication.query(
        "select * from track_record_portfolios where pred_col = ? order by sample_anchor", pred_col
    )


def record_days(publication: Publication, pred_col: str) -> list[date]:
    """Days on which forecasts were published first, newest first."""
    frame = publication.query(
        """
        select distinct published_at::date as published_on from track_record
        where pred_col = ? and is_first
        order by published_on desc
        """,
        pred_col,
    )
    return frame["published_on"].to_list()


def record_of_day(publication: Publication, pred_col: str, published_on: date) -> pl.DataFrame:
    """The forecasts first published on a day, with what came of them so far, best rank first.

    Excess returns are shares: since the sample date, and since the stock could be bought.
    """
    return publication.query(
        """
        select
            forecast_rank, ticker, name, date, predicted_median_return, lower_68, upper_68,
            chance_of_beating_spy, exp(actual) - 1 as outcome,
            exp(actual_since) - 1 as outcome_since, is_within_68, status, elapsed_share, window_end
        from track_record
        where pred_col = ? and published_at::date = ? and is_first
        order by forecast_rank, ticker
        """,
        pred_col,
        published_on,
    )


def backtest_quarters(publication: Publication, backtest_id: str) -> pl.DataFrame:
    """What the ten best of each quarter of a backtest made, beside all stocks; newest first."""
    return publication.query(
        """
        with placed as (
            select
                *,
                date_trunc('quarter', date - interval 16 days - interval 1 month)
                + interval 1 month + interval 16 days as quarter
            from backtest_forecasts
            where backtest_id = $1
        ),
        ranked as (
            select
                quarter, actual,
                row_number() over (
                    partition by quarter order by predicted_mean desc, ticker
                ) as place
            from placed
        )
        select
            quarter::date as quarter,
            count(*) as stocks,
            avg(exp(actual) - 1) filter (place <= 10) as best,
            avg(exp(actual) - 1) as every,
            count(*) filter (place <= 10 and actual > 0) as beat_spy
        from ranked
        group by quarter
        order by quarter desc
        """,
        backtest_id,
    )


def backtest_picks(
    publication: Publication, backtest_id: str, quarter: date, most: int
) -> pl.DataFrame:
    """The stocks that a backtest's model forecast to do best in a quarter, and what came of them.

    Shares over the horizon; the name is that of today, where the stock is still forecast.
    """
    return publication.query(
        """
        with names as (
            select ticker, any_value(name) as name from latest_forecasts group by ticker
        )
        select
            row_number() over (order by predicted_mean desc, ticker) as place,
            ticker, name, date,
            exp(predicted_mean) - 1 as predicted_median_return,
            exp(lower_68) - 1 as lower_68,
            exp(upper_68) - 1 as upper_68,
            chance_of_beating_spy,
            exp(actual) - 1 as outcome,
            actual between lower_68 and upper_68 as is_within_68
        from backtest_forecasts left join names using (ticker)
        where backtest_id = $1 and date >= $2 and date < ($2 + interval 3 months)::date
        order by place
        limit $3
        """,
        backtest_id,
        quarter,
        most,
    )


def backtest_portfolios(publication: Publication, backtest_id: str) -> pl.DataFrame:
    """What portfolios of a backtest earned a year, with equal weights, before and after costs."""
    return publication.query(
        """
        select
            portfolio, quarters, annual_return, net_annual_return, information_ratio_spy,
            max_drawdown
        from backtest_portfolio_stats
        where backtest_id = ? and weighting = 'equal'
            and portfolio in ('decile_10', 'all_stocks', 'SPY')
        order by list_position(['decile_10', 'all_stocks', 'SPY'], portfolio)
        """,
        backtest_id,
    )
