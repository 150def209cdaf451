"""What the pages about stocks ask the published file."""

from collections.abc import Sequence
from datetime import date

import polars as pl

from dashboard.model_metrics import log_bound
from dashboard.publication import Publication

# Days; as var forecast_max_age says for latest_forecasts.
FORECAST_MAX_AGE = 120
# CTEs of queries whose $1 is a pred_col and $2 a list of tickers. `explained`: the rows of
# ticker_shap behind their newest forecasts.
EXPLAINED = """
        listed as (
            select ticker, model_id, date from latest_forecasts
            where pred_col = $1 and ticker in (select unnest($2))
        ),
        explained as (
            select shap.*
            from ticker_shap as shap
            inner join listed using (ticker, model_id, date)
            where shap.ticker in (select unnest($2))
        )"""
# CTEs after those. `parts`: what drove the forecasts, factor scores opened into their ratios; a
# ratio, its rank and its parts of a score have the same driver.
PARTS = """
        opened as (
            select scores.*
            from score_contributions as scores
            inner join listed using (ticker, model_id, date)
            where scores.ticker in (select unnest($2))
        ),
        ranks as (
            select feature || '_rank' as feature, feature as driver
            from feature_catalogue where ranked
        ),
        parts as (
            select
                ticker,
                coalesce(ranks.driver, explained.feature) as driver,
                if(ranks.driver is null, explained.feature_value, null) as value,
                explained.feature_category as category,
                if(ranks.driver is null, null, explained.feature_value) as place,
                explained.shap_value, explained.risk_shap_value
            from explained left join ranks using (feature)
            where explained.feature not in (select score from opened)
            union all by name
            select
                ticker, ratio as driver, ratio_value as value, ratio_rank as place,
                contribution as shap_value, risk_contribution as risk_shap_value
            from opened
        )"""


def family_of(feature: str) -> str:
    """SQL of the family that a feature counts to: a factor score to its own.

    Args:
        feature: its name in SQL, beside its row of feature_catalogue called `catalogue`.
    """
    return (
        "if(catalogue.family = 'factor score', "
        f"replace({feature}, '_score', ''), coalesce(catalogue.family, 'other'))"
    )


def listed_stocks(publication: Publication) -> pl.DataFrame:
    """One row per stock that is forecast: ticker, name, sector, industry, location."""
    return publication.query(
        """
        select distinct ticker, name, sector, industry, location
        from latest_forecasts
        order by ticker
        """
    )


def known_tickers(publication: Publication) -> list[str]:
    """Every ticker with features, whether it is still traded or not."""
    frame = publication.query("select distinct ticker from features order by ticker")
    return frame["ticker"].to_list()


def training_dates(publication: Publication) -> list[date]:
    """Days as of which models on all tickers were trained and explained, newest first."""
    frame = publication.query(
        """
        select distinct coalesce(cutoff_date, training_date) as as_of
        from model_stats
        where len(holdout_tickers) = 0
            and model_id in (select distinct model_id from ticker_shap)
        order by as_of desc
        """
    )
    return frame["as_of"].to_list()


def forecasts_as_of(publication: Publication, tickers: Sequence[str], as_of: date) -> pl.DataFrame:
    """Forecasts by the models trained as of a day, one row per ticker and horizon.

    Each is that of the ticker's newest sample date; returns are shares over the horizon.
    """
    return publication.query(
        f"""
        with models as (
            select model_id, pred_col, horizon_months, market_end, error_quantiles
            from model_stats
            where len(holdout_tickers) = 0
                and coalesce(cutoff_date, training_date) = $2
                and model_id in (select distinct model_id from ticker_shap)
            qualify row_number() over (partition by pred_col order by trained_at desc) = 1
        ),
        newest as (
            select
                model_id, ticker, max(date) as date,
                arg_max(predicted_mean, date) as predicted_mean,
                arg_max(predicted_std, date) as predicted_std
            from ticker_shap
            where ticker in (select unnest($1)) and date <= $2
                and model_id in (select model_id from models)
            group by model_id, ticker
        )
        select
            ticker, pred_col, horizon_months, date,
            (date + to_months(horizon_months))::date as target_date,
            predicted_mean, predicted_std,
            exp(predicted_mean) - 1 as median_return,
            exp({log_bound(16)}) - 1 as lower_68,
            exp({log_bound(84)}) - 1 as upper_68,
            exp({log_bound(2.5)}) - 1 as lower_95,
            exp({log_bound(97.5)}) - 1 as upper_95,
            1 - (len(list_filter(
                error_quantiles, lambda quantile: quantile <= -predicted_mean / predicted_std
            )) + 0.5) / 200 as beats_spy
        from newest inner join models using (model_id)
        where date >= least($2, market_end) - $3
        order by ticker, horizon_months
        """,
        list(tickers),
        as_of,
        FORECAST_MAX_AGE,
    )


def relative_prices(
    publication: Publication, tickers: Sequence[str], since: date, until: date
) -> pl.DataFrame:
    """Weekly excess return over SPY since the first week shown: ticker, date, excess_return."""
    return publication.query(
        """
        select
            ticker, date, adj_close,
            price_to_spy
                / first_value(price_to_spy) over (partition by ticker order by date) - 1
                as excess_return
        from weekly_prices
        where
            ticker in (select unnest($1)) and date between $2 and $3
            and price_to_spy is not null
        order by ticker, date
        """,
        list(tickers),
        since,
        until,
    )


def first_and_last_week(publication: Publication) -> tuple[date, date]:
    """The first and the last day of the weekly prices."""
    [row] = publication.query("select min(date), max(date) from weekly_prices").rows()
    return row


def sparklines(
    publication: Publication, tickers: Sequence[str], since: date, until: date
) -> pl.DataFrame:
    """Per ticker its price relative to SPY between two days, as a list of weeks."""
    return publication.query(
        """
        select ticker, list(price_to_spy order by date) as relative_price
        from weekly_prices
        where
            ticker in (select unnest($1)) and date between $2 and $3
            and price_to_spy is not null
        group by ticker
        """,
        list(tickers),
        since,
        until,
    )


def picked_stocks(
    publication: Publication,
    pred_col: str,
    text: str = "",
    sectors: Sequence[str] = (),
    industries: Sequence[str] = (),
    locations: Sequence[str] = (),
    least_forecast: float | None = None,
    least_low_end: float | None = None,
    least_chance: float | None = None,
    worst_rank: float | None = None,
    widest: float | None = None,
) -> pl.DataFrame:
    """Forecasts for one horizon that pass every filter, best first.

    Args:
        publication: what to ask.
        pred_col: the horizon.
        text: part of a ticker or name.
        sectors: sectors to show, all where empty; industries and locations likewise.
        industries: see sectors.
        locations: see sectors.
        least_forecast: smallest median excess return, as a share.
        least_low_end: smallest low end of the 68 % interval, as a share.
        least_chance: smallest chance of beating SPY, from 0 to 1.
        worst_rank: largest rank.
        widest: widest 68 % interval, from end to end, as a share.
    """
    return publication.query(
        """
        select
            ticker, name, forecast_rank, predicted_median_return,
            lower_68, upper_68, lower_95, upper_95, upper_68 - lower_68 as spread,
            chance_of_beating_spy as beats_spy, predicted_mean, predicted_std,
            sector, industry, location, exchange, date, model_id
        from latest_forecasts
        where pred_col = $1
            and ($2 = '' or contains(lower(ticker || ' ' || coalesce(name, '')), lower($2)))
            and (len($3) = 0 or list_contains($3::varchar[], sector))
            and (len($4) = 0 or list_contains($4::varchar[], industry))
            and (len($5) = 0 or list_contains($5::varchar[], location))
            and ($6 is null or predicted_median_return >= $6)
            and ($7 is null or lower_68 >= $7)
            and ($8 is null or chance_of_beating_spy >= $8)
            and ($9 is null or forecast_rank <= $9)
            and ($10 is null or upper_68 - lower_68 <= $10)
        order by forecast_rank, ticker
        """,
        pred_col,
        text.strip(),
        list(sectors),
        list(industries),
        list(locations),
        least_forecast,
        least_low_end,
        least_chance,
        worst_rank,
        widest,
    )


def explanations(publication: Publication, pred_col: str, tickers: Sequence[str]) -> pl.DataFrame:
    """What made the newest forecasts: one row per ticker and feature.

    `place` is the share of the stocks of the same sample date with a smaller value, from 0 to 1.
    """
    return publication.query(
        f"""
        with {EXPLAINED},
        places as (
            select
                explained.ticker, explained.feature,
                count(*) filter (others.feature_value < explained.feature_value)
                    / nullif(count(others.feature_value) - 1, 0) as place
            from explained
            inner join ticker_shap as others using (model_id, date, feature)
            where explained.feature_value is not null
            group by explained.ticker, explained.feature
        )
        select
            explained.ticker, explained.feature,
            coalesce(catalogue.family, 'other') as family,
            catalogue.formula, catalogue.unit,
            explained.shap_value, explained.feature_value, explained.feature_category,
            places.place, explained.bias, explained.predicted_mean
        from explained
        left join places using (ticker, feature)
        left join feature_catalogue as catalogue using (feature)
        order by explained.ticker, abs(explained.shap_value) desc, explained.feature
        """,
        pred_col,
        list(tickers),
    )


def opened_explanations(
    publication: Publication, pred_col: str, tickers: Sequence[str]
) -> pl.DataFrame:
    """Drivers of the newest forecasts of several stocks, as `opened_drivers` has them.

    Besides ticker, and bias and predicted_mean in hundredths. Without those that add nothing to
    the forecast.
    """
    frames = []
    explained = explanations(publication, pred_col, tickers)
    for [ticker], own in explained.group_by("ticker", maintain_order=True):
        means = own.select(pl.col("bias", "predicted_mean") * 100)
        opened = opened_drivers(publication, str(ticker), pred_col)
        frames.append(
            opened.filter(pl.col("shap_value") != 0).with_columns(
                ticker=pl.lit(ticker),
                bias=pl.lit(means["bias"][0]),
                predicted_mean=pl.lit(means["predicted_mean"][0]),
            )
        )
    return pl.concat(frames) if frames else pl.DataFrame()


def beside_each_other(contributions: pl.DataFrame) -> pl.DataFrame:
    """Explanations with one row per driver, strongest first.

    Per ticker it has columns `shap <ticker>`, `value <ticker>` (text) and `place <ticker>`.
    """
    wide = contributions.select(
        "driver", "family", "formula", "unit", strength=pl.col("shap_value").abs()
    )
    wide = wide.group_by("driver", "family", "formula", "unit").agg(pl.col("strength").max())
    for [ticker], own in contributions.group_by("ticker", maintain_order=True):
        columns = own.select(
            "driver",
            pl.col("shap_value").alias(f"shap {ticker}"),
            pl.col("value").alias(f"value {ticker}"),
            pl.col("place").alias(f"place {ticker}"),
        )
        wide = wide.join(columns, on="driver", how="left")
    return wide.sort("strength", "driver", descending=[True, False])


def data_weight(publication: Publication, pred_col: str) -> float:
    """How much the trees' view of the mean counts in the newest forecasts, from 0 to 1."""
    frame = publication.query(
        """
        select data_weight from model_stats
        where model_id in (select model_id from latest_forecasts where pred_col = $1)
        order by trained_at desc
        limit 1
        """,
        pred_col,
    )
    return frame["data_weight"][0] if frame.height else 1.0


def company(publication: Publication, ticker: str) -> pl.DataFrame:
    """The newest forecasts of one stock, one row per horizon, with what is known of the company."""
    return publication.query(
        """
        select
            *,
            chance_of_beating_spy as beats_spy,
            count(*) over (partition by pred_col) as stocks
        from latest_forecasts
        qualify ticker = $1
        order by pred_col
        """,
        ticker,
    )


def past_forecasts(publication: Publication, ticker: str, pred_col: str) -> pl.DataFrame:
    """Past forecasts of one stock beside what came of them.

    One row per sample date and source: the backtest, whose models knew only the past, or the
    newest model, which has seen the outcomes it was trained on. Shares over the horizon.
    """
    return publication.query(
        f"""
        with newest as (
            select model_id, error_quantiles
            from model_stats
            where pred_col = $2 and model_id in (
                select model_id from latest_forecasts where pred_col = $2
            )
        ),
        backtest as (
            select
                date, 'Backtest' as source, predicted_mean, lower_68, upper_68, actual
            from backtest_forecasts
            where ticker = $1 and pred_col = $2
            qualify dense_rank() over (order by trained_at desc, backtest_id) = 1
        ),
        explained as (
            select distinct
                shap.date, 'Newest model' as source, shap.predicted_mean,
                {log_bound(16, "shap.")} as lower_68,
                {log_bound(84, "shap.")} as upper_68,
                shap.actual
            from ticker_shap as shap
            inner join newest using (model_id)
            where shap.ticker = $1
        )
        select
            date, source,
            exp(predicted_mean) - 1 as median_return,
            exp(lower_68) - 1 as lower_68,
            exp(upper_68) - 1 as upper_68,
            exp(actual) - 1 as outcome
        from (from backtest union all from explained)
        order by date, source
        """,
        ticker,
        pred_col,
    )


def drivers(
    publication: Publication, ticker: str, pred_col: str, families: int = 7
) -> pl.DataFrame:
    """Contributions to the newest model's forecasts by feature family: date, family, shap_value.

    A factor score belongs to its family. Families beyond the strongest are added up as `other`.
    """
    return publication.query(
        f"""
        with contributions as (
            select
                shap.date,
                {family_of("shap.feature")} as family,
                sum(shap.shap_value) as shap_value
            from ticker_shap as shap
            left join feature_catalogue as catalogue using (feature)
            where shap.ticker = $1 and shap.model_id in (
                select model_id from latest_forecasts where pred_col = $2
            )
            group by all
        ),
        strongest as (
            select family from contributions
            group by family
            order by sum(abs(shap_value)) desc, family
            limit $3
        )
        select
            date,
            case when family in (select family from strongest) then family else 'other' end
                as family,
            sum(shap_value) as shap_value
        from contributions
        group by all
        order by date, family
        """,
        ticker,
        pred_col,
        families,
    )


def opened_drivers(publication: Publication, ticker: str, pred_col: str) -> pl.DataFrame:
    """What drove the newest forecast of one stock, factor scores opened into their ratios.

    One row per driver, strongest first; a ratio, its rank and its parts of a score are one driver.
    Contributions are in hundredths of the log excess return and of the log standard deviation;
    with `bias` and `risk_bias` they add up to `predicted_mean` and to the log of `predicted_std`.
    """
    return publication.query(
        f"""
        with {EXPLAINED},
        {PARTS}
        select
            driver,
            any_value(catalogue.family) as family,
            any_value(catalogue.formula) as formula,
            any_value(catalogue.unit) as unit,
            coalesce(any_value(category), printf('%.4g', any_value(value))) as value,
            round(any_value(place), 2) as place,
            100 * sum(shap_value) as shap_value,
            100 * sum(risk_shap_value) as risk_shap_value
        from parts left join feature_catalogue as catalogue on parts.driver = catalogue.feature
        group by driver
        having sum(abs(shap_value)) > 0 or sum(abs(risk_shap_value)) > 0
        order by
            greatest(abs(sum(shap_value)), abs(coalesce(sum(risk_shap_value), 0))) desc, driver
        """,
        pred_col,
        [ticker],
    )


def opened_scores(publication: Publication, ticker: str, pred_col: str) -> pl.DataFrame:
    """The ratios that make the factor scores of one stock's newest forecast.

    One row per score and ratio, both strongest first. Contributions are in hundredths, as
    `opened_drivers` has them.
    """
    return publication.query(
        """
        select
            scores.score, scores.ratio, catalogue.formula, catalogue.unit,
            scores.ratio_value, round(scores.ratio_rank, 2) as ratio_rank, scores.part,
            100 * scores.contribution as contribution,
            100 * scores.risk_contribution as risk_contribution
        from score_contributions as scores
        inner join latest_forecasts using (ticker, pred_col, model_id, date)
        left join feature_catalogue as catalogue on scores.ratio = catalogue.feature
        where scores.ticker = $1 and scores.pred_col = $2
        order by
            abs(sum(scores.contribution) over (partition by scores.score)) desc, scores.score,
            abs(scores.contribution) desc, scores.ratio
        """,
        ticker,
        pred_col,
    )


def statements(publication: Publication, ticker: str, dates: int = 8) -> pl.DataFrame:
    """Statement items as known on the newest sample dates: item, meaning, unit, a column a date."""
    items = publication.query(
        """
        select
            feature as item,
            regexp_replace(formula, ' of the newest (known quarter|statement).*', '') as meaning,
            unit
        from feature_catalogue
        where family = 'statement item'
        """
    )
    wide = publication.query(
        f"""
        select date, {", ".join(items["item"])}
        from features where ticker = $1 order by date desc limit $2
        """,
        ticker,
        dates,
    )
    long = (
        wide.with_columns(pl.col("date").dt.to_string("%Y-%m-%d"))
        .unpivot(index="date", variable_name="item")
        .drop_nulls("value")
    )
    values = long.pivot(
        on="date",
        index="item",
        values="value",
        on_columns=long["date"].unique().sort(descending=True),
    )
    return items.join(values, on="item", how="inner", maintain_order="left")
