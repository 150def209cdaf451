with industries (sector, industry, sic_code, sic_industry) as (

    values
    (
        'Communication Services', 'Telecom Services', 4813,
        'Telephone Communications'
    ),
    (
        'Communication Services', 'Entertainment', 7812,
        'Motion Picture Production'
    ),
    (
        'Communication Services', 'Interactive Media', 7375,
        'Information Retrieval Services'
    ),
    ('Communication Services', 'Publishing', 2711, 'Newspapers'),
    (
        'Consumer Discretionary', 'Apparel Retail', 5651,
        'Family Clothing Stores'
    ),
    ('Consumer Discretionary', 'Auto Parts', 3714, 'Motor Vehicle Parts'),
    ('Consumer Discretionary', 'Home Construction', 1531, 'Operative Builders'),
    ('Consumer Discretionary', 'Leisure', 7990, 'Amusement Services'),
    ('Consumer Discretionary', 'Lodging', 7011, 'Hotels and Motels'),
    ('Consumer Discretionary', 'Restaurants', 5812, 'Eating Places'),
    (
        'Consumer Discretionary', 'Specialty Retail', 5940,
        'Shopping Goods Stores'
    ),
    ('Consumer Staples', 'Beverages', 2086, 'Bottled Soft Drinks'),
    ('Consumer Staples', 'Grocery Stores', 5411, 'Grocery Stores'),
    ('Consumer Staples', 'Household Products', 2840, 'Soap and Cosmetics'),
    ('Consumer Staples', 'Packaged Foods', 2000, 'Food Products'),
    ('Energy', 'Oil & Gas Equipment', 3533, 'Oil Field Machinery'),
    ('Energy', 'Oil & Gas Exploration', 1311, 'Crude Petroleum'),
    ('Energy', 'Oil & Gas Midstream', 4922, 'Natural Gas Transmission'),
    ('Energy', 'Oil & Gas Refining', 2911, 'Petroleum Refining'),
    ('Financials', 'Asset Management', 6282, 'Investment Advice'),
    ('Financials', 'Banks', 6022, 'State Commercial Banks'),
    ('Financials', 'Capital Markets', 6211, 'Security Brokers'),
    ('Financials', 'Consumer Finance', 6141, 'Personal Credit Institutions'),
    ('Financials', 'Insurance', 6331, 'Fire and Casualty Insurance'),
    ('Financials', 'Savings Institutions', 6035, 'Savings Institutions'),
    ('Health Care', 'Biotechnology', 2836, 'Biological Products'),
    ('Health Care', 'Health Care Facilities', 8062, 'Hospitals'),
    ('Health Care', 'Health Care Plans', 6324, 'Hospital Service Plans'),
    ('Health Care', 'Life Science Tools', 3826, 'Laboratory Instruments'),
    ('Health Care', 'Medical Devices', 3841, 'Surgical Instruments'),
    ('Health Care', 'Pharmaceuticals', 2834, 'Pharmaceutical Preparations'),
    ('Industrials', 'Aerospace & Defense', 3728, 'Aircraft Parts'),
    ('Industrials', 'Airlines', 4512, 'Air Transportation'),
    ('Industrials', 'Building Products', 3430, 'Heating and Plumbing'),
    ('Industrials', 'Construction', 1600, 'Heavy Construction'),
    ('Industrials', 'Electrical Equipment', 3620, 'Electrical Apparatus'),
    ('Industrials', 'Industrial Machinery', 3560, 'General Machinery'),
    ('Industrials', 'Railroads', 4011, 'Railroads'),
    ('Industrials', 'Staffing', 7363, 'Help Supply Services'),
    ('Industrials', 'Trucking', 4213, 'Trucking'),
    (
        'Information Technology', 'Communication Equipment', 3663,
        'Communications Equipment'
    ),
    (
        'Information Technology', 'Computer Hardware', 3571,
        'Electronic Computers'
    ),
    (
        'Information Technology', 'Electronic Components', 3670,
        'Electronic Components'
    ),
    ('Information Technology', 'IT Services', 7374, 'Data Processing'),
    (
        'Information Technology', 'Semiconductor Equipment', 3559,
        'Special Machinery'
    ),
    ('Information Technology', 'Semiconductors', 3674, 'Semiconductors'),
    ('Information Technology', 'Software', 7372, 'Prepackaged Software'),
    ('Materials', 'Chemicals', 2810, 'Industrial Chemicals'),
    ('Materials', 'Containers', 2650, 'Paperboard Containers'),
    ('Materials', 'Gold', 1040, 'Gold and Silver Ores'),
    ('Materials', 'Paper', 2621, 'Paper Mills'),
    ('Materials', 'Steel', 3312, 'Steel Works'),
    ('Real Estate', 'Industrial REITs', 6798, 'Real Estate Investment Trusts'),
    ('Real Estate', 'Office REITs', 6798, 'Real Estate Investment Trusts'),
    ('Real Estate', 'Real Estate Services', 6531, 'Real Estate Agents'),
    ('Real Estate', 'Residential REITs', 6798, 'Real Estate Investment Trusts'),
    ('Utilities', 'Electric Utilities', 4911, 'Electric Services'),
    ('Utilities', 'Gas Utilities', 4924, 'Natural Gas Distribution'),
    ('Utilities', 'Independent Power', 4991, 'Cogeneration Services'),
    ('Utilities', 'Water Utilities', 4941, 'Water Supply')

)

select
    sector,
    industry,
    sic_code,
    sic_industry,
    cast(row_number() over (order by sector, industry) as integer)
        as industry_number,
    case
        when sic_code < 1500 then 'Mining'
        when sic_code < 2000 then 'Construction'
        when sic_code < 4000 then 'Manufacturing'
        when sic_code < 5000 then 'Transportation & Public Utilities'
        when sic_code < 6000 then 'Retail Trade'
        when sic_code < 7000 then 'Finance, Insurance & Real Estate'
        else 'Services'
    end as sic_sector
from industries
order by industry_number
