{% macro duckdb__create_view_as(relation, sql) %}
    {%- set database = relation.include(schema=false, identifier=false) | string -%}
    {{ return(dbt.duckdb__create_view_as(relation, sql | replace(database ~ '.', ''))) }}
{% endmacro %}
