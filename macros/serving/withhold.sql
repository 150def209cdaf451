{% macro withhold(why) %}
    {%- if model.name == 'published' -%}
        {%- do exceptions.warn('nothing is published: ' ~ why) -%}
    {%- endif -%}
    {%- set columns = [] -%}
    {%- for column in model.columns.values() -%}
        {%- do columns.append(adapter.quote(column.name) ~ ' ' ~ column.data_type) -%}
    {%- endfor -%}
    {%- do run_query(
        'create table if not exists ' ~ this ~ ' (' ~ columns | join(', ') ~ ')'
    ) -%}
    {%- call noop_statement('main', 'not published') -%}{%- endcall -%}
    {{ return({'relations': [this]}) }}
{% endmacro %}
