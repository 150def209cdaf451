with source as (

    select * from {{ market_table('daily_adjusted') }}

),

listings as (

    select ticker from {{ ref('stg_supported_tickers') }}

),

renamed as (

    select
        {{ normalised_ticker() }} as ticker,
        try_cast(date as date) as date,
        {{ finite_number('close') }} as close,
        {{ finite_number('"adjClose"') }} as adj_close,
        {{ finite_number('"adjVolume"') }} as adj_volume,
        concat_ws(' ', ticker, date) as key
    from source

),

judged as (

    select
        renamed.*,
        case
            when renamed.ticker is null then 'no ticker'
            when renamed.date is null then 'no date'
            when renamed.date > current_date then 'date in the future'
            when isodow(renamed.date) > 5 then 'date on a weekend'
            when listings.ticker is null then 'ticker has no listing'
            when renamed.adj_close is null or renamed.adj_close <= 0
                then 'adjClose is not a positive number'
        end as reason
    from renamed
    left join listings on renamed.ticker = listings.ticker
    where not {{ is_after_cutoff('renamed.date') }}

),

ranked as (

    select
        *,
        row_number() over (
            partition by ticker, date, reason
            order by adj_volume desc nulls last, adj_close desc, close desc
        ) as copy_number
    from judged

)

select
    ticker,
    date,
    close,
    adj_close,
    key,
    case when adj_volume >= 0 then adj_volume end as adj_volume,
    coalesce(
        reason,
        case when copy_number > 1 then 'second row for its ticker and date' end
    ) as reason
from ranked
order by ticker, date
