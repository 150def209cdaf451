{% set before_listing = "'before its ticker was listed'" %}
{% set after_listing = "'after its listing ended'" %}
{#
  No company was worth more than 1e13 USD, and none that is listed less than a
  thousand: values beyond are in another unit, or follow from share counts that
  are (216 of ICE, 1.8e16 of AEP in data of 2024).
#}
{% set market_cap_range = 'between 1e3 and 1e14' %}
{% set amount_range = 'between -1e14 and 1e14' %}
{% set multiple_range = 'between -1e9 and 1e9' %}
{#
  Another unit is a thousandfold, less what a day may move. Signature Bank fell
  to 1/540 the day that it was traded again.
#}
{% set jump_factor = 700 %}
{# Nearer to another level than to that of the values before. #}
{% set level_factor = 26 %}
{% set out_of_line = "' is out of line with those before'" %}

with source as not materialized (

    select * from {{ market_table('fundamentals_daily') }}

),

listings as (

    select * from {{ ref('base_listings') }}

),

renamed as not materialized (

    select
        {{ normalised_ticker() }} as ticker,
        try_cast(date as date) as date,
        {{ number_within('marketCap', market_cap_range) }} as market_cap,
        {{ number_within('enterpriseVal', amount_range) }} as enterprise_val,
        {{ number_within('peRatio', multiple_range) }} as pe_ratio,
        {{ number_within('pbRatio', multiple_range) }} as pb_ratio,
        {{ number_within('trailingPEG1Y', multiple_range) }}
            as trailing_peg_1y,
        {{ value_faults([
            (
                'marketCap',
                'double',
                {
                    '<= 0': 'is not positive',
                    'not ' ~ market_cap_range: 'is out of range',
                },
            ),
            (
                'enterpriseVal',
                'double',
                {'not ' ~ amount_range: 'is out of range'},
            ),
            ('peRatio', 'double', {'not ' ~ multiple_range: 'is out of range'}),
            ('pbRatio', 'double', {'not ' ~ multiple_range: 'is out of range'}),
            (
                'trailingPEG1Y',
                'double',
                {'not ' ~ multiple_range: 'is out of range'},
            ),
        ]) }} as value_faults,
        ticker as source_ticker,
        date as source_date
    from source

),

judged as not materialized (

    select
        renamed.*,
        coalesce(listings.is_in_scope, true) as is_listing_in_scope,
        case
            when renamed.ticker is null then 'no ticker'
            when renamed.date is null then 'no date'
            when renamed.date < date '1900-01-01' then 'date before 1900'
            when renamed.date > current_date then 'date in the future'
            when listings.ticker is null then 'ticker has no listing'
            when listings.reason is not null then listings.reason
            when renamed.date < listings.priced_from
                then {{ before_listing }}
            when renamed.date > listings.listed_until
                then {{ after_listing }}
        end as reason
    from renamed
    left join listings on renamed.ticker = listings.ticker
    where not {{ is_after_cutoff('renamed.date') }}

),

suspects as (

    select
        ticker,
        {{ dates_repeat('date') }} as may_be_copy,
        coalesce(max(market_cap) > {{ jump_factor }} * min(market_cap), false)
            as may_jump
    from judged
    where reason is null
    group by ticker
    having may_be_copy or may_jump

),

marked as not materialized (

    select
        judged.*,
        coalesce(suspects.may_be_copy, false) as may_be_copy
    from judged
    left join suspects on judged.ticker = suspects.ticker

),

-- Ranking is dear: only tickers that have copies are ranked.
ranked as not materialized (

    select
        *,
        1 as copy_number
    from marked
    where not may_be_copy
    union all
    select
        *,
        row_number() over (
            partition by ticker, date, reason
            order by
                market_cap desc nulls last,
                enterprise_val desc nulls last,
                pe_ratio desc nulls last,
                pb_ratio desc nulls last,
                trailing_peg_1y desc nulls last,
                concat_ws(' ', source_ticker, source_date) asc
        ) as copy_number
    from marked
    where may_be_copy

),

described as not materialized (

    select
        *,
        coalesce(
            reason,
            case
                when copy_number > 1
                    then 'second row for its ticker and date'
            end
        ) as final_reason
    from ranked

),

market_moves as (

    select
        described.ticker,
        described.date,
        described.market_cap / lag(described.market_cap) over (
            partition by described.ticker
            order by described.date
        ) as value_move
    from described
    inner join suspects on described.ticker = suspects.ticker
    where
        suspects.may_jump
        and described.final_reason is null
        and described.market_cap is not null

),

-- Where the value is after each jump, over where it was before the first.
jumps as (

    select
        ticker,
        date as first_date,
        coalesce(lead(date) over by_day, date '9999-12-31') as next_date,
        product(value_move) over by_day as value_level
    from market_moves
    where {{ is_beyond('value_move', jump_factor) }}
    window by_day as (partition by ticker order by date)

),

implausible as (

    select *
    from jumps
    where {{ is_beyond('value_level', level_factor) }}

),

-- Enterprise value follows from market value: near a wrong one it is wrong.
with_implausible as (

    select
        described.*,
        implausible.ticker is not null as is_implausible,
        coalesce(
            is_implausible
            and not {{ is_beyond(
                'abs(described.enterprise_val) / described.market_cap',
                level_factor
            ) }},
            false
        ) as is_enterprise_implausible
    from described
    left join implausible
        on
            described.ticker = implausible.ticker
            and described.date >= implausible.first_date
            and described.date < implausible.next_date
            and described.final_reason is null
            and described.market_cap is not null

),

judged_in_line as (

    select
        * replace (
            case
                when is_enterprise_implausible
                    then list_concat(
                        value_faults,
                        [
                            'marketCap' || {{ out_of_line }},
                            'enterpriseVal' || {{ out_of_line }}
                        ]
                    )
                when is_implausible
                    then list_append(
                        value_faults, 'marketCap' || {{ out_of_line }}
                    )
                else value_faults
            end as value_faults,
            case when not is_implausible then market_cap end as market_cap,
            case
                when not is_enterprise_implausible then enterprise_val
            end as enterprise_val
        )
    from with_implausible

)

select
    ticker,
    date,
    market_cap,
    enterprise_val,
    pe_ratio,
    pb_ratio,
    trailing_peg_1y,
    value_faults,
    final_reason as reason,
    is_listing_in_scope
    and coalesce(
        final_reason not in ({{ before_listing }}, {{ after_listing }}), true
    ) as is_in_scope,
    case
        when final_reason is not null or value_faults is not null
            then concat_ws(' ', source_ticker, source_date)
    end as key
from judged_in_line
