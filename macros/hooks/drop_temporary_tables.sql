{#
  Drops the `<model>__dbt_tmp<time>` tables that dbt-duckdb leaves behind for
  every incremental run of a Python model.
#}
{% macro drop_temporary_tables() %}
    {%- if execute -%}
        {%- set leftovers = run_query(
            "select schema_name, table_name from duckdb_tables()"
            ~ " where database_name = '" ~ target.database
            ~ "' and contains(table_name, '__dbt_tmp')"
        ) -%}
        {%- for row in leftovers.rows -%}
            {%- do run_query(
                'drop table if exists "' ~ target.database ~ '"."'
                ~ row[0] ~ '"."' ~ row[1] ~ '"'
            ) -%}
        {%- endfor -%}
    {%- endif -%}
{% endmacro %}
