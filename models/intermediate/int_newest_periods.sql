with sample_dates as (

    select * from {{ ref('int_sample_dates') }}

),

versions as (

    select
        ticker,
        is_annual,
        fiscal_index,
        known_from,
        period_end
    from {{ ref('int_statement_versions') }}

),

-- A late restatement of an older period must not displace a newer one; of two
-- periods first known on one day only the newer one counts.
newest_when_known as (

    select *
    from versions
    qualify
        fiscal_index = max(fiscal_index) over (
            partition by ticker, is_annual
            order by known_from
            range between unbounded preceding and current row
        )

),

kinds as (

    select unnest([false, true]) as is_annual

),

wanted as (

    select
        sample_dates.ticker,
        sample_dates.date,
        kinds.is_annual
    from sample_dates
    cross join kinds

)

select
    wanted.ticker,
    wanted.date,
    wanted.is_annual,
    newest_when_known.fiscal_index,
    newest_when_known.period_end
from wanted
asof join newest_when_known
    on
        wanted.ticker = newest_when_known.ticker
        and wanted.is_annual = newest_when_known.is_annual
        and wanted.date >= newest_when_known.known_from
where
    wanted.date - newest_when_known.period_end
    <= {{ var('statement_max_age') }}
