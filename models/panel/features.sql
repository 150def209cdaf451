with sample_dates as (

    select * from {{ ref('int_sample_dates') }}

),

companies as (

    select * from {{ ref('int_companies') }}

),

price_signals as (

    select * from {{ ref('int_price_signals') }}

),

momentum as (

    select * from {{ ref('int_momentum') }}

),

valuations as (

    select * from {{ ref('int_valuations') }}

),

statements as (

    select * from {{ ref('int_latest_statements') }}

),

ratios as (

    select * from {{ ref('int_ratios') }}

),

ranks as (

    select * from {{ ref('int_ranks') }}

),

joined as (

    select
        momentum.* exclude (ticker, date),
        price_signals.* exclude (ticker, date),
        valuations.* exclude (ticker, date),
        ratios.* exclude (ticker, date),
        ranks.* exclude (ticker, date),
        statements.* exclude (
            ticker, date, fiscal_index, known_from, period_end
        ),
        sample_dates.ticker,
        sample_dates.date,
        companies.exchange,
        companies.sector,
        companies.industry,
        companies.sic_sector,
        companies.sic_industry,
        companies.location
    from sample_dates
    inner join companies on sample_dates.ticker = companies.ticker
    left join price_signals
        on
            sample_dates.ticker = price_signals.ticker
            and sample_dates.date = price_signals.date
    left join momentum
        on
            sample_dates.ticker = momentum.ticker
            and sample_dates.date = momentum.date
    left join valuations
        on
            sample_dates.ticker = valuations.ticker
            and sample_dates.date = valuations.date
    left join ratios
        on
            sample_dates.ticker = ratios.ticker
            and sample_dates.date = ratios.date
    left join ranks
        on
            sample_dates.ticker = ranks.ticker
            and sample_dates.date = ranks.date
    left join statements
        on
            sample_dates.ticker = statements.ticker
            and sample_dates.date = statements.date

)

select * from joined
order by date, ticker
