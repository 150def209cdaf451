{% set source_key %}concat_ws(
        ' ',
        source_ticker,
        source_date,
        source_year,
        source_quarter,
        source_statement_type,
        source_data_code
    ){% endset %}
{# The largest, total assets in rials or dong, are below 1e17; the smallest are
   earnings of a share, and ratios. #}
{% set value_range = 'between 1e-9 and 1e18' %}
{% set items = statement_items() %}
{% set before_listing = "'known before its ticker was listed'" %}
{% set after_listing = "'period ends after its listing'" %}
-- depends_on: {{ ref('statement_items') }}

with source as not materialized (

    select * from {{ market_table('fundamentals_statements') }}

),

listings as (

    select * from {{ ref('base_listings') }}

),

-- In Tiingo's spelling, which differs from others in its capitals.
items as (

    {% for item in items %}
        select
            '{{ item.data_code }}' as data_code,
            '{{ item.data_code | lower }}' as lower_case_code
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

-- Read twice rather than kept in memory once.
renamed as not materialized (

    select
        {{ normalised_ticker() }} as ticker,
        try_cast(date as date) as period_end,
        try_cast(year as integer) as fiscal_year,
        try_cast(quarter as integer) as fiscal_quarter,
        case lower(trim(statementType))
            {% for type in items | map(attribute='statement_type') | unique %}
                when '{{ type | lower }}' then '{{ type }}'
            {% endfor %}
            else {{ given_text('statementType') }}
        end as statement_type,
        {{ given_text('dataCode') }} as source_code,
        {{ finite_number('value') }} as value,
        -- On the period's last day nobody has filed.
        nullif(try_cast(filing_date as date), try_cast(date as date))
            as filing_date,
        coalesce(
            try_cast(filing_date as date) = try_cast(date as date), false
        ) as is_filed_at_end,
        {{ is_given('value') }} as has_value,
        {{ is_unreadable('filing_date', 'date') }} as is_filing_date_unreadable,
        ticker as source_ticker,
        date as source_date,
        year as source_year,
        quarter as source_quarter,
        statementType as source_statement_type,
        dataCode as source_data_code
    from source

),

judged as not materialized (

    select
        renamed.*,
        coalesce(items.data_code, renamed.source_code) as data_code,
        coalesce(listings.is_in_scope, true) as is_listing_in_scope,
        case
            when renamed.ticker is null then 'no ticker'
            when renamed.period_end is null then 'no date'
            when renamed.statement_type is null then 'no statementType'
            when renamed.source_code is null then 'no dataCode'
            when renamed.fiscal_year is null then 'no year'
            when
                renamed.fiscal_quarter is null
                or renamed.fiscal_quarter not between 0 and 4
                then 'quarter is not 0 to 4'
            when renamed.has_value and renamed.value is null
                then 'value is not a number'
            when
                renamed.value <> 0
                and abs(renamed.value) not {{ value_range }}
                then 'value is out of range'
            when renamed.is_filing_date_unreadable
                then 'filing_date is not a date'
            when
                least(renamed.period_end, renamed.filing_date)
                < date '1900-01-01'
                then 'date before 1900'
            when
                greatest(renamed.period_end, renamed.filing_date)
                > current_date
                then 'date in the future'
            when renamed.filing_date < renamed.period_end
                then 'filed before its period ended'
            when listings.ticker is null then 'ticker has no listing'
            when listings.reason is not null then listings.reason
            when
                {{ known_from(
                    'renamed.period_end',
                    'renamed.filing_date',
                    'renamed.fiscal_quarter'
                ) }} < listings.listed_from
                then {{ before_listing }}
            when renamed.period_end > listings.listed_until
                then {{ after_listing }}
        end as reason
    from renamed
    left join items on lower(renamed.source_code) = items.lower_case_code
    left join listings on renamed.ticker = listings.ticker
    where
        not {{ is_after_cutoff(
            'greatest(renamed.period_end, renamed.filing_date)'
        ) }}

),

hashed as not materialized (

    select
        *,
        hash(
            ticker,
            period_end,
            fiscal_quarter = 0,
            filing_date
        ) as filing_hash
    from judged

),

-- By filing, not by key: a hundredth of the groups.
filings_with_copies as (

    select filing_hash
    from hashed
    where reason is null
    group by filing_hash
    having count(*) > list_unique(list(hash(statement_type, data_code)))

),

marked as not materialized (

    select
        hashed.*,
        filings_with_copies.filing_hash is not null as may_be_copy
    from hashed
    left join filings_with_copies
        on hashed.filing_hash = filings_with_copies.filing_hash

),

-- Ranking is dear: only rows of filings with a copy in them are ranked.
ranked as (

    select
        *,
        1 as copy_number
    from marked
    where not may_be_copy
    union all
    select
        *,
        row_number() over (
            partition by
                ticker,
                period_end,
                fiscal_quarter = 0,
                statement_type,
                data_code,
                filing_date,
                reason
            order by
                fiscal_year desc,
                fiscal_quarter desc,
                value desc nulls last,
                {{ source_key }} asc
        ) as copy_number
    from marked
    where may_be_copy

),

described as (

    select
        *,
        coalesce(
            reason,
            case when copy_number > 1 then 'second row for its key' end
        ) as final_reason
    from ranked

)

select
    ticker,
    period_end,
    fiscal_year,
    fiscal_quarter,
    statement_type,
    data_code,
    value,
    filing_date,
    is_filed_at_end,
    is_listing_in_scope
    and coalesce(
        final_reason not in ({{ before_listing }}, {{ after_listing }}), true
    ) as is_in_scope,
    case when final_reason is not null then {{ source_key }} end as key,
    final_reason as reason
from described
