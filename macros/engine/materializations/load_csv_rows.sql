{% macro duckdb__load_csv_rows(model, agate_table) %}
    {%- set sql = 'copy ' ~ this ~ ' from ' ~ project_path(model.original_file_path)
        ~ ' (format csv, header true)' -%}
    {%- do adapter.add_query(sql, abridge_sql_log=true) -%}
    {{ return(sql) }}
{% endmacro %}
