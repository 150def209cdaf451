with forecasts as (

    select
        *,
        {{ sample_anchor('date') }} as sample_anchor
    from {{ ref('backtest_forecasts') }}

),

terciles as (

    select
        *,
        ntile(3) over (
            partition by backtest_id, sample_anchor
            order by predicted_std, ticker
        ) as tercile
    from forecasts

),

grouped as (

    {{ in_groups('terciles', {
        'all': "'all'",
        'fold': 'cast(fold as varchar)',
        'year': 'cast(year(date) as varchar)',
        'predicted_std': "['low', 'middle', 'high'][tercile]",
    }) }}

)

select
    backtest_id,
    pred_col,
    horizon_months,
    grouped_by,
    group_name,
    count(*) as forecasts,
    count(distinct sample_anchor) as quarters,
    1
    + date_diff('month', min(sample_anchor), max(sample_anchor))
    / horizon_months as windows,
    avg(cast(actual between lower_68 and upper_68 as integer)) as coverage_68,
    avg(cast(actual between lower_95 and upper_95 as integer)) as coverage_95,
    avg(cast(actual < lower_95 as integer)) as below_95,
    avg(cast(actual > upper_95 as integer)) as above_95,
    sqrt(avg(predicted_std ^ 2)) as predicted_std,
    sqrt(avg((actual - predicted_mean) ^ 2)) as realised_std,
    avg(cast(actual > 0 as integer)) as share_beating_spy,
    avg(chance_of_beating_spy) as mean_chance_of_beating_spy
from grouped
group by backtest_id, pred_col, horizon_months, grouped_by, group_name
order by backtest_id, grouped_by, group_name
