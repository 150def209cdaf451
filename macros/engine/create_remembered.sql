{% macro create_remembered(identifier, columns) %}
    {%- set known = {} -%}
    {%- for row in run_query(
        "select column_name, lower(data_type) from duckdb_columns() where table_name = '"
        ~ identifier ~ "' and database_name = '" ~ target.database
        ~ "' and schema_name = '" ~ target.schema ~ "'"
    ).rows -%}
        {%- do known.update({row[0]: row[1]}) -%}
    {%- endfor -%}
    {%- if known != columns -%}
        {%- set declared = [] -%}
        {%- for name, type in columns.items() -%}
            {%- do declared.append(name ~ ' ' ~ type) -%}
        {%- endfor -%}
        {%- do run_query(
            'create or replace table ' ~ api.Relation.create(
                database=target.database, schema=target.schema, identifier=identifier
            ) ~ ' (' ~ declared | join(', ') ~ ')'
        ) -%}
    {%- endif -%}
{% endmacro %}
