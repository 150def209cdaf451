{% macro simulated_first_day() -%}
    cast(
        {{ simulated_last_day() }}
        - interval '{{ var("simulated_years") }} years'
        + interval '1 day' as date
    )
{%- endmacro %}
