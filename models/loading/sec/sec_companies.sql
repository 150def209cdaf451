with submissions as (

    select * from {{ raw_json('sec/submissions/CIK*.json', {
        'cik': 'varchar',
        'name': 'varchar',
        'sic': 'varchar',
        'sicDescription': 'varchar',
        'website': 'varchar',
        'fiscalYearEnd': 'varchar',
        'addresses': 'struct(business struct(city varchar, '
            ~ '"stateOrCountryDescription" varchar))',
    }) }}

),

facts as (

    select * from {{ ref('sec_facts') }}

),

sectors as (

    select * from {{ ref('sic_sectors') }}

),

described as (

    select
        try_cast(cik as bigint) as cik,
        {{ given_text('name') }} as name,
        try_cast(sic as integer) as sic_code,
        {{ given_text('sicDescription') }} as sic_industry,
        {{ given_text('website') }} as website,
        left(fiscalYearEnd, 2) || '-' || right(fiscalYearEnd, 2)
            as fiscal_year_end,
        concat_ws(
            ', ',
            nullif(addresses['business']['city'], ''),
            nullif(addresses['business']['stateOrCountryDescription'], '')
        ) as location
    from submissions

),

counted as (

    select
        cik,
        filed,
        unit,
        count(*) as num_facts
    from facts
    where regexp_matches(unit, '^[A-Z]{3}$')
    group by cik, filed, unit

),

-- What is also told in dollars, for convenience, is told of fewer periods.
currencies as (

    select
        cik,
        unit as reporting_currency
    from counted
    qualify
        row_number() over (
            partition by cik
            order by filed desc, num_facts desc, unit asc
        ) = 1

),

filers as (

    select
        cik,
        max(filed) as last_filed,
        coalesce(
            arg_max(form, filed) filter (
                where regexp_matches(form, '^(10-K|20-F|40-F)')
            ) like '20-F%',
            false
        ) as files_foreign_reports
    from facts
    group by cik

)

select
    filers.cik,
    described.name,
    described.sic_code,
    described.sic_industry,
    sectors.sector,
    sectors.industry,
    sectors.accounts,
    currencies.reporting_currency,
    described.fiscal_year_end,
    described.website,
    filers.files_foreign_reports,
    filers.last_filed,
    nullif(described.location, '') as location
from filers
left join currencies on filers.cik = currencies.cik
left join described on filers.cik = described.cik
left join sectors
    on described.sic_code between sectors.sic_from and sectors.sic_to
