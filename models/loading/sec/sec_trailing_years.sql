{% set items = [
    'totalAssets', 'equity', 'debt', 'debtNonCurrent', 'cashAndEq',
    'sharesBasic', 'shareswa', 'shareswaDil', 'netinc', 'netIncComStock',
    'ncfo', 'revenue', 'grossProfit', 'eps', 'currentRatio',
] %}
{% set flows = [
    'netinc', 'netIncComStock', 'ncfo', 'revenue', 'grossProfit',
] %}
{% set trailing_years = {
    'now': 'between 0 and 3', 'before': 'between 4 and 7',
} %}
{# Compared with a year ago. Weighted shares are told anew after a split. #}
{% set compared = [
    'totalAssets', 'debtNonCurrent', 'currentRatio', 'average_shares', 'eps',
    'revenue',
] %}
{% set balances = ['num_shares', 'equity', 'debt', 'cashAndEq'] %}
{# Of nine signals; banks and insurers have no current ratio and no gross
   profit. #}
{% set fewest_signals = 6 %}

with quarters as (

    select *
    from {{ ref('sec_items') }}
    where
        not is_annual
        and list_contains({{ sql_list(items) }}, data_code)

),

filings as (

    select
        cik,
        period_end,
        known_from,
        {% for item in items %}
            max(if(data_code = '{{ item }}', value, null)) as {{ item }}
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from quarters
    group by cik, period_end, known_from

),

versions as (

    select
        cik,
        period_end,
        known_from,
        {% for item in items %}
            last_value({{ item }} ignore nulls) over by_filing as {{ item }},
        {% endfor %}
        coalesce(
            lead(known_from) over by_filing, date '9999-12-31'
        ) as known_until
    from filings
    window by_filing as (partition by cik, period_end order by known_from)

),

with_shares as (

    select
        *,
        case
            when coalesce(sharesBasic, shareswa, shareswaDil) > 0
                then coalesce(sharesBasic, shareswa, shareswaDil)
        end as num_shares,
        coalesce(shareswa, shareswaDil) as average_shares
    from versions

),

-- Each version beside what was known on its day of the quarters before.
past as (

    select
        earlier.* replace (
            newest.period_end as period_end,
            newest.known_from as known_from
        ),
        cast(
            round((newest.period_end - earlier.period_end) / 91.3125)
            as integer
        ) as quarters_ago
    from with_shares as newest
    inner join with_shares as earlier
        on
            newest.cik = earlier.cik
            and newest.period_end >= earlier.period_end
            and newest.period_end - earlier.period_end <= 760
            and newest.known_from >= earlier.known_from
            and newest.known_from < earlier.known_until

),

summed as (

    select
        cik,
        period_end,
        known_from,
        {% for flow in flows %}
            {% for name, quarters in trailing_years.items() %}
                case
                    when
                        count({{ flow }}) filter (
                            where quarters_ago {{ quarters }}
                        ) = 4
                        then sum({{ flow }}) filter (
                            where quarters_ago {{ quarters }}
                        )
                end as {{ flow }}_ttm_{{ name }},
            {% endfor %}
        {% endfor %}
        {% for item in compared %}
            max({{ item }}) filter (where quarters_ago = 0)
                as {{ item }}_now,
            max({{ item }}) filter (where quarters_ago = 4)
                as {{ item }}_before,
        {% endfor %}
        {% for item in balances %}
            max({{ item }}) filter (where quarters_ago = 0) as {{ item }},
        {% endfor %}
        avg(totalAssets) filter (where quarters_ago <= 3) as mean_assets,
        avg(equity) filter (where quarters_ago <= 3) as mean_equity
    from past
    group by cik, period_end, known_from

),

-- Piotroski (2000).
with_signals as (

    select
        *,
        [
            netinc_ttm_now > 0,
            ncfo_ttm_now > 0,
            ncfo_ttm_now > netinc_ttm_now,
            {{ ratio('netinc_ttm_now', 'totalAssets_now') }}
            > {{ ratio('netinc_ttm_before', 'totalAssets_before') }},
            {{ ratio('debtNonCurrent_now', 'totalAssets_now') }}
            <= {{ ratio('debtNonCurrent_before', 'totalAssets_before') }},
            currentRatio_now > currentRatio_before,
            average_shares_now <= average_shares_before,
            {{ ratio('grossProfit_ttm_now', 'revenue_ttm_now') }}
            > {{ ratio('grossProfit_ttm_before', 'revenue_ttm_before') }},
            {{ ratio('revenue_ttm_now', 'totalAssets_now') }}
            > {{ ratio('revenue_ttm_before', 'totalAssets_before') }}
        ] as signals
    from summed

)

select
    cik,
    period_end,
    known_from,
    num_shares,
    equity,
    debt,
    cashAndEq as cash_and_eq,
    netIncComStock_ttm_now as net_inc_com_stock_ttm,
    netIncComStock_ttm_before as net_inc_com_stock_ttm_year_ago,
    {{ ratio('netinc_ttm_now', 'mean_assets') }} as roa,
    {{ ratio('netinc_ttm_now', 'mean_equity') }} as roe,
    {{ ratio('eps_now', 'eps_before') }} - 1 as eps_qoq,
    {{ ratio('revenue_now', 'revenue_before') }} - 1 as revenue_qoq,
    case
        when list_count(signals) >= {{ fewest_signals }}
            then cast(len(list_filter(signals, lambda x: x)) as double)
    end as piotroski_f_score
from with_signals
