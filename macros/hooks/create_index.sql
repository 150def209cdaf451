{#
  For a post-hook: the table's index on these columns, where the target has
  indexes. A table of more than `at_most` rows gets none: making it would take
  longer than all the rest, and DuckDB finds a few rows in a sorted table as fast
  without one (benchmarks/README.md).
#}
{% macro create_index(relation, columns, at_most=none) %}
    {%- set rows = 0 -%}
    {%- if execute and at_most is not none -%}
        {%- set rows = run_query('select count(*) from ' ~ relation).columns[0].values()[0] -%}
    {%- endif -%}
    {%- if at_most is none or rows <= at_most -%}
        create index if not exists "{{ relation.identifier }}_index"
        on {{ relation }} ({{ columns }})
    {%- endif -%}
{% endmacro %}
