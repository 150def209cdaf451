{% macro is_after_cutoff(expression) -%}
    {%- if var('cutoff_date') is none -%}
        false
    {%- else -%}
        coalesce({{ expression }} > date '{{ var("cutoff_date") }}', false)
    {%- endif -%}
{%- endmacro %}
