-- Each stock counts once a quarter, by the forecast that was published first.
with first_forecasts as (

    select
        *,
        {{ sample_anchor('date') }} as quarter,
        unnest(
            case
                when status = 'unknown' then ['all']
                when status = 'open' then ['all', 'open']
                else ['all', 'closed']
            end
        ) as windows
    from {{ ref('track_record') }}
    where is_first

),

scored as (

    select * exclude (quarter)
    from first_forecasts
    where actual is not null

),

ranked as (

    {{ ranked_by_quarter('scored', 'pred_col, windows') }}

),

scored_since as (

    select * replace (actual_since as actual)
    from scored
    where actual_since is not null

),

ranked_since as (

    {{ ranked_by_quarter('scored_since', 'pred_col, windows') }}

),

since as (

    select
        pred_col,
        windows,
        sample_anchor,
        {{ spearman() }} as rank_ic_since
    from ranked_since
    group by pred_col, windows, sample_anchor

),

by_quarter as (

    select
        pred_col,
        windows,
        sample_anchor,
        {{ spearman() }} as rank_ic,
        case
            when {{ deciles_differ() }}
                then avg(actual) filter (where decile = 10) - avg(actual)
        end as top_less_all
    from ranked
    group by pred_col, windows, sample_anchor

),

quarters as (

    select
        by_quarter.*,
        since.rank_ic_since
    from by_quarter
    left join since
        on
            by_quarter.pred_col = since.pred_col
            and by_quarter.windows = since.windows
            and by_quarter.sample_anchor = since.sample_anchor

),

-- Null stands for all quarters together.
quarters_and_all as (

    select
        * exclude (sample_anchor),
        unnest([sample_anchor, cast(null as date)]) as sample_anchor
    from quarters

),

pooled as (

    select
        pred_col,
        windows,
        sample_anchor,
        count(rank_ic) as quarters,
        avg(rank_ic) as rank_ic,
        avg(rank_ic_since) as rank_ic_since,
        avg(top_less_all) as top_less_all
    from quarters_and_all
    group by pred_col, windows, sample_anchor

),

forecasts_and_all as (

    select
        *,
        unnest([quarter, cast(null as date)]) as sample_anchor
    from first_forecasts

),

counted as (

    select
        pred_col,
        windows,
        sample_anchor,
        any_value(horizon_months) as horizon_months,
        count(*) as forecasts,
        count(*) filter (where status = 'delisted') as delisted,
        count(*) filter (where status = 'unknown') as unknown_outcomes,
        avg(elapsed_share) as elapsed_share,
        avg(predicted_mean * elapsed_share) filter (where actual is not null)
            as mean_expected,
        avg(actual) as mean_actual,
        avg(actual_since) as mean_actual_since,
        avg(cast(actual > 0 as integer)) as beat_spy_share,
        avg(chance_of_beating_spy) filter (where actual is not null)
            as mean_chance_of_beating_spy,
        avg(cast(is_within_68 as integer)) as coverage_68,
        avg(cast(is_within_95 as integer)) as coverage_95,
        1 - sum((actual - predicted_mean * elapsed_share) ^ 2)
        / nullif(sum(actual ^ 2), 0) as r2_against_zero
    from forecasts_and_all
    group by pred_col, windows, sample_anchor

)

select
    counted.*,
    pooled.rank_ic,
    pooled.rank_ic_since,
    pooled.top_less_all,
    coalesce(pooled.quarters, 0) as quarters
from counted
left join pooled
    on
        counted.pred_col = pooled.pred_col
        and counted.windows = pooled.windows
        and counted.sample_anchor is not distinct from pooled.sample_anchor
order by
    counted.pred_col, counted.windows, counted.sample_anchor nulls first
