with forecasts as (

    select * from {{ ref('backtest_forecasts') }}

),

features as (

    select * from {{ ref('features') }}

),

described as (

    select
        forecasts.*,
        features.sector,
        case
            when features.market_cap is not null
                then
                    ntile(2) over (
                        partition by
                            forecasts.backtest_id,
                            {{ sample_anchor('forecasts.date') }},
                            features.market_cap is null
                        order by features.market_cap, forecasts.ticker
                    )
        end as size_half
    from forecasts
    left join features
        on
            forecasts.ticker = features.ticker
            and forecasts.date = features.date

),

grouped as (

    {{ in_groups('described', {
        'sector': 'sector',
        'size': "['small', 'large'][size_half]",
        'year': "cast(year(" ~ sample_anchor('date') ~ ") as varchar)",
    }) }}

),

known_groups as (

    select * from grouped
    where group_name is not null

),

ranked as (

    {{ ranked_by_quarter(
        'known_groups', 'backtest_id, grouped_by, group_name'
    ) }}

),

quarters as (

    select
        backtest_id,
        pred_col,
        horizon_months,
        grouped_by,
        group_name,
        sample_anchor,
        count(*) as tickers,
        {{ spearman() }} as rank_ic
    from ranked
    group by
        backtest_id,
        pred_col,
        horizon_months,
        grouped_by,
        group_name,
        sample_anchor

),

rank_ics as (

    {{ overlapping_mean(
        'quarters',
        'backtest_id, grouped_by, group_name',
        'rank_ic',
        'horizon_months / 3 - 1',
    ) }}

),

tickers as (

    select
        backtest_id,
        pred_col,
        horizon_months,
        grouped_by,
        group_name,
        avg(tickers) as tickers
    from quarters
    where rank_ic is not null
    group by backtest_id, pred_col, horizon_months, grouped_by, group_name

)

select
    tickers.*,
    rank_ics.quarters,
    rank_ics.mean as rank_ic,
    rank_ics.t as rank_ic_t,
    rank_ics.p as rank_ic_p,
    if(rank_ics.lower_95 < -1, -1, rank_ics.lower_95) as rank_ic_lower_95,
    if(rank_ics.upper_95 > 1, 1, rank_ics.upper_95) as rank_ic_upper_95
from tickers
inner join rank_ics
    on
        tickers.backtest_id = rank_ics.backtest_id
        and tickers.grouped_by = rank_ics.grouped_by
        and tickers.group_name = rank_ics.group_name
order by tickers.backtest_id, tickers.grouped_by, tickers.group_name
