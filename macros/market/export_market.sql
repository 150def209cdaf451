{% macro export_market(folder, dry_run=false) %}
    {%- set contract = graph.sources.values()
        | selectattr('source_name', 'equalto', 'market') | list -%}
    {%- set place = dbt.escape_single_quotes(folder | string) -%}
    {%- set own = [] -%}
    {%- for table in contract -%}
        {%- do own.append(table.name ~ '.parquet') -%}
    {%- endfor -%}
    {%- for file in run_query(
        "select parse_filename(file) from glob('" ~ place ~ "/*')"
        ~ " where not list_contains(" ~ sql_list(own) ~ ", parse_filename(file))"
        ~ " order by file"
    ).columns[0].values() -%}
        {%- do exceptions.raise_compiler_error(
            "folder '" ~ folder ~ "' holds " ~ file
            ~ ", which is no file of a market: give an empty folder or a new one"
        ) -%}
    {%- endfor -%}
    {%- for table in contract if not dry_run -%}
        {%- set keys = ['ticker', 'date', 'quarter', 'statementType', 'dataCode']
            | select('in', table.columns) | list or table.columns | list -%}
        {%- do run_query(
            'copy (select "' ~ table.columns | join('", "') ~ '" from '
            ~ graph.nodes['model.' ~ project_name ~ '.simulated_' ~ table.name].relation_name
            ~ ' order by "' ~ keys | join('", "')
            ~ '") to \'' ~ place ~ '/' ~ table.name
            ~ ".parquet' (format parquet, compression zstd)"
        ) -%}
        {%- do print(folder ~ '/' ~ table.name ~ '.parquet') -%}
    {%- endfor -%}
{% endmacro %}
