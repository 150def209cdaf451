with items as (

    select * from {{ ref('sec_items') }}

),

trailing_years as (

    select * from {{ ref('sec_trailing_years') }}

),

tickers as (

    select * from {{ ref('sec_tickers') }}

),

periods as (

    select distinct
        cik,
        period_end,
        is_year_end,
        fiscal_year,
        fiscal_quarter
    from {{ ref('sec_periods') }}

),

catalogue as (

    select * from {{ ref('statement_items') }}

),

ratios as (

    unpivot (
        select
            cik,
            period_end,
            known_from,
            roa,
            roe,
            eps_qoq,
            revenue_qoq,
            piotroski_f_score
        from trailing_years
    )
    on columns(* exclude (cik, period_end, known_from))
    into name column_name value value

),

changed_ratios as (

    select
        ratios.*,
        catalogue.data_code
    from ratios
    inner join catalogue on ratios.column_name = catalogue.column_name
    qualify
        ratios.value is distinct from lag(ratios.value) over (
            partition by ratios.cik, ratios.period_end, ratios.column_name
            order by ratios.known_from
        )

),

-- Returns are of four quarters, and so of the year that ends with them.
values_known as (

    select
        cik,
        period_end,
        known_from,
        data_code,
        value,
        is_annual
    from items
    union all
    select
        cik,
        period_end,
        known_from,
        data_code,
        value,
        false as is_annual
    from changed_ratios
    union all
    select
        changed_ratios.cik,
        changed_ratios.period_end,
        changed_ratios.known_from,
        changed_ratios.data_code,
        changed_ratios.value,
        true as is_annual
    from changed_ratios
    inner join periods
        on
            changed_ratios.cik = periods.cik
            and changed_ratios.period_end = periods.period_end
    where
        changed_ratios.data_code in ('roa', 'roe', 'piotroskiFScore')
        and periods.is_year_end

)

select
    tickers.ticker,
    values_known.period_end as date,
    periods.fiscal_year as year,
    catalogue.statement_type as statementType,
    catalogue.data_code as dataCode,
    values_known.value,
    values_known.known_from as filing_date,
    if(values_known.is_annual, 0, periods.fiscal_quarter) as quarter
from values_known
inner join tickers on values_known.cik = tickers.cik
inner join periods
    on
        values_known.cik = periods.cik
        and values_known.period_end = periods.period_end
inner join catalogue on values_known.data_code = catalogue.data_code
