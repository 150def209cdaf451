{#
  Tiingo's names of the US exchanges, over-the-counter markets and the quotes
  of mutual funds (NMFQS).
#}
{% set known_exchanges = [
    'AMEX',
    'ARCA',
    'BATS',
    'CBOE',
    'EXPM',
    'IEX',
    'NASDAQ',
    'NMFQS',
    'NYSE',
    'NYSE AMERICAN',
    'NYSE ARCA',
    'NYSE MKT',
    'NYSE NAT',
    'OTC',
    'OTCBB',
    'OTCCE',
    'OTCD',
    'OTCGREY',
    'OTCMKTS',
    'OTCQB',
    'OTCQX',
    'PINK',
] %}
{#
  Days around the market's first price within which a listing's start says no
  more than that the data begin there.
#}
{% set days_of_data_start = 7 %}
{#
  Listings do not start, or end, by the dozen on one day: where this share of
  them does (and at least so many), a vendor's data begin there, or a list was
  downloaded. In Tiingo's list of 2019, 682 of 27,000 start on 2016-01-04.
#}
{% set pile_share = 0.005 %}
{% set pile_size = 5 %}
{#
  Tiingo's end of a live stock is the day of its newest price when the list was
  made. Rarely traded ones have none for days.
#}
{% set days_of_list_end = 10 %}

with source as (

    select * from {{ market_table('supported_tickers') }}

),

prices as (

    select * from {{ market_table('daily_adjusted') }}

),

priced as (

    select
        {{ normalised_ticker() }} as ticker,
        min({{ possible_date('date') }}) as first_date
    from prices
    where not {{ is_after_cutoff('try_cast(date as date)') }}
    group by 1

),

-- SPY is the benchmark, whatever its listing says.
renamed as (

    select
        {{ normalised_ticker() }} as ticker,
        upper({{ given_text('exchange') }}) as exchange,
        upper({{ given_text('priceCurrency') }}) as price_currency,
        {{ possible_date('startDate') }} as start_date,
        {{ possible_date('endDate') }} as end_date,
        {{ value_faults([
            (
                'startDate',
                'date',
                {'> try_cast("endDate" as date)': 'is after endDate'},
            ),
            ('endDate', 'date', {}),
        ]) }} as value_faults,
        case
            when {{ normalised_ticker() }} = 'SPY' then 'etf'
            else lower({{ given_text('assetType') }})
        end as asset_type,
        concat_ws(' ', ticker, exchange, startDate) as key
    from source

),

matched as (

    select
        renamed.*,
        priced.ticker is not null as has_prices,
        coalesce(renamed.asset_type in ('etf', 'mutual fund'), false)
            as is_fund,
        coalesce(renamed.price_currency <> 'USD', false) as is_foreign
    from renamed
    left join priced on renamed.ticker = priced.ticker

),

judged as (

    select
        *,
        case
            when ticker is null then 'no ticker'
            when ticker = 'SPY' or is_fund then null
            when asset_type is null or asset_type <> 'stock'
                then 'unknown asset type'
            when
                not is_foreign
                and not list_contains({{ sql_list(known_exchanges) }}, exchange)
                then 'unknown exchange'
        end as fault
    from matched

),

-- A symbol used again is listed twice: the newest listing is the one that the
-- prices and statements of that symbol belong to.
ranked as (

    select
        *,
        row_number() over (
            partition by ticker, fault
            order by
                end_date desc nulls last,
                start_date desc nulls last,
                asset_type desc nulls last,
                exchange asc nulls last,
                price_currency asc nulls last,
                key asc
        ) as copy_number,
        row_number() over (
            partition by
                ticker,
                fault,
                end_date,
                start_date,
                asset_type,
                exchange,
                price_currency
        ) as identical_copy_number
    from judged

),

-- Several listings of a symbol are normal, the same one twice is not.
described as (

    select
        *,
        coalesce(
            fault,
            case
                when copy_number > 1 then 'second row for its ticker'
                when ticker = 'SPY' then null
                when is_fund then 'fund, not a stock'
                when not has_prices then 'no prices in daily_adjusted'
                when is_foreign then 'prices are not in USD'
            end
        ) as reason,
        ticker is null
        or ticker = 'SPY'
        or (
            has_prices
            and not is_fund
            and not is_foreign
            and (
                fault is not null
                or copy_number = 1
                or identical_copy_number > 1
            )
        ) as is_in_scope
    from ranked

),

-- What the dates of the stocks in use say together.
market as (

    select
        (select min(priced.first_date) from priced) as first_date,
        max(end_date) as last_end_date,
        greatest({{ pile_share }} * count(*), {{ pile_size }}) as pile
    from described
    where reason is null and ticker <> 'SPY'

),

piled as (

    select
        *,
        count(*) filter (where reason is null)
            over (partition by start_date) as starts_on_its_day,
        count(*) filter (where reason is null)
            over (partition by end_date) as ends_on_its_day
    from described

),

bounded as (

    select
        piled.*,
        market.first_date + {{ days_of_data_start }} as data_started,
        case
            when
                piled.start_date <= coalesce(piled.end_date, current_date)
                then piled.start_date
        end as believed_start,
        piled.starts_on_its_day >= market.pile
        or piled.start_date
        between market.first_date - {{ days_of_data_start }}
        and market.first_date + {{ days_of_data_start }} as is_data_start,
        piled.ends_on_its_day >= market.pile
        or piled.end_date < piled.start_date
        or piled.end_date
        >= market.last_end_date - {{ days_of_list_end }} as is_open
    from piled
    cross join market

)

select
    ticker,
    exchange,
    asset_type,
    price_currency,
    start_date,
    end_date,
    key,
    value_faults,
    reason,
    is_in_scope,
    case when believed_start > data_started then believed_start end
        as priced_from,
    case when not is_data_start then believed_start end as listed_from,
    case when not is_open then end_date end as listed_until
from bounded
