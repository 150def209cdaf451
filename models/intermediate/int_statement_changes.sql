{% set flows = ['revenue', 'netinc', 'gross_profit', 'ncfo'] %}
{% set balances = [
    'total_assets',
    'equity',
    'unsplit_shares',
    'debt_non_current',
    'assets_current',
    'liabilities_current',
] %}
{% set growths = {
    'revenue_growth': 'revenue',
    'earnings_growth': 'netinc',
    'asset_growth': 'total_assets',
    'equity_growth': 'equity',
    'share_growth': 'unsplit_shares',
} %}

with periods as (

    select * from {{ ref('int_past_periods') }}

),

years as (

    select
        ticker,
        date,
        is_annual,
        is_preferred,
        quarters_ago // 4 as years_ago,
        {% for flow in flows %}
            case
                when is_annual or count({{ flow }}) = 4
                    then {{ exact_sum(flow) }}
            end as {{ flow }},
        {% endfor %}
        {% for balance in balances %}
            max({{ balance }}) filter (where quarters_ago % 4 = 0)
                as {{ balance }}{% if not loop.last %},{% endif %}
        {% endfor %}
    from periods
    group by ticker, date, is_annual, is_preferred, quarters_ago // 4

),

by_kind as (

    select
        ticker,
        date,
        is_preferred,
        {% for item in flows + balances %}
            {% for years_ago in [0, 1, 3] %}
                max({{ item }}) filter (where years_ago = {{ years_ago }})
                    as {{ item }}_{{ years_ago }}
                {%- if not loop.last %},{% endif %}
            {% endfor %}
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from years
    group by ticker, date, is_preferred

),

-- Piotroski (2000): nine signs of strength, each 1 or 0.
changes as (

    select
        ticker,
        date,
        is_preferred,
        {% for growth, item in growths.items() %}
            {% for name, years_ago in [(growth, 1), (growth ~ '_3y', 3)] %}
                {{ ratio(item ~ '_0', item ~ '_' ~ years_ago) }} - 1
                    as {{ name }},
                {{ item }}_0 is not null
                and {{ item }}_{{ years_ago }} is not null as has_{{ name }},
            {% endfor %}
        {% endfor %}
        [
            netinc_0 > 0,
            ncfo_0 > 0,
            ncfo_0 > netinc_0,
            {{ ratio('netinc_0', 'total_assets_0') }}
            > {{ ratio('netinc_1', 'total_assets_1') }},
            {{ ratio('debt_non_current_0', 'total_assets_0') }}
            <= {{ ratio('debt_non_current_1', 'total_assets_1') }},
            {{ ratio('assets_current_0', 'liabilities_current_0') }}
            > {{ ratio('assets_current_1', 'liabilities_current_1') }},
            unsplit_shares_0 <= unsplit_shares_1,
            {{ ratio('gross_profit_0', 'revenue_0') }}
            > {{ ratio('gross_profit_1', 'revenue_1') }},
            {{ ratio('revenue_0', 'total_assets_0') }}
            > {{ ratio('revenue_1', 'total_assets_1') }}
        ] as signs
    from by_kind

),

scored as (

    select
        *,
        len(list_filter(signs, lambda sign: sign is not null)) as known_signs,
        len(list_filter(signs, lambda sign: sign)) as good_signs
    from changes

),

margins as (

    select
        ticker,
        date,
        {{ ratio('opinc', 'revenue') }} as operating_margin
    from periods
    where
        not is_annual
        and quarters_ago < 8

),

margin_deviations as (

    select
        ticker,
        date,
        case
            when count(operating_margin) >= 6
                then sqrt(
                    greatest(
                        {{ exact_sum('operating_margin ^ 2') }}
                        - ({{ exact_sum('operating_margin') }}) ^ 2
                        / count(operating_margin),
                        0
                    ) / (count(operating_margin) - 1)
                )
        end as operating_margin_deviation
    from margins
    group by ticker, date

),

-- Both ends of a change are quarters, or both are years.
chosen as (

    select
        ticker,
        date,
        {% for growth in growths %}
            {% for name in [growth, growth ~ '_3y'] %}
                if(
                    bool_or(has_{{ name }}) filter (where is_preferred),
                    max({{ name }}) filter (where is_preferred),
                    max({{ name }}) filter (where not is_preferred)
                ) as {{ name }},
            {% endfor %}
        {% endfor %}
        cast(
            coalesce(
                max(good_signs) filter (
                    where is_preferred and known_signs = 9
                ),
                max(good_signs) filter (
                    where not is_preferred and known_signs = 9
                )
            ) as double
        ) as piotroski_score
    from scored
    group by ticker, date

)

select
    chosen.*,
    margin_deviations.operating_margin_deviation
from chosen
left join margin_deviations
    on
        chosen.ticker = margin_deviations.ticker
        and chosen.date = margin_deviations.date
