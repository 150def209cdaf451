{% macro sql_list(values) %}
    {%- set literals = [] -%}
    {%- for value in values -%}
        {%- do literals.append(
            dbt.string_literal(dbt.escape_single_quotes(value | string))
        ) -%}
    {%- endfor -%}
    {{ return('[' ~ literals | join(', ') ~ ']::varchar[]') }}
{% endmacro %}
