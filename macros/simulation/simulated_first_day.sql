{#
  The first day of the built-in market: var simulated_years before its last.
#}
{% macro simulated_first_day() -%}
    cast(
        {{ simulated_last_day() }}
        - interval '{{ var("simulated_years") }} years'
        + interval '1 day' as date
    )
{%- endmacro %}
