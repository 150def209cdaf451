with forecasts as (

    select
        *,
        {{ sample_anchor('date') }} as sample_anchor,
        horizon_months / 3 - 1 as overlap
    from {{ ref('backtest_forecasts') }}
    where chance_of_beating_spy is not null

),

tenths as (

    select
        *,
        ntile(10) over (
            partition by backtest_id, sample_anchor
            order by chance_of_beating_spy, ticker
        ) as tenth
    from forecasts

),

quarters as (

    select
        backtest_id,
        pred_col,
        horizon_months,
        overlap,
        sample_anchor,
        tenth,
        count(*) as forecasts,
        avg(chance_of_beating_spy order by chance_of_beating_spy) as chance,
        avg(cast(actual > 0 as integer)) as came
    from tenths
    group by
        backtest_id, pred_col, horizon_months, overlap, sample_anchor, tenth

),

-- What the stocks of a quarter share makes their outcomes one observation.
outcomes as (

    {{ overlapping_mean('quarters', 'backtest_id, tenth', 'came', 'overlap') }}

),

said as (

    select
        backtest_id,
        pred_col,
        horizon_months,
        tenth,
        sum(forecasts) as forecasts,
        avg(chance order by sample_anchor) as chance
    from quarters
    group by backtest_id, pred_col, horizon_months, tenth

)

select
    said.backtest_id,
    said.pred_col,
    said.horizon_months,
    said.tenth,
    outcomes.quarters,
    cast(said.forecasts as bigint) as forecasts,
    said.chance,
    outcomes.mean as came,
    if(outcomes.lower_95 < 0, 0, outcomes.lower_95) as lower_95,
    if(outcomes.upper_95 > 1, 1, outcomes.upper_95) as upper_95
from said
inner join outcomes
    on
        said.backtest_id = outcomes.backtest_id
        and said.tenth = outcomes.tenth
order by said.backtest_id, said.tenth
