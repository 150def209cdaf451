with forecasts as (

    select * from {{ ref('backtest_forecasts') }}

),

quarters as (

    select
        *,
        horizon_months / 3 - 1 as overlap
    from {{ ref('backtest_rank_ic') }}

),

portfolios as (

    select * from {{ ref('backtest_portfolios') }}

),

rank_ics as (

    {{ newey_west_t(
        'quarters', 'backtest_id', 'sample_anchor', 'rank_ic', 'overlap'
    ) }}

),

ridge_rank_ics as (

    {{ newey_west_t(
        'quarters', 'backtest_id', 'sample_anchor', 'ridge_rank_ic', 'overlap'
    ) }}

),

spreads as (

    {{ newey_west_t(
        'quarters', 'backtest_id', 'sample_anchor', 'spread', 'overlap'
    ) }}

),

forecast_stats as (

    select
        backtest_id,
        pred_col,
        horizon_months,
        count(distinct fold) as folds,
        count(*) as forecasts,
        min(date) as forecast_from,
        max(date) as forecast_to,
        avg(cast(actual between lower_68 and upper_68 as integer))
            as coverage_68,
        avg(cast(actual between lower_95 and upper_95 as integer))
            as coverage_95,
        sqrt(avg((actual - predicted_mean) ^ 2)) as rmse,
        1 - sum((actual - predicted_mean) ^ 2)
        / nullif(sum((actual - naive_mean) ^ 2), 0) as r2,
        1 - sum((actual - ridge_mean) ^ 2)
        / nullif(sum((actual - naive_mean) ^ 2), 0) as ridge_r2
    from forecasts
    group by backtest_id, pred_col, horizon_months

),

quarter_stats as (

    select
        backtest_id,
        count(*) as quarters,
        avg(cast(rank_ic > 0 as integer)) as rank_ic_positive_share,
        avg(hit_rate) as hit_rate
    from quarters
    group by backtest_id

),

-- Four quarters a year; the last wealth is the growth of 1 over all of them.
portfolio_stats as (

    select
        backtest_id,
        weighting,
        portfolio,
        arg_max(wealth, sample_anchor) ^ (4 / count(*)) - 1 as annual_return,
        min(drawdown) as max_drawdown,
        avg(turnover) as turnover
    from portfolios
    group by backtest_id, weighting, portfolio

),

weighting_stats as (

    select
        backtest_id,
        {% for weighting in ['equal', 'value'] %}
            {% for portfolio, name in [
                ('decile_10', 'top'),
                ('SPY', 'spy'),
                ('top_minus_bottom', 'top_minus_bottom'),
            ] %}
                max(annual_return) filter (
                    where
                    weighting = '{{ weighting }}'
                    and portfolio = '{{ portfolio }}'
                ) as {{ weighting }}_{{ name }}_return,
            {% endfor %}
            {% for portfolio, name in [('decile_10', 'top'), ('SPY', 'spy')] %}
                max(max_drawdown) filter (
                    where
                    weighting = '{{ weighting }}'
                    and portfolio = '{{ portfolio }}'
                ) as {{ weighting }}_{{ name }}_drawdown,
            {% endfor %}
            max(turnover) filter (
                where
                weighting = '{{ weighting }}'
                and portfolio = 'decile_10'
            ) as {{ weighting }}_top_turnover
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from portfolio_stats
    group by backtest_id

)

select
    forecast_stats.backtest_id,
    forecast_stats.pred_col,
    forecast_stats.horizon_months,
    forecast_stats.folds,
    quarter_stats.quarters,
    forecast_stats.forecasts,
    forecast_stats.forecast_from,
    forecast_stats.forecast_to,
    rank_ics.mean as rank_ic,
    rank_ics.t as rank_ic_t,
    quarter_stats.rank_ic_positive_share,
    spreads.mean as spread,
    spreads.t as spread_t,
    quarter_stats.hit_rate,
    forecast_stats.coverage_68,
    forecast_stats.coverage_95,
    forecast_stats.rmse,
    forecast_stats.r2,
    ridge_rank_ics.mean as ridge_rank_ic,
    ridge_rank_ics.t as ridge_rank_ic_t,
    forecast_stats.ridge_r2,
    {% for weighting in ['equal', 'value'] %}
        weighting_stats.{{ weighting }}_top_return,
        weighting_stats.{{ weighting }}_spy_return,
        weighting_stats.{{ weighting }}_top_minus_bottom_return,
        weighting_stats.{{ weighting }}_top_drawdown,
        weighting_stats.{{ weighting }}_spy_drawdown,
        weighting_stats.{{ weighting }}_top_turnover
        {%- if not loop.last %},{% endif %}
    {% endfor %}
from forecast_stats
inner join quarter_stats
    on forecast_stats.backtest_id = quarter_stats.backtest_id
left join rank_ics on forecast_stats.backtest_id = rank_ics.backtest_id
left join ridge_rank_ics
    on forecast_stats.backtest_id = ridge_rank_ics.backtest_id
left join spreads on forecast_stats.backtest_id = spreads.backtest_id
left join weighting_stats
    on forecast_stats.backtest_id = weighting_stats.backtest_id
order by forecast_stats.backtest_id
