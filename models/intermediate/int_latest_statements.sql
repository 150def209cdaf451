-- depends_on: {{ ref('statement_items') }}

with sample_dates as (

    select * from {{ ref('int_sample_dates') }}

),

versions as (

    select * from {{ ref('int_statement_versions') }}

),

-- A late restatement of an older quarter must not displace a newer quarter;
-- of two quarters first known on one day only the newer one counts.
newest_when_known as (

    select *
    from versions
    qualify
        fiscal_index = max(fiscal_index) over (
            partition by ticker
            order by known_from
            range between unbounded preceding and current row
        )

)

select
    sample_dates.ticker,
    sample_dates.date,
    newest_when_known.fiscal_index,
    newest_when_known.known_from,
    {% for item in statement_items() %}
        newest_when_known.{{ item.column_name }},
    {% endfor %}
    newest_when_known.period_end
from sample_dates
asof join newest_when_known
    on
        sample_dates.ticker = newest_when_known.ticker
        and sample_dates.date >= newest_when_known.known_from
where
    sample_dates.date - newest_when_known.period_end
    <= {{ var('statement_max_age') }}
order by sample_dates.ticker, sample_dates.date
