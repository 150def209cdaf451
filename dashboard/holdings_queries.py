"""What the page Holdings asks the published file."""

from collections.abc import Sequence

import polars as pl

from dashboard.publication import Publication
from dashboard.stock_queries import family_of

# Years of weekly returns that correlations rest on, and weeks that two stocks must share.
CORRELATION_YEARS, FEWEST_WEEKS = 3, 52


def held(
    publication: Publication, tickers: Sequence[str], amounts: Sequence[float], are_shares: bool
) -> pl.DataFrame:
    """Which of the holdings are forecast, and what each weighs: ticker, weight.

    Shares count at their newest weekly price. Weights of what is forecast add up to one.
    """
    return publication.query(
        """
        with asked as (
            select unnest($1::varchar[]) as ticker, unnest($2::double[]) as amount
        ),
        prices as (
            select ticker, arg_max(adj_close, date) as price
            from weekly_prices
            where ticker in (select unnest($1::varchar[]))
            group by ticker
        ),
        valued as (
            select ticker, amount * if($3, price, 1) as value
            from asked
            left join prices using (ticker)
            where ticker in (select ticker from latest_forecasts)
        )
        select ticker, value / sum(value) over () as weight
        from valued
        where value > 0
        order by weight desc, ticker
        """,
        list(tickers),
        list(amounts),
        are_shares,
    )


def forecasts(publication: Publication, tickers: Sequence[str]) -> pl.DataFrame:
    """The newest forecasts of some stocks, one row per ticker and horizon."""
    return publication.query(
        """
        select
            latest.*, latest.chance_of_beating_spy as beats_spy,
            models.error_quantiles, models.horizon_months
        from latest_forecasts as latest
        inner join model_stats as models using (model_id)
        where latest.ticker in (select unnest($1::varchar[]))
        order by models.horizon_months, latest.ticker
        """,
        list(tickers),
    )


def correlations(publication: Publication, tickers: Sequence[str]) -> pl.DataFrame:
    """Correlations of weekly log excess returns: ticker, other, correlation.

    One row per pair, the one that comes first in the alphabet first; none where they share too
    few weeks.
    """
    return publication.query(
        """
        with weeks as (
            select
                ticker, date_trunc('week', date) as week,
                ln(price_to_spy) - lag(ln(price_to_spy)) over (partition by ticker order by date)
                    as excess_return
            from weekly_prices
            where
                ticker in (select unnest($1::varchar[])) and price_to_spy > 0
                and date > (select max(date) from weekly_prices) - to_years($2)
        ),
        known as (
            from weeks where excess_return is not null
        )
        select
            one.ticker, two.ticker as other,
            corr(one.excess_return, two.excess_return) as correlation
        from known as one
        inner join known as two on one.week = two.week and one.ticker < two.ticker
        group by all
        having count(*) >= $3 and isfinite(correlation)
        """,
        sorted(tickers),
        CORRELATION_YEARS,
        FEWEST_WEEKS,
    )


def exposures(
    publication: Publication, tickers: Sequence[str], weights: Sequence[float]
) -> pl.DataFrame:
    """What kind of stocks are held, beside all that are forecast: exposure, held, all_stocks.

    As of their newest sample date. Of what is unknown of some, the weighted mean of the others.
    """
    return publication.query(
        """
        with weighed as (
            select unnest($1::varchar[]) as ticker, unnest($2::double[]) as weight
        ),
        newest as (
            select ticker, max(date) as date from latest_forecasts group by ticker
        ),
        measured as (
            unpivot (
                select
                    ticker, coalesce(weight, 0) as weight,
                    beta_12m as beta, volatility_12m as volatility,
                    market_cap_rank as size, value_score as value,
                    profitability_score as profitability, momentum_score as momentum
                from features
                inner join newest using (ticker, date)
                left join weighed using (ticker)
            )
            on beta, volatility, size, value, profitability, momentum
            into name exposure value measure
        )
        select
            exposure,
            sum(weight * measure) / nullif(sum(weight), 0) as held,
            avg(measure) as all_stocks
        from measured
        group by exposure
        order by list_position(
            ['beta', 'volatility', 'size', 'value', 'profitability', 'momentum'], exposure
        )
        """,
        list(tickers),
        list(weights),
    )


def sectors(
    publication: Publication, tickers: Sequence[str], weights: Sequence[float]
) -> pl.DataFrame:
    """Weight of each sector, beside its share of all stocks that are forecast."""
    return publication.query(
        """
        with weighed as (
            select unnest($1::varchar[]) as ticker, unnest($2::double[]) as weight
        ),
        listed as (
            select distinct ticker, coalesce(sector, 'unknown') as sector from latest_forecasts
        )
        select
            sector,
            coalesce(sum(weight), 0) as held,
            count(*) / sum(count(*)) over () as all_stocks
        from listed left join weighed using (ticker)
        group by sector
        order by held desc, sector
        """,
        list(tickers),
        list(weights),
    )


def family_contributions(
    publication: Publication, pred_col: str, tickers: Sequence[str], weights: Sequence[float]
) -> pl.DataFrame:
    """What each feature family adds to the holdings' forecasts: family, held, all_stocks.

    Weighted means of the contributions to the log excess returns, in hundredths; a factor score
    belongs to its family.
    """
    return publication.query(
        f"""
        with weighed as (
            select unnest($2::varchar[]) as ticker, unnest($3::double[]) as weight
        ),
        listed as (
            select ticker, model_id, date, coalesce(weight, 0) as weight
            from latest_forecasts left join weighed using (ticker)
            where pred_col = $1
        ),
        contributions as (
            select
                {family_of("shap.feature")} as family,
                sum(shap.shap_value * listed.weight) as held,
                sum(shap.shap_value) / (select count(*) from listed) as all_stocks
            from ticker_shap as shap
            inner join listed using (ticker, model_id, date)
            left join feature_catalogue as catalogue using (feature)
            group by 1
        )
        select family, 100 * held as held, 100 * all_stocks as all_stocks
        from contributions
        where abs(held) > 1e-9 or abs(all_stocks) > 1e-9
        order by abs(held - all_stocks) desc, family
        """,
        pred_col,
        list(tickers),
        list(weights),
    )


def changes(publication: Publication, pred_col: str, tickers: Sequence[str]) -> pl.DataFrame:
    """What changed in some stocks' forecasts since the training before the newest.

    One row per ticker: both forecasts as shares and ranks, and the families whose contributions
    to the log excess return changed most (`families`, structs of family and change in
    hundredths), where the earlier model is still explained. Empty where there was none before.
    """
    return publication.query(
        f"""
        with now as (
            select
                forecasts.*, models.trained_at,
                count(*) over () as ranked
            from latest_forecasts as forecasts
            inner join model_stats as models using (model_id)
            where forecasts.pred_col = $1
        ),
        earlier as (
            select * from published_forecasts
            where
                pred_col = $1 and ticker in (select unnest($2::varchar[]))
                and trained_at = (
                    select max(trained_at) from published_forecasts
                    where pred_col = $1 and trained_at < (select min(trained_at) from now)
                )
            qualify row_number() over (partition by ticker order by published_at desc) = 1
        ),
        families as (
            select
                changes.ticker,
                {family_of("changes.driver")} as family,
                100 * sum(changes.difference) as change
            from forecast_changes as changes
            inner join now on changes.ticker = now.ticker and changes.model_id = now.model_id
            inner join earlier
                on
                    changes.ticker = earlier.ticker
                    and changes.earlier_model_id = earlier.model_id
            left join feature_catalogue as catalogue on changes.driver = catalogue.feature
            where changes.pred_col = $1 and changes.driver <> 'bias'
            group by all
        ),
        strongest as (
            select
                ticker,
                list({{'family': family, 'change': change}} order by abs(change) desc, family)[:2]
                    as families
            from families
            where abs(change) >= 0.005
            group by ticker
        )
        select
            now.ticker, now.name, now.predicted_median_return, now.forecast_rank, now.ranked,
            now.trained_at,
            earlier.trained_at as earlier_trained_at,
            earlier.predicted_median_return as earlier_return,
            earlier.forecast_rank as earlier_rank,
            earlier.forecasts_ranked as earlier_ranked,
            now.predicted_median_return - earlier.predicted_median_return as change,
            now.predicted_std / earlier.predicted_std - 1 as risk_change,
            strongest.families
        from now
        inner join earlier using (ticker)
        left join strongest using (ticker)
        order by abs(change) desc, now.ticker
        """,
        pred_col,
        list(tickers),
    )
