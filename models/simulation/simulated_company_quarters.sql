with companies as (

    select * from {{ ref('simulated_companies') }}

),

-- Six years before the market opens: four for the moving averages to fill,
-- two for the comparatives of the first statements.
quarters as (

    select cast(quarter as date) as quarter_start
    from generate_series(
        date_trunc('quarter', {{ simulated_first_day() }})
        - interval '6 years',
        {{ simulated_last_day() }},
        interval '3 months'
    ) as quarters (quarter)

),

shocks as (

    select
        companies.ticker,
        quarters.quarter_start,
        {{ simulated_normal('value', 'companies.ticker') }}
            as permanent_value,
        {{ simulated_normal('profitable', 'companies.ticker') }}
            as permanent_profitability,
        {{ simulated_normal(
            'value shock', 'companies.ticker', 'quarters.quarter_start'
        ) }} as value_shock,
        {{ simulated_normal(
            'profit shock', 'companies.ticker', 'quarters.quarter_start'
        ) }} as profitability_shock,
        {{ simulated_normal(
            'news shock', 'companies.ticker', 'quarters.quarter_start'
        ) }} as news_shock
    from companies
    cross join quarters

),

-- Sums in fixed point: those of doubles may change with the thread count.
moving_sums as (

    select
        *,
        cast(
            sum(cast(value_shock as decimal(18, 12))) over last_16 as double
        ) as value_sum,
        cast(
            sum(cast(profitability_shock as decimal(18, 12))) over last_16
            as double
        ) as profitability_sum,
        cast(
            sum(cast(news_shock as decimal(18, 12))) over before_6 as double
        ) as news_sum
    from shocks
    window
        last_16 as (
            partition by ticker
            order by quarter_start
            rows between 16 preceding and 1 preceding
        ),
        before_6 as (
            partition by ticker
            order by quarter_start
            rows between 6 preceding and 1 preceding
        )

)

-- Each score is standard normal: two fifths of the variance never fade, the
-- rest is a moving average over four years. Shocks count from the quarter
-- after their own, so that a score is known when its quarter starts.
select
    ticker,
    quarter_start,
    news_shock,
    sqrt(0.4) * permanent_value + sqrt(0.6) * value_sum / 4 as value_score,
    sqrt(0.4) * permanent_profitability + sqrt(0.6) * profitability_sum / 4
        as profitability_score,
    news_sum / sqrt(6) as momentum_score
from moving_sums
where
    quarter_start
    >= date_trunc('quarter', {{ simulated_first_day() }}) - interval '2 years'
order by ticker, quarter_start
