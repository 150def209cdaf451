{# What a symbol of common stock may end in, where there are several. #}
{% set share_class = '(-[ABC]|[AKL])' %}

with answers as (

    select * from {{ raw_json(
        'sec/company_tickers.json',
        {'companies': 'map(varchar, struct(cik_str bigint, ticker varchar, '
            ~ 'title varchar))'},
        is_record=false
    ) }}

),

submissions as (

    select * from {{ raw_json('sec/submissions/CIK*.json', {
        'cik': 'varchar',
        'tickers': 'varchar[]',
        'exchanges': 'varchar[]',
    }) }}

),

companies as (

    select * from {{ ref('sec_companies') }}

),

entries as (

    select unnest(map_entries(companies)) as entry
    from answers

),

-- The first of a company is what it is known by.
mapped as (

    select
        entry.value.cik_str as cik,
        {{ normalised_ticker('entry.value.ticker') }} as ticker,
        trim(entry.value.title) as name,
        row_number() over (
            partition by entry.value.cik_str
            order by try_cast(entry.key as integer)
        ) as place
    from entries

),

with_first as (

    select
        *,
        regexp_replace(
            first_value(ticker) over (partition by cik order by place),
            '{{ share_class }}$',
            ''
        ) as stem
    from mapped

),

-- Preferred stock, notes, warrants, rights and units are not the company.
common as (

    select *
    from with_first
    where
        place = 1
        or regexp_matches(ticker, '^' || stem || '{{ share_class }}?$')

),

exchanges as (

    select
        try_cast(cik as bigint) as cik,
        upper(unnest(tickers)) as ticker,
        upper(unnest(exchanges)) as exchange
    from submissions

)

select
    common.ticker,
    common.cik,
    exchanges.exchange,
    'CIK' || lpad(common.cik::varchar, 10, '0') as perma_ticker,
    coalesce(companies.name, common.name) as name
from common
inner join companies on common.cik = companies.cik
left join exchanges
    on
        common.cik = exchanges.cik
        and common.ticker = exchanges.ticker
qualify
    row_number() over (
        partition by common.ticker
        order by companies.last_filed desc, common.cik asc
    ) = 1
