{#
  A part may be this much larger than its whole: rounding.
#}
{% set rounding = 1.01 %}
{#
  Parts that are this many times their whole: one is wrong itself, with two it
  is the whole. Nor does a company earn, or owe, so many times its assets.
#}
{% set far_factor = 100 %}
{#
  Current assets are at least a thousandth of total assets. Reported in
  millions beside dollars they are a ten-millionth (EXC 2003: 4,561 of 42 bn).
#}
{% set least_share = 0.00001 %}
{#
  Between thousands and dollars lie a thousand; companies that issue or buy back
  shares move less within a period.
#}
{% set share_factor = 500 %}
{#
  A dividend of this share of total assets, and this many times what financing
  before debt took in cash, was paid in shares of another company. Of 308
  stocks, special dividends paid in cash reached 2.3 times, 16 spin-offs of
  2011-17 began at 3.6.
#}
{% set spin_off_share = 0.15 %}
{% set spin_off_factor = 3 %}

{% set asset_items = [
    'assetsCurrent',
    'assetsNonCurrent',
    'cashAndEq',
    'acctRec',
    'inventory',
    'ppeq',
    'intangibles',
    'investments',
    'investmentsCurrent',
    'investmentsNonCurrent',
    'taxAssets',
] %}
{% set liability_items = [
    'liabilitiesCurrent',
    'liabilitiesNonCurrent',
    'acctPay',
    'debt',
    'debtCurrent',
    'debtNonCurrent',
    'deferredRev',
    'deposits',
    'taxLiabilities',
] %}
{% set amounts = [
    'totalLiabilities',
    'equity',
    'revenue',
    'grossProfit',
    'opinc',
    'netinc',
    'ncfo',
    'freeCashFlow',
] %}
{# What others are compared with, by the name of its column below. #}
{% set single_items = {
    'total_assets': 'totalAssets',
    'total_liabilities': 'totalLiabilities',
    'equity': 'equity',
    'assets_current': 'assetsCurrent',
    'liabilities_current': 'liabilitiesCurrent',
    'revenue': 'revenue',
    'gross_profit': 'grossProfit',
    'shares_basic': 'sharesBasic',
    'shareswa': 'shareswa',
    'shareswa_dil': 'shareswaDil',
    'ncfo': 'ncfo',
    'ncff': 'ncff',
    'issrepay_debt': 'issrepayDebt',
    'free_cash_flow': 'freeCashFlow',
    'capex': 'capex',
    'pay_div': 'payDiv',
} %}
{% set all_items = (
    asset_items + liability_items + amounts + single_items.values() | list
) | unique %}

with statements as not materialized (

    select
        *,
        fiscal_quarter = 0 as is_annual
    from {{ ref('base_fundamentals_statements') }}
    where
        reason is null
        and list_contains({{ sql_list(all_items) }}, data_code)

),

-- A filing is judged by itself, and so by nothing that was known later.
filings as (

    select
        ticker,
        period_end,
        is_annual,
        filing_date,
        {% for column, item in single_items.items() %}
            max(if(data_code = '{{ item }}', value, null)) as {{ column }},
        {% endfor %}
        max(
            if(
                list_contains({{ sql_list(asset_items) }}, data_code),
                value,
                null
            )
        ) as largest_asset,
        max(
            if(
                list_contains({{ sql_list(liability_items) }}, data_code),
                value,
                null
            )
        ) as largest_liability,
        max(
            if(
                list_contains({{ sql_list(amounts) }}, data_code),
                abs(value),
                null
            )
        ) as largest_amount
    from statements
    group by ticker, period_end, is_annual, filing_date

),

compared as (

    select
        *,
        if(largest_asset > {{ far_factor }} * total_assets, 1, 0)
        + if(total_liabilities > {{ far_factor }} * total_assets, 1, 0)
        + if(abs(equity) > {{ far_factor }} * total_assets, 1, 0)
        >= 2 or total_assets <= 0 as is_assets_small,
        coalesce(
            total_assets
            > {{ far_factor }} * (total_liabilities + abs(equity)),
            false
        ) as is_assets_large,
        pay_div < -{{ spin_off_share }} * total_assets
        and pay_div < {{ spin_off_factor }} * least(
            ncff - coalesce(issrepay_debt, 0), 0
        ) as is_spin_off
    from filings

),

suspects as (

    select *
    from compared
    where
        is_assets_small
        or is_assets_large
        or largest_amount > {{ far_factor }} * total_assets
        or largest_asset > {{ rounding }} * total_assets
        or largest_liability > {{ rounding }} * total_liabilities
        or gross_profit > {{ rounding }} * revenue
        or assets_current < {{ least_share }} * total_assets
        or liabilities_current < {{ least_share }} * total_liabilities
        or shareswa not between shares_basic / {{ share_factor }}
        and shares_basic * {{ share_factor }}
        or shareswa_dil not between shares_basic / {{ share_factor }}
        and shares_basic * {{ share_factor }}
        or capex > 0
        or is_spin_off

),

judged as (

    select
        statements.*,
        case
            when
                suspects.total_assets <= 0
                and statements.data_code = 'totalAssets'
                then 'totalAssets is not positive'
            when
                suspects.is_assets_small
                and statements.data_code = 'totalAssets'
                then 'totalAssets is far smaller than its parts'
            when
                suspects.is_assets_large
                and statements.data_code = 'totalAssets'
                then 'totalAssets is far larger than liabilities and equity'
            when
                list_contains({{ sql_list(amounts) }}, statements.data_code)
                and not suspects.is_assets_small
                and abs(statements.value)
                > {{ far_factor }} * suspects.total_assets
                then statements.data_code || ' is far larger than totalAssets'
            when
                list_contains(
                    {{ sql_list(asset_items) }}, statements.data_code
                )
                and not suspects.is_assets_small
                and statements.value > {{ rounding }} * suspects.total_assets
                then statements.data_code || ' is larger than totalAssets'
            when
                list_contains(
                    {{ sql_list(liability_items) }}, statements.data_code
                )
                and statements.value
                > {{ rounding }} * suspects.total_liabilities
                then statements.data_code || ' is larger than totalLiabilities'
            when
                statements.data_code = 'grossProfit'
                and statements.value > {{ rounding }} * suspects.revenue
                then 'grossProfit is larger than revenue'
            when
                statements.data_code = 'assetsCurrent'
                and statements.value > 0
                and not suspects.is_assets_large
                and statements.value < {{ least_share }} * suspects.total_assets
                then 'assetsCurrent is in another unit than totalAssets'
            when
                statements.data_code = 'liabilitiesCurrent'
                and statements.value > 0
                and statements.value
                < {{ least_share }} * suspects.total_liabilities
                then
                    'liabilitiesCurrent is in another unit than '
                    || 'totalLiabilities'
            when
                statements.data_code in ('shareswa', 'shareswaDil')
                and statements.value > 0
                and statements.value
                not between suspects.shares_basic / {{ share_factor }}
                and suspects.shares_basic * {{ share_factor }}
                then
                    statements.data_code
                    || ' is in another unit than sharesBasic'
            when
                statements.data_code = 'capex'
                and statements.value > 0
                and abs(
                    suspects.free_cash_flow - suspects.ncfo + statements.value
                ) <= 0.01 * statements.value
                then 'capex is positive: its sign is turned'
            when statements.data_code = 'capex' and statements.value > 0
                then 'capex is positive: its sign is unclear'
            when
                statements.data_code = 'freeCashFlow'
                and suspects.capex > 0
                and abs(statements.value - suspects.ncfo - suspects.capex)
                <= 0.01 * suspects.capex
                then 'freeCashFlow adds a positive capex'
            when statements.data_code = 'payDiv' and suspects.is_spin_off
                then 'payDiv was not paid in cash'
        end as fault
    from statements
    inner join suspects
        on
            statements.ticker = suspects.ticker
            and statements.period_end = suspects.period_end
            and statements.is_annual = suspects.is_annual
            and statements.filing_date is not distinct from suspects.filing_date

)

select
    ticker,
    period_end,
    is_annual,
    filing_date,
    statement_type,
    data_code,
    fault as reason,
    concat_ws(
        ' ',
        ticker,
        period_end,
        fiscal_year,
        fiscal_quarter,
        statement_type,
        data_code
    ) as key,
    case
        when fault = 'capex is positive: its sign is turned' then -value
    end as mended_value
from judged
where fault is not null
