{% set name_stems = [
    'Alder', 'Amber', 'Arden', 'Aspen', 'Avon', 'Beacon', 'Birch', 'Blue Hill',
    'Boreal', 'Bright', 'Calder', 'Canyon', 'Cedar', 'Cobalt', 'Copper',
    'Crane', 'Crest', 'Delta', 'Dover', 'Eagle', 'Easton', 'Elm', 'Ember',
    'Fairview', 'Falcon', 'Fern', 'Fox', 'Garnet', 'Glen', 'Granite',
    'Harbor', 'Hawk', 'Hazel', 'Heron', 'High Point', 'Holly', 'Indigo',
    'Iron', 'Ivory', 'Jasper', 'Juniper', 'Keystone', 'Lake', 'Lark', 'Laurel',
    'Linden', 'Maple', 'Marble', 'Meadow', 'Mesa', 'Mill', 'North', 'Oak',
    'Ocean', 'Onyx', 'Orchard', 'Pine', 'Pioneer', 'Prairie', 'Quarry',
    'Raven', 'Red', 'Ridge', 'River', 'Rowan', 'Sable', 'Sage', 'Silver',
    'Slate', 'Spruce', 'Stone', 'Summit', 'Teal', 'Thorn', 'Timber', 'Vale',
    'Walnut', 'West', 'Willow', 'Wren',
] %}
{% set name_endings = [
    'bank', 'bridge', 'brook', 'bury', 'crest', 'dale', 'field', 'ford',
    'gate', 'haven', 'hurst', 'land', 'ley', 'line', 'mark', 'mere', 'mont',
    'mount', 'point', 'port', 'ridge', 'shore', 'side', 'stead', 'ton', 'vale',
    'view', 'ville', 'ward', 'way', 'well', 'wick', 'wood', 'worth',
] %}
{% set name_suffixes = [
    'Inc.', 'Corporation', 'Company', 'Group', 'Holdings',
] %}
{% set domestic_locations = [
    'Atlanta, Georgia', 'Austin, Texas', 'Baltimore, Maryland',
    'Birmingham, Alabama', 'Boise, Idaho', 'Boston, Massachusetts',
    'Charlotte, North Carolina', 'Chicago, Illinois', 'Cincinnati, Ohio',
    'Columbus, Ohio', 'Dallas, Texas', 'Denver, Colorado',
    'Des Moines, Iowa', 'Detroit, Michigan', 'Hartford, Connecticut',
    'Houston, Texas', 'Indianapolis, Indiana', 'Irvine, California',
    'Kansas City, Missouri', 'Los Angeles, California',
    'Louisville, Kentucky', 'Memphis, Tennessee', 'Miami, Florida',
    'Milwaukee, Wisconsin', 'Minneapolis, Minnesota', 'Nashville, Tennessee',
    'New York, New York', 'Omaha, Nebraska', 'Philadelphia, Pennsylvania',
    'Phoenix, Arizona', 'Pittsburgh, Pennsylvania', 'Portland, Oregon',
    'Richmond, Virginia', 'Salt Lake City, Utah', 'San Diego, California',
    'San Francisco, California', 'San Jose, California',
    'Seattle, Washington', 'Stamford, Connecticut', 'Tampa, Florida',
] %}
{% set foreign_locations = ['Dublin', 'Hamilton', 'London', 'Toronto'] %}

with industries as (

    select * from {{ ref('simulated_industries') }}

),

sectors as (

    select * from {{ ref('simulated_sectors') }}

),

numbers as (

    select
        number,
        -- A multiplier prime to 26 scatters the numbers without a collision.
        cast((number * 123457) % pow(26, 4) as integer) as ticker_number
    from
        generate_series(1, {{ var('simulated_tickers') }}) as numbers (number)

),

tickers as (

    select
        number,
        -- Five letters from Z on: no listed share looks like that.
        concat(
            'Z',
            chr(65 + ticker_number // 17576),
            chr(65 + ticker_number // 676 % 26),
            chr(65 + ticker_number // 26 % 26),
            chr(65 + ticker_number % 26)
        ) as ticker
    from numbers

),

industry_draws as (

    select
        *,
        1 + cast(
            floor(
                (select count(*) from industries)
                * {{ simulated_uniform('industry', 'ticker') }}
            ) as integer
        ) as industry_number,
        {{ simulated_uniform('foreign', 'ticker') }} < 0.04 as is_foreign
    from tickers

),

companies as (

    select
        industry_draws.number,
        industry_draws.ticker,
        industry_draws.is_foreign,
        industries.sector,
        industries.industry,
        industries.sic_code,
        industries.sic_sector,
        industries.sic_industry,
        sectors.assets_to_equity,
        sectors.gross_margin,
        sectors.gross_profitability,
        sectors.plant_weight,
        sectors.inventory_weight,
        sectors.intangibles_weight,
        sectors.research_chance,
        sectors.dividend_chance
    from industry_draws
    inner join industries
        on industry_draws.industry_number = industries.industry_number
    inner join sectors
        on industries.sector = sectors.sector

)

select
    ticker,
    'US' || lpad(cast(number as varchar), 12, '0') as perma_ticker,
    concat_ws(
        ' ',
        {{ simulated_pick(name_stems, 'name stem', 'ticker') }}
        || {{ simulated_pick(name_endings, 'name ending', 'ticker') }},
        regexp_extract(industry, '^[A-Za-z]+'),
        {{ simulated_pick(name_suffixes, 'name suffix', 'ticker') }}
    ) as name,
    sector,
    industry,
    sic_code,
    sic_sector,
    sic_industry,
    is_foreign,
    case
        when is_foreign
            then {{ simulated_pick(foreign_locations, 'city', 'ticker') }}
        else {{ simulated_pick(domestic_locations, 'city', 'ticker') }}
    end as location,
    sector = 'Financials' as is_financial,
    industry in ('Banks', 'Savings Institutions') as takes_deposits,
    {{ simulated_uniform('research', 'ticker') }} < research_chance
        as reports_research,
    case
        when {{ simulated_uniform('dividends', 'ticker') }} < dividend_chance
            then {{ simulated_between(0.002, 0.010, 'dividend', 'ticker') }}
        else 0
    end as quarterly_dividend_yield,
    case
        when {{ simulated_uniform('minorities', 'ticker') }} < 0.15
            then {{ simulated_between(0.01, 0.10, 'minority share', 'ticker') }}
        else 0
    end as minority_share,
    case
        when {{ simulated_uniform('preferred', 'ticker') }} < 0.08
            then {{ simulated_between(0.01, 0.04, 'preferred rate', 'ticker') }}
        else 0
    end as preferred_share,
    {{ simulated_uniform('trades abroad', 'ticker') }} < 0.6 as trades_abroad,
    -- With December for nine in ten.
    case
        when {{ simulated_uniform('fiscal year', 'ticker') }} < 0.90 then 4
        else 1 + cast(
            floor(4 * {{ simulated_uniform('year end', 'ticker') }}) as integer
        )
    end as fiscal_year_end_quarter,
    {{ simulated_between(25, 36, 'quarterly report', 'ticker') }}
        as quarterly_filing_days,
    {{ simulated_between(45, 78, 'annual report', 'ticker') }}
        as annual_filing_days,
    1 + (assets_to_equity - 1)
    * exp(0.4 * {{ simulated_normal('leverage', 'ticker') }})
        as assets_to_equity,
    gross_profitability
    * exp(0.1 * {{ simulated_normal('profitability', 'ticker') }})
        as gross_profitability,
    least(
        greatest(
            gross_margin
            + 0.12 * {{ simulated_normal('gross margin', 'ticker') }}, 0.08
        ), 0.92
    ) as gross_margin,
    {{ simulated_normal('operating leverage', 'ticker') }}
        as operating_leverage_score,
    {{ simulated_between(0, 0.15, 'seasonality', 'ticker') }} as seasonality,
    {{ simulated_between(0, 4, 'season', 'ticker') }} as season,
    {{ simulated_between(0.2, 0.8, 'cash', 'ticker') }} as cash_weight,
    {{ simulated_between(0.2, 0.7, 'receivables', 'ticker') }}
        as receivables_weight,
    inventory_weight * {{ simulated_between(0.4, 1.6, 'inventory', 'ticker') }}
        as inventory_weight,
    plant_weight * {{ simulated_between(0.4, 1.6, 'plant', 'ticker') }}
        as plant_weight,
    intangibles_weight
    * {{ simulated_between(0.2, 1.8, 'intangibles', 'ticker') }}
        as intangibles_weight,
    {{ simulated_between(0, 0.5, 'securities', 'ticker') }}
    * case when sector = 'Financials' then 8 else 1 end as securities_weight,
    {{ simulated_between(0.2, 0.6, 'current liabilities', 'ticker') }}
        as current_liabilities_share,
    {{ simulated_between(0, 0.3, 'current debt', 'ticker') }}
        as current_debt_share,
    {{ simulated_between(0.1, 0.8, 'debt', 'ticker') }} as long_term_debt_share,
    {{ simulated_between(0.03, 0.065, 'interest', 'ticker') }} as interest_rate
from companies
order by ticker
