with portfolios as (

    select * from {{ ref('backtest_portfolios') }}

),

compared as (

    select
        portfolios.*,
        not portfolios.portfolio like 'top_minus_%' as has_capital,
        portfolios.net_return - portfolios.spy_return as net_excess_return,
        portfolios.portfolio_return - all_stocks.portfolio_return
            as return_over_all,
        portfolios.net_return - all_stocks.net_return as net_return_over_all
    from portfolios
    left join portfolios as all_stocks
        on
            portfolios.backtest_id = all_stocks.backtest_id
            and portfolios.weighting = all_stocks.weighting
            and portfolios.sample_anchor = all_stocks.sample_anchor
            and all_stocks.portfolio = 'all_stocks'

)

-- Four quarters a year; the last wealth is the growth of 1 over all of them.
select
    backtest_id,
    pred_col,
    horizon_months,
    weighting,
    portfolio,
    count(*) as quarters,
    arg_max(wealth, sample_anchor) ^ (4 / count(*)) - 1 as annual_return,
    arg_max(net_wealth, sample_anchor) ^ (4 / count(*)) - 1
        as net_annual_return,
    sqrt(4) * stddev_samp(portfolio_return) as annual_volatility,
    {{ annual_ratio('portfolio_return') }} as sharpe_ratio,
    {{ annual_ratio('net_return') }} as net_sharpe_ratio,
    {% for benchmark, gross, net in [
        ('spy', 'excess_return', 'net_excess_return'),
        ('all', 'return_over_all', 'net_return_over_all'),
    ] %}
        case
            when any_value(has_capital) then {{ annual_ratio(gross) }}
        end as information_ratio_{{ benchmark }},
        case
            when any_value(has_capital) then {{ annual_ratio(net) }}
        end as net_information_ratio_{{ benchmark }},
    {% endfor %}
    min(drawdown) as max_drawdown,
    avg(turnover) as turnover,
    avg(trading_cost) as trading_cost
from compared
group by backtest_id, pred_col, horizon_months, weighting, portfolio
order by backtest_id, weighting, portfolio
