with vintages as (

    select * from {{ ref('backtest_vintages') }}

),

prices as (

    select * from {{ ref('backtest_prices') }}

),

backtests as (

    select distinct
        backtest_id,
        pred_col,
        horizon_months
    from vintages

),

quarters as (

    select distinct
        sample_anchor,
        start_date,
        end_date,
        spy_return
    from prices

),

-- Each decile, and all stocks that are in one.
weights as (

    {% for weighting in ['equal', 'value'] %}
        select
            backtest_id,
            horizon_months,
            '{{ weighting }}' as weighting,
            'decile_' || decile as portfolio,
            sample_anchor,
            ticker,
            {{ weighting }}_weight as weight
        from vintages
        where {{ weighting }}_weight is not null

        union all

        select
            backtest_id,
            horizon_months,
            '{{ weighting }}' as weighting,
            'all_stocks' as portfolio,
            sample_anchor,
            ticker,
            {% if weighting == 'equal' -%}
                1 / count(*)
            {%- else -%}
                market_cap / sum(market_cap)
            {%- endif %} over (
                partition by backtest_id, sample_anchor
            ) as weight
        from vintages
        where {{ weighting }}_weight is not null
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

-- Bought and held: from its formation on, a vintage's holding of a stock grows
-- with the stock's price. Values are in units of SPY.
holdings as (

    select
        weights.backtest_id,
        weights.weighting,
        weights.portfolio,
        weights.sample_anchor as vintage,
        weights.ticker,
        held.sample_anchor,
        weights.weight
        * held.start_relative_price / bought.start_relative_price
            as start_value,
        weights.weight
        * held.end_relative_price / bought.start_relative_price
            as end_value
    from weights
    inner join prices as bought
        on
            weights.ticker = bought.ticker
            and weights.sample_anchor = bought.sample_anchor
    inner join prices as held
        on
            weights.ticker = held.ticker
            and weights.sample_anchor <= held.sample_anchor
            and weights.sample_anchor + to_months(weights.horizon_months)
            > held.sample_anchor

),

vintages_alive as (

    select
        backtest_id,
        weighting,
        portfolio,
        sample_anchor,
        vintage,
        sum(start_value) as start_value,
        count(*) over (
            partition by backtest_id, weighting, portfolio, sample_anchor
        ) as vintages
    from holdings
    group by backtest_id, weighting, portfolio, sample_anchor, vintage

),

-- Of one unit of capital, the same share of it in each vintage: what each stock
-- holds when the quarter starts, and what becomes of that, in units of SPY.
positions as (

    select
        holdings.backtest_id,
        holdings.weighting,
        holdings.portfolio,
        holdings.sample_anchor,
        holdings.ticker,
        vintages_alive.vintages,
        sum(holdings.start_value / vintages_alive.start_value)
        / vintages_alive.vintages as start_weight,
        sum(holdings.end_value / vintages_alive.start_value)
        / vintages_alive.vintages as end_value
    from holdings
    inner join vintages_alive
        on
            holdings.backtest_id = vintages_alive.backtest_id
            and holdings.weighting = vintages_alive.weighting
            and holdings.portfolio = vintages_alive.portfolio
            and holdings.sample_anchor = vintages_alive.sample_anchor
            and holdings.vintage = vintages_alive.vintage
    group by
        holdings.backtest_id,
        holdings.weighting,
        holdings.portfolio,
        holdings.sample_anchor,
        holdings.ticker,
        vintages_alive.vintages

),

growth as (

    select
        backtest_id,
        weighting,
        portfolio,
        sample_anchor,
        vintages,
        count(*) as stocks,
        sum(end_value) as relative_growth,
        lag(sample_anchor) over (
            partition by backtest_id, weighting, portfolio
            order by sample_anchor
        ) as previous_anchor
    from positions
    group by backtest_id, weighting, portfolio, sample_anchor, vintages

),

-- Weights at the quarter's start, and those that the quarter before left.
weight_changes as (

    select
        backtest_id,
        weighting,
        portfolio,
        sample_anchor,
        ticker,
        start_weight as weight_change
    from positions

    union all

    select
        positions.backtest_id,
        positions.weighting,
        positions.portfolio,
        cast(positions.sample_anchor + interval 3 months as date)
            as sample_anchor,
        positions.ticker,
        -positions.end_value / growth.relative_growth as weight_change
    from positions
    inner join growth
        on
            positions.backtest_id = growth.backtest_id
            and positions.weighting = growth.weighting
            and positions.portfolio = growth.portfolio
            and positions.sample_anchor = growth.sample_anchor

),

traded as (

    select
        backtest_id,
        weighting,
        portfolio,
        sample_anchor,
        ticker,
        sum(weight_change) as weight_change
    from weight_changes
    group by backtest_id, weighting, portfolio, sample_anchor, ticker

),

turnovers as (

    select
        backtest_id,
        weighting,
        portfolio,
        sample_anchor,
        sum(abs(weight_change)) / 2 as turnover
    from traded
    group by backtest_id, weighting, portfolio, sample_anchor

),

-- Trading costs are of all that is bought and sold: also of the first purchase,
-- which is no turnover.
held_portfolios as (

    select
        growth.backtest_id,
        growth.weighting,
        growth.portfolio,
        growth.sample_anchor,
        quarters.spy_return,
        growth.vintages,
        growth.stocks,
        (1 + quarters.spy_return) * growth.relative_growth - 1
            as portfolio_return,
        2 * turnovers.turnover * {{ var('trading_cost_bps') }} / 10000
            as trading_cost,
        case
            when
                growth.previous_anchor
                = growth.sample_anchor - interval 3 months
                then turnovers.turnover
        end as turnover
    from growth
    inner join quarters on growth.sample_anchor = quarters.sample_anchor
    inner join turnovers
        on
            growth.backtest_id = turnovers.backtest_id
            and growth.weighting = turnovers.weighting
            and growth.portfolio = turnovers.portfolio
            and growth.sample_anchor = turnovers.sample_anchor

),

portfolios as (

    select
        backtest_id,
        weighting,
        portfolio,
        sample_anchor,
        vintages,
        stocks,
        portfolio_return,
        portfolio_return - spy_return as excess_return,
        turnover,
        trading_cost
    from held_portfolios

    {% for portfolio, short in [
        ('top_minus_bottom', 'decile_1'),
        ('top_minus_all', 'all_stocks'),
    ] %}
        union all

        select
            longs.backtest_id,
            longs.weighting,
            '{{ portfolio }}' as portfolio,
            longs.sample_anchor,
            least(longs.vintages, shorts.vintages) as vintages,
            longs.stocks + shorts.stocks as stocks,
            longs.portfolio_return - shorts.portfolio_return
                as portfolio_return,
            null as excess_return,
            longs.turnover + shorts.turnover as turnover,
            longs.trading_cost + shorts.trading_cost as trading_cost
        from held_portfolios as longs
        inner join held_portfolios as shorts
            on
                longs.backtest_id = shorts.backtest_id
                and longs.weighting = shorts.weighting
                and longs.sample_anchor = shorts.sample_anchor
        where
            longs.portfolio = 'decile_10'
            and shorts.portfolio = '{{ short }}'
    {% endfor %}

    union all

    select
        backtest_id,
        weighting,
        'SPY' as portfolio,
        sample_anchor,
        vintages,
        null as stocks,
        spy_return as portfolio_return,
        0 as excess_return,
        null as turnover,
        0 as trading_cost
    from held_portfolios
    where portfolio = 'decile_10'

),

-- Only what is sold short can lose more than everything.
wealth as (

    select
        *,
        portfolio_return - trading_cost as net_return,
        product(greatest(1 + portfolio_return, 0)) over by_quarter as wealth,
        product(greatest(1 + portfolio_return - trading_cost, 0))
            over by_quarter as net_wealth
    from portfolios
    window
        by_quarter as (
            partition by backtest_id, weighting, portfolio
            order by sample_anchor
        )

),

peaks as (

    select
        *,
        greatest(
            1,
            max(wealth) over (
                partition by backtest_id, weighting, portfolio
                order by sample_anchor
            )
        ) as peak
    from wealth

)

select
    peaks.backtest_id,
    backtests.pred_col,
    backtests.horizon_months,
    peaks.weighting,
    peaks.portfolio,
    peaks.sample_anchor,
    quarters.start_date,
    quarters.end_date,
    peaks.vintages,
    peaks.stocks,
    peaks.portfolio_return,
    quarters.spy_return,
    peaks.excess_return,
    peaks.turnover,
    peaks.trading_cost,
    peaks.net_return,
    peaks.wealth,
    peaks.net_wealth,
    peaks.wealth / peaks.peak - 1 as drawdown
from peaks
inner join backtests on peaks.backtest_id = backtests.backtest_id
inner join quarters on peaks.sample_anchor = quarters.sample_anchor
order by
    peaks.backtest_id, peaks.weighting, peaks.portfolio, peaks.sample_anchor
