{% set multiples = ['pe_ratio', 'pb_ratio', 'trailing_peg_1y'] %}
with sample_dates as (

    select * from {{ ref('int_sample_dates') }}

),

valuations as (

    select * from {{ ref('stg_fundamentals_daily') }}

),

companies as (

    select * from {{ ref('int_companies') }}

),

rates as (

    select * from {{ ref('stg_exchange_rates') }}

),

-- Older than two weeks, a market value is not the day's, nor is a rate.
newest as (

    select valuations.* replace (sample_dates.date as date)
    from sample_dates
    asof join valuations
        on
            sample_dates.ticker = valuations.ticker
            and sample_dates.date >= valuations.date
    where sample_dates.date - valuations.date <= 14

),

with_currencies as (

    select
        newest.*,
        companies.reporting_currency
    from newest
    inner join companies on newest.ticker = companies.ticker

),

with_rates as (

    select
        with_currencies.*,
        case
            when with_currencies.reporting_currency = 'USD' then 1
            when with_currencies.date - rates.date <= 14
                then rates.usd_per_unit
        end as usd_per_unit
    from with_currencies
    asof left join rates
        on
            with_currencies.reporting_currency = rates.currency
            and with_currencies.date >= rates.date

)

-- A multiple of a loss, or of less than nothing, says nothing of the price.
select
    ticker,
    date,
    market_cap,
    enterprise_val,
    {% for multiple in multiples %}
        case when {{ multiple }} > 0 then {{ multiple }} end as {{ multiple }},
    {% endfor %}
    market_cap / usd_per_unit as market_cap_reporting,
    enterprise_val / usd_per_unit as enterprise_val_reporting
from with_rates
