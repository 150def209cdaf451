"""What the tear sheet of a stock asks the published file, beside `stock_queries`."""

from datetime import date

import polars as pl

from dashboard.model_metrics import log_bound
from dashboard.publication import Publication

# Measures of how dear a stock is, and how people call them.
VALUATION = {
    "pe_ratio": "P/E",
    "pb_ratio": "P/B",
    "ev_to_ebitda": "EV/EBITDA",
    "ev_to_sales": "EV/sales",
    "earnings_yield": "Earnings yield",
    "free_cash_flow_yield": "Free cash flow yield",
    "dividend_yield": "Dividend yield",
}
PERIODS = [3, 12, 36, 60]


def weekly_history(publication: Publication, ticker: str, since: date, until: date) -> pl.DataFrame:
    """What one unit of money became, in the stock and beside SPY: date, measure, growth."""
    return publication.query(
        """
        with weeks as (
            select date, adj_close, price_to_spy
            from weekly_prices
            where ticker = $1 and date between $2 and $3 and price_to_spy is not null
        ),
        grown as (
            select
                date,
                adj_close / first_value(adj_close) over by_date as price,
                price_to_spy / first_value(price_to_spy) over by_date as excess
            from weeks
            window by_date as (order by date)
        )
        unpivot grown on price, excess into name measure value growth
        order by measure, date
        """,
        ticker,
        since,
        until,
    )


def trailing_returns(publication: Publication, ticker: str) -> pl.DataFrame:
    """Returns up to the newest week over each of `PERIODS`: months, price_return, excess_return.

    With dividends, as shares, not a year. A period that the prices do not span has no row.
    """
    return publication.query(
        """
        with weeks as (
            select date, adj_close, price_to_spy
            from weekly_prices
            where ticker = $1 and price_to_spy is not null
        ),
        wanted as (
            select
                months, adj_close, price_to_spy,
                (date - to_months(months))::date as from_date
            from (from weeks order by date desc limit 1)
            cross join (select unnest($2::integer[]) as months)
        )
        select
            wanted.months,
            wanted.adj_close / started.adj_close - 1 as price_return,
            wanted.price_to_spy / started.price_to_spy - 1 as excess_return
        from wanted
        asof join weeks as started on wanted.from_date >= started.date
        where wanted.from_date - started.date <= 14
        order by wanted.months
        """,
        ticker,
        PERIODS,
    )


def valuation(publication: Publication, ticker: str) -> pl.DataFrame:
    """How dear a stock is, against its own past and its sector: one row per measure.

    Columns: measure, now (null where unknown), own_median, own_place and past (its values by
    sample date), sector_median, sector_place and sector_stocks. Places are the shares of values
    that are smaller, from 0 to 1. Of the sector, the stocks that are forecast.
    """
    measures = ", ".join(VALUATION)
    return publication.query(
        f"""
        with own as (
            unpivot (
                select date, {measures} from features where ticker = $1
            )
            on {measures} into name measure value value
        ),
        newest as (
            select date, sector from features where ticker = $1 order by date desc limit 1
        ),
        measured as (
            select measure, value from own where date = (select date from newest)
        ),
        listed as (
            select ticker, max(date) as date
            from latest_forecasts
            where ticker <> $1
            group by ticker
        ),
        others as (
            unpivot (
                select {measures}
                from features
                inner join listed using (ticker, date)
                where sector = (select sector from newest)
            )
            on {measures} into name measure value value
        ),
        past as (
            select
                own.measure,
                median(own.value) as own_median,
                avg((own.value < measured.value)::integer) as own_place,
                list(own.value order by own.date) as past
            from own left join measured using (measure)
            group by own.measure
        ),
        sector as (
            select
                others.measure,
                median(others.value) as sector_median,
                avg((others.value < measured.value)::integer) as sector_place,
                count(*) as sector_stocks
            from others left join measured using (measure)
            group by others.measure
        )
        select measure, measured.value as now, past.* exclude (measure), sector.* exclude (measure)
        from (select unnest($2::varchar[]) as measure)
        left join measured using (measure)
        left join past using (measure)
        left join sector using (measure)
        where past.past is not null
        order by list_position($2::varchar[], measure)
        """,
        ticker,
        list(VALUATION),
    )


def unseen_forecast(publication: Publication, ticker: str, pred_col: str) -> pl.DataFrame:
    """The newest forecast of a stock by a model that never saw it; no row where there is none.

    Columns: date, train_tickers, unseen and seen (median excess returns as shares, the latter by
    the model that was trained on the stock too), lower_68 and upper_68 of `unseen`, by the errors
    of the other.
    """
    return publication.query(
        f"""
        select
            date, train_tickers,
            exp(predicted_mean) - 1 as unseen,
            exp(seen_predicted_mean) - 1 as seen,
            exp({log_bound(16)}) - 1 as lower_68,
            exp({log_bound(84)}) - 1 as upper_68
        from unseen_forecasts
        inner join (select model_id as seen_model_id, error_quantiles from model_stats)
            using (seen_model_id)
        where ticker = $1 and pred_col = $2
        order by date desc
        limit 1
        """,
        ticker,
        pred_col,
    )


def peers(publication: Publication, ticker: str, pred_col: str, most: int = 8) -> pl.DataFrame:
    """The stocks nearest to one in the ranks that the models use, nearest first.

    `distance` is the root of the mean squared difference of the ranks that both have, from 0 to
    1; half of the ranks at least must be known of both. None for a stock that is not forecast.
    """
    ranks = publication.query(
        "select feature from feature_catalogue"
        " where in_model and feature in (select feature || '_rank' from feature_catalogue)"
        " order by feature"
    )["feature"].to_list()
    if not ranks:
        return pl.DataFrame()
    return publication.query(
        f"""
        with listed as (
            select
                ticker, name, sector, date, predicted_median_return, lower_68, upper_68,
                forecast_rank, chance_of_beating_spy as beats_spy
            from latest_forecasts
            where pred_col = $2
        ),
        placed as (
            select listed.*, [{", ".join(ranks)}] as ranks
            from features inner join listed using (ticker, date)
        ),
        compared as (
            select
                others.* exclude (ranks, date),
                list_transform(
                    list_zip(others.ranks, own.ranks), lambda pair: (pair[1] - pair[2]) ^ 2
                ) as squares
            from placed as own
            cross join placed as others
            where own.ticker = $1 and others.ticker <> $1
        )
        select * exclude (squares), sqrt(list_avg(squares)) as distance
        from compared
        where len(list_filter(squares, lambda square: square is not null)) >= len(squares) / 2
        order by distance, ticker
        limit $3
        """,
        ticker,
        pred_col,
        most,
    )
