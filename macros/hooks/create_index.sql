{% macro create_index(relation, columns, at_most=none) %}
    {%- set rows = 0 -%}
    {%- if execute and at_most is not none -%}
        {%- set rows = run_query('select count(*) from ' ~ relation).columns[0].values()[0] -%}
    {%- endif -%}
    {%- if (at_most is none or rows <= at_most) and not lacks(relation, 'indexes') -%}
        create index if not exists "{{ relation.identifier }}_index"
        on {{ relation }} ({{ columns }})
    {%- endif -%}
{% endmacro %}
