{% macro known_from(period_end, filing_date, fiscal_quarter) -%}
    coalesce(
        {{ filing_date }},
        {{ period_end }} + case
            when {{ fiscal_quarter }} between 1 and 3
                then {{ var('quarterly_filing_lag') }}
            else {{ var('annual_filing_lag') }}
        end
    )
{%- endmacro %}
