{# Over three years no stock moves further, in absolute logs of its prices. #}
{% set most_moved = 256 %}
{# Logs of shares traded are below 44. #}
{% set most_ln_volume = 2 ** 16 %}
{% set most_square_ln_volume = 2 ** 21 %}

with returns as (

    select * from {{ ref('int_daily_returns') }}

),

excess_returns as (

    select
        *,
        return_ln - benchmark_return_ln as excess_return_ln,
        ln(nullif(adj_volume, 0)) as volume_ln
    from returns

)

select
    ticker,
    sample_anchor,
    count(*) as days,
    count(relative_price_ln) as relative_price_days,
    count(excess_return_ln) as return_days,
    count(adj_volume) filter (where adj_volume > 0) as volume_days,
    count(return_ln) filter (where adj_volume > 0) as price_impact_days,
    arg_max(adj_close, date) as last_price,
    arg_max_null(relative_price_ln, date) as last_relative_price_ln,
    max(adj_close) as highest_price,
    min(drawdown_12m) as worst_drawdown_12m,
    {{ exact_sum('exp(relative_price_ln)') }} as relative_price_sum,
    {{ exact_sum('excess_return_ln', most_moved) }} as excess_sum,
    {{ exact_sum('excess_return_ln * excess_return_ln', most_moved) }}
        as excess_square_sum,
    {{ exact_sum('return_ln', most_moved) }}
    filter (where benchmark_return_ln is not null) as return_sum,
    {{ exact_sum('return_ln * return_ln', most_moved) }}
    filter (where benchmark_return_ln is not null) as return_square_sum,
    {{ exact_sum('benchmark_return_ln', most_moved) }} as benchmark_sum,
    {{ exact_sum('benchmark_return_ln * benchmark_return_ln', most_moved) }}
        as benchmark_square_sum,
    {{ exact_sum('return_ln * benchmark_return_ln', most_moved) }}
        as product_sum,
    {{ exact_sum('adj_volume') }} as volume_sum,
    {{ exact_sum('adj_close * adj_volume') }} as dollar_volume_sum,
    {{ exact_sum('volume_ln', most_ln_volume) }} as volume_ln_sum,
    {{ exact_sum('volume_ln * volume_ln', most_square_ln_volume) }}
        as volume_ln_square_sum,
    {{ exact_sum(
        '1e12 * abs(return_ln) / (adj_close * nullif(adj_volume, 0))'
    ) }} as price_impact_sum
from excess_returns
group by ticker, sample_anchor
