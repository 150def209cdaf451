{% macro present_comments(table=none) %}
    {%- set here -%}
        database_name = current_database() and schema_name = '{{ target.schema }}'
    {%- endset -%}
    {%- set rows = run_query(
        "select relations.name, relations.comment, columns.comments from ("
        ~ "select table_name as name, comment from duckdb_tables() where " ~ here
        ~ " union all select view_name, comment from duckdb_views() where " ~ here
        ~ ") as relations inner join ("
        ~ "select table_name, json_group_object(column_name, comment)::varchar as comments"
        ~ " from duckdb_columns() where " ~ here ~ " group by table_name"
        ~ ") as columns on relations.name = columns.table_name"
        ~ ("" if table is none else " where relations.name = '" ~ table ~ "'")
    ).rows -%}
    {%- set comments = {} -%}
    {%- for row in rows -%}
        {%- do comments.update({row[0]: {'relation': row[1], 'columns': fromjson(row[2])}}) -%}
    {%- endfor -%}
    {{ return(comments) }}
{% endmacro %}
