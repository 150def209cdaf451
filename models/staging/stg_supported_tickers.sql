-- No panel is built from a market that is too dirty: dbt runs the tests that
-- limit the share of rejected rows before this.
-- depends_on: {{ ref('rejected_rows') }}

select
    ticker,
    exchange,
    asset_type,
    price_currency,
    start_date,
    end_date,
    listed_from
from {{ ref('base_supported_tickers') }}
where reason is null
