"""What the page Start asks the published file."""

from collections.abc import Sequence

import polars as pl

from dashboard.publication import Publication
from dashboard.stock_queries import EXPLAINED, PARTS


def listed_model(publication: Publication, pred_col: str) -> pl.DataFrame:
    """The row of `model_stats` of the model whose forecasts are listed."""
    return publication.query(
        """
        select * from model_stats
        where model_id in (select model_id from latest_forecasts where pred_col = $1)
        order by trained_at desc
        limit 1
        """,
        pred_col,
    )


def best_stocks(publication: Publication, pred_col: str, most: int) -> pl.DataFrame:
    """The newest forecasts with the best ranks, best first."""
    return publication.query(
        """
        select
            ticker, name, sector, forecast_rank, predicted_median_return, lower_68, upper_68,
            chance_of_beating_spy
        from latest_forecasts
        where pred_col = $1
        order by forecast_rank, ticker
        limit $2
        """,
        pred_col,
        most,
    )


def strongest_families(
    publication: Publication, pred_col: str, tickers: Sequence[str], most: int
) -> pl.DataFrame:
    """What raises and what lowers the newest forecasts of several stocks most, by feature family.

    One row per ticker and family, at most `most` in each direction, strongest first: family, amount
    (hundredths of the log excess return) and of its strongest driver in that direction driver,
    category and place (0 to 1). Factor scores are opened into their ratios.
    """
    return publication.query(
        f"""
        with {EXPLAINED},
        {PARTS},
        drivers as (
            select
                ticker, driver, any_value(category) as category, any_value(place) as place,
                100 * sum(shap_value) as amount
            from parts
            group by ticker, driver
        ),
        families as (
            select
                ticker, coalesce(catalogue.family, 'other') as family,
                sum(amount) as total,
                max_by(
                    {{driver: driver, category: category, place: place}}, (amount, driver)
                ) as up,
                min_by(
                    {{driver: driver, category: category, place: place}}, (amount, driver)
                ) as down
            from drivers left join feature_catalogue as catalogue on driver = catalogue.feature
            where amount <> 0
            group by all
        )
        select ticker, family, total as amount, unnest(if(total > 0, up, down))
        from families
        qualify row_number() over (
            partition by ticker, total > 0 order by abs(total) desc, family
        ) <= $3
        order by ticker, abs(total) desc, family
        """,
        pred_col,
        list(tickers),
        most,
    )


def sectors(publication: Publication) -> pl.DataFrame:
    """Forecasts of the stocks of each sector, one row per sector and horizon.

    `annual_return` is the mean forecast as a median excess return a year; lower_68 and upper_68
    are the middle ones of the stocks' intervals, shares over the horizon.
    """
    return publication.query(
        """
        with listed as (
            select
                *, coalesce(sector, 'Unknown') as sector_name,
                regexp_extract(pred_col, '(\\d+)m$', 1)::integer as months
            from latest_forecasts
        )
        select
            sector_name as sector,
            pred_col,
            months,
            count(*) as stocks,
            -- With zero added, none is -0.0 %.
            round(exp(avg(predicted_mean * 12 / months)) - 1, 3) + 0 as annual_return,
            avg(chance_of_beating_spy) as chance,
            median(lower_68) as lower_68,
            median(upper_68) as upper_68
        from listed
        group by sector_name, pred_col, months
        order by months, sector
        """
    )


def changes(publication: Publication, pred_col: str) -> pl.DataFrame:
    """The forecasts that both the listed model and the one before explained, one row each.

    With the ranks among them then and now; the largest change of the median return first.
    """
    return publication.query(
        """
        select
            ticker, training_date, earlier_training_date,
            date = earlier_date as is_same_date,
            exp(predicted_mean) - 1 as median_return,
            exp(earlier_predicted_mean) - 1 as earlier_median_return,
            rank() over (order by predicted_mean desc) as forecast_rank,
            rank() over (order by earlier_predicted_mean desc) as earlier_rank
        from forecast_changes
        where pred_col = ? and driver = 'bias'
        order by abs(median_return - earlier_median_return) desc, ticker
        """,
        pred_col,
    )


def strongest_changes(
    publication: Publication, pred_col: str, tickers: Sequence[str], most: int
) -> pl.DataFrame:
    """What changed the forecasts of several stocks most, strongest first.

    One row per ticker and driver: place and earlier_place (0 to 1), amount (hundredths of the log
    excess return).
    """
    return publication.query(
        """
        select
            ticker, driver, ratio_rank as place,
            earlier_ratio_rank as earlier_place, 100 * difference as amount
        from forecast_changes
        where pred_col = $1 and ticker in (select unnest($2)) and difference <> 0
        qualify row_number() over (partition by ticker order by abs(difference) desc, driver) <= $3
        order by ticker, abs(difference) desc, driver
        """,
        pred_col,
        list(tickers),
        most,
    )


def common_changes(publication: Publication, pred_col: str, most: int) -> pl.DataFrame:
    """Drivers by the mean absolute change that they made of a forecast, in hundredths."""
    return publication.query(
        """
        with counted as (
            select count(*) as stocks from forecast_changes
            where pred_col = $1 and driver = 'bias'
        )
        select
            driver, 100 * sum(abs(difference)) / any_value(stocks) as mean_abs_change
        from forecast_changes cross join counted
        where pred_col = $1
        group by driver
        having mean_abs_change >= 0.005
        order by mean_abs_change desc, driver
        limit $2
        """,
        pred_col,
        most,
    )
