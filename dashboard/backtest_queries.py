"""What pages and reports ask of the newest backtests."""

from typing import Any, Protocol

import polars as pl

from dashboard import verdict


class Queryable(Protocol):
    """What can be asked in SQL: a publication, or a report's model in one."""

    def query(self, sql: str, *parameters: object) -> pl.DataFrame:
        """The result of a select with a `?` for each parameter."""
        ...


def newest_backtests(publication: Queryable) -> pl.DataFrame:
    """The newest backtest of each horizon on all tickers and dates: a row of `backtest_stats`."""
    return publication.query(
        """
        with made as (
            select backtest_id, max(trained_at) as made_at
            from backtest_forecasts
            group by backtest_id
        )
        select stats.*, made.made_at
        from backtest_stats as stats
        inner join made using (backtest_id)
        where len(string_split(backtest_id, '_')) = 2
        qualify row_number() over (partition by pred_col order by made_at desc) = 1
        order by horizon_months
        """
    )


def newest_backtest(publication: Queryable, pred_col: str) -> dict[str, Any] | None:
    """The newest backtest of one horizon; None where none was run."""
    backtests = newest_backtests(publication).filter(pl.col("pred_col") == pred_col)
    return next(backtests.iter_rows(named=True), None)


def judged(publication: Queryable, backtest: dict[str, Any]) -> list[verdict.Judgement]:
    """How far to trust the forecasts, by a row of `newest_backtests`."""
    years = backtest_years(publication, backtest["backtest_id"])
    coverage = backtest_coverage(publication, backtest["backtest_id"])
    return verdict.backtested(backtest, years["difference"].to_list(), coverage.to_dicts())


def backtest_years(publication: Queryable, backtest_id: str) -> pl.DataFrame:
    """What the better and the worse half of the forecasts made, one row a year."""
    return publication.query(
        "select * from backtest_years where backtest_id = ? order by fold", backtest_id
    )


def backtest_coverage(publication: Queryable, backtest_id: str) -> pl.DataFrame:
    """How often outcomes lay within the intervals, one row a group of forecasts."""
    return publication.query(
        """
        select * from backtest_coverage
        where backtest_id = ?
        order by
            list_position(['all', 'year', 'predicted_std'], grouped_by),
            list_position(['low', 'middle', 'high'], group_name),
            group_name
        """,
        backtest_id,
    )
