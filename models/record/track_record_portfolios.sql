{# As of an earlier day it is not known what came of them: the record stays. #}
{% set kept = load_cached_relation(this) if execute and var('cutoff_date') %}
{% set cost = var('trading_cost_bps') / 10000 %}

with forecasts as (

    select * replace (actual_since as actual)
    from {{ ref('track_record') }}
    where
        is_first
        and actual_since is not null

),

benchmark as (

    select
        date,
        adj_close
    from {{ ref('int_benchmark') }}
    where adj_close is not null

),

market as (

    select date as last_day from {{ ref('int_market_end') }}

),

ranked as (

    {{ ranked_by_quarter('forecasts', 'pred_col') }}

),

held as (

    select
        ranked.*,
        least(ranked.window_end, market.last_day) as held_to,
        ranked.window_end <= market.last_day as is_sold
    from ranked
    cross join market

),

-- SPY over the days of each stock. One that no longer trades is held in SPY.
stocks as (

    select
        held.*,
        exits.adj_close / entries.adj_close as spy_growth,
        exits.adj_close / entries.adj_close * exp(held.actual) as growth
    from held
    asof inner join benchmark as entries
        on held.tradable_from >= entries.date
    asof inner join benchmark as exits
        on held.held_to >= exits.date

),

-- Bought, and sold when the window has closed.
traded as (

    select
        *,
        growth * (1 - {{ cost }}) * if(is_sold, 1 - {{ cost }}, 1) as net_growth
    from stocks

)

{% if kept %}
    select * from {{ kept }}
{% else %}
    select
        pred_col,
        sample_anchor,
        any_value(horizon_months) as horizon_months,
        min(tradable_from) as bought_from,
        max(held_to) as held_to,
        min(window_end) as closes_from,
        max(window_end) as closes_to,
        bool_and(is_sold) as is_closed,
        avg(elapsed_share order by elapsed_share) as elapsed_share,
        count(*) as stocks,
        case
            when {{ deciles_differ() }} then count(*) filter (where decile = 10)
        end as top_stocks,
        {% for value, name in {
            'growth': 'return',
            'net_growth': 'net_return',
            'spy_growth': 'spy_return',
        }.items() %}
            case
                when {{ deciles_differ() }}
                    then
                        avg({{ value }} order by {{ value }})
                        filter (where decile = 10)
                        - 1
            end as top_{{ name }},
            avg({{ value }} order by {{ value }}) - 1 as all_{{ name }}
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from traded
    group by pred_col, sample_anchor
    order by pred_col, sample_anchor
{% endif %}
