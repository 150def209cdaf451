{#
  Where a Python model's rows wait to be merged: in memory, which DuckDB spills
  to disk as needed. In the warehouse, where dbt-duckdb puts them, they would be
  compressed twice, and stay. A temporary table, which holds the rows of a SQL
  model, belongs to one connection, and a Python model writes with another.
#}
{% macro duckdb__dispatch_temporary_relation(target_relation, batch_id='') %}
    {%- set temporary = make_temp_relation(target_relation) -%}
    {%- if model.language == 'python' -%}
        {{ return({
            'relation': temporary.incorporate(path={'database': 'scratch', 'schema': 'main'}),
            'temporary': false
        }) }}
    {%- endif -%}
    {{ return({'relation': temporary, 'temporary': true}) }}
{% endmacro %}
