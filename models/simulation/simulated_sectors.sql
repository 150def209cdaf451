-- Typical levels, rounded: enough that sectors differ as they do in reality.
with sectors (
    sector,
    assets_to_equity,
    gross_margin,
    gross_profitability,
    plant_weight,
    inventory_weight,
    intangibles_weight,
    research_chance,
    dividend_chance
) as (

    values
    ('Communication Services', 2.6, 0.52, 0.26, 0.9, 0.1, 1.0, 0.5, 0.45),
    ('Consumer Discretionary', 2.4, 0.38, 0.33, 0.8, 0.8, 0.4, 0.4, 0.50),
    ('Consumer Staples', 2.4, 0.36, 0.32, 0.8, 0.7, 0.7, 0.6, 0.75),
    ('Energy', 2.1, 0.40, 0.19, 2.2, 0.2, 0.2, 0.3, 0.65),
    ('Financials', 6.5, 0.70, 0.09, 0.1, 0.0, 0.2, 0.0, 0.80),
    ('Health Care', 2.0, 0.55, 0.31, 0.4, 0.4, 1.0, 0.9, 0.30),
    ('Industrials', 2.4, 0.30, 0.28, 0.8, 0.6, 0.7, 0.7, 0.65),
    ('Information Technology', 1.9, 0.54, 0.31, 0.3, 0.3, 0.9, 1.0, 0.40),
    ('Materials', 2.3, 0.28, 0.24, 1.4, 0.6, 0.4, 0.6, 0.70),
    ('Real Estate', 2.5, 0.55, 0.12, 2.8, 0.0, 0.1, 0.0, 0.90),
    ('Utilities', 3.6, 0.42, 0.12, 3.0, 0.1, 0.1, 0.1, 0.95)

)

select
    sector,
    assets_to_equity,
    gross_margin,
    gross_profitability,
    plant_weight,
    inventory_weight,
    intangibles_weight,
    research_chance,
    dividend_chance
from sectors
order by sector
