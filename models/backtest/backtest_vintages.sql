with forecasts as (

    select * from {{ ref('backtest_forecasts') }}

),

features as (

    select * from {{ ref('features') }}

),

prices as (

    select * from {{ ref('backtest_prices') }}

),

-- Known and for sale on the day the vintage is formed.
candidates as (

    select
        forecasts.*,
        prices.sample_anchor,
        prices.start_date,
        features.market_cap
    from forecasts
    inner join prices
        on
            forecasts.ticker = prices.ticker
            and {{ sample_anchor('forecasts.date') }} = prices.sample_anchor
            and forecasts.date <= prices.start_date
    left join features
        on
            forecasts.ticker = features.ticker
            and forecasts.date = features.date

),

ranked as (

    select
        *,
        ntile(10) over (
            partition by backtest_id, sample_anchor
            order by predicted_mean, ticker
        ) as decile
    from candidates

),

ordered_quarters as (

    {{ ordered_quarters('ranked') }}

)

select
    ranked.backtest_id,
    ranked.pred_col,
    ranked.horizon_months,
    ranked.sample_anchor,
    ranked.start_date,
    ranked.ticker,
    ranked.predicted_mean,
    ranked.decile,
    ranked.market_cap,
    1 / count(*) over decile_of_quarter as equal_weight,
    ranked.market_cap
    / sum(ranked.market_cap) over decile_of_quarter as value_weight
from ranked
inner join ordered_quarters
    on
        ranked.backtest_id = ordered_quarters.backtest_id
        and ranked.sample_anchor = ordered_quarters.sample_anchor
window
    decile_of_quarter as (
        partition by ranked.backtest_id, ranked.sample_anchor, ranked.decile
    )
order by ranked.backtest_id, ranked.sample_anchor, ranked.ticker
