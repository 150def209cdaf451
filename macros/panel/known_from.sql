{#
  The day from which a statement may be used: its filing date or, where that is
  unknown, its period's end plus the usual lag of a 10-Q or a 10-K.
#}
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
