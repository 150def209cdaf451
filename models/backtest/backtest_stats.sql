with forecasts as (

    select * from {{ ref('backtest_forecasts') }}

),

quarters as (

    select
        *,
        horizon_months / 3 - 1 as overlap
    from {{ ref('backtest_rank_ic') }}

),

portfolio_stats as (

    select * from {{ ref('backtest_portfolio_stats') }}

),

{% for statistic in ['rank_ic', 'ridge_rank_ic', 'spread', 'spread_return'] %}
    {{ statistic }}s as (

        {{ overlapping_mean(
            'quarters', 'backtest_id', statistic, 'overlap'
        ) }}

    ),

{% endfor %}

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
        / nullif(sum((actual - naive_mean) ^ 2), 0) as ridge_r2,
        {% for forecast, name in [
            ('predicted', 'r2_zero'),
            ('naive', 'naive_r2_zero'),
            ('ridge', 'ridge_r2_zero'),
        ] %}
            1 - sum((actual - {{ forecast }}_mean) ^ 2)
            / nullif(sum(actual ^ 2), 0) as {{ name }}
            {%- if not loop.last %},{% endif %}
        {% endfor %}
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

weighting_stats as (

    select
        backtest_id,
        {% for weighting in ['equal', 'value'] %}
            {% for portfolio, statistic, name in [
                ('decile_10', 'annual_return', 'top_return'),
                ('decile_10', 'net_annual_return', 'top_net_return'),
                ('all_stocks', 'annual_return', 'all_return'),
                ('all_stocks', 'net_annual_return', 'all_net_return'),
                ('SPY', 'annual_return', 'spy_return'),
                ('top_minus_bottom', 'annual_return', 'top_minus_bottom_return'),
                ('decile_10', 'max_drawdown', 'top_drawdown'),
                ('SPY', 'max_drawdown', 'spy_drawdown'),
                ('decile_10', 'turnover', 'top_turnover'),
            ] %}
                max({{ statistic }}) filter (
                    where
                    weighting = '{{ weighting }}'
                    and portfolio = '{{ portfolio }}'
                ) as {{ weighting }}_{{ name }}
                {%- if not loop.last %},{% endif %}
            {% endfor %}
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
    rank_ics.p as rank_ic_p,
    {{ deflated_p('rank_ics.p') }} as rank_ic_p_deflated,
    if(rank_ics.lower_95 < -1, -1, rank_ics.lower_95) as rank_ic_lower_95,
    if(rank_ics.upper_95 > 1, 1, rank_ics.upper_95) as rank_ic_upper_95,
    {{ var('variants_tried') }} as variants_tried,
    quarter_stats.rank_ic_positive_share,
    spreads.mean as spread,
    spreads.t as spread_t,
    spreads.p as spread_p,
    {{ deflated_p('spreads.p') }} as spread_p_deflated,
    spread_returns.mean as spread_return,
    spread_returns.t as spread_return_t,
    spread_returns.p as spread_return_p,
    quarter_stats.hit_rate,
    forecast_stats.coverage_68,
    forecast_stats.coverage_95,
    forecast_stats.rmse,
    forecast_stats.r2,
    forecast_stats.r2_zero,
    forecast_stats.naive_r2_zero,
    ridge_rank_ics.mean as ridge_rank_ic,
    ridge_rank_ics.t as ridge_rank_ic_t,
    ridge_rank_ics.p as ridge_rank_ic_p,
    forecast_stats.ridge_r2,
    forecast_stats.ridge_r2_zero,
    {% for weighting in ['equal', 'value'] %}
        weighting_stats.{{ weighting }}_top_return,
        weighting_stats.{{ weighting }}_top_net_return,
        weighting_stats.{{ weighting }}_all_return,
        weighting_stats.{{ weighting }}_all_net_return,
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
left join spread_returns
    on forecast_stats.backtest_id = spread_returns.backtest_id
left join weighting_stats
    on forecast_stats.backtest_id = weighting_stats.backtest_id
order by forecast_stats.backtest_id
