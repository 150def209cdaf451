{% macro leave_as_is(message) %}
    {%- set columns = [] -%}
    {%- for column in model.columns.values() -%}
        {%- do columns.append(adapter.quote(column.name) ~ ' ' ~ column.data_type) -%}
    {%- endfor -%}
    {%- do run_query(
        'create table if not exists ' ~ this ~ ' (' ~ columns | join(', ') ~ ')'
    ) -%}
    {%- call noop_statement('main', message) -%}{%- endcall -%}
    {{ return({'relations': [this]}) }}
{% endmacro %}
