{% macro find_market_tables(tables, optional) %}
    {%- set market = (var('market') | string).rstrip('/') -%}
    {%- if market.startswith('md:') or market.endswith('.duckdb') -%}
        {{ return(find_tables_in_database(market, tables, optional)) }}
    {%- else -%}
        {{ return(find_tables_in_folder(market, tables, optional)) }}
    {%- endif -%}
{% endmacro %}


{% macro find_tables_in_folder(folder, tables, optional) %}
    {%- set folder_literal = dbt.escape_single_quotes(folder) -%}
    {%- set files = run_query(
        "select file from glob('" ~ folder_literal ~ "/*') order by file"
    ).columns[0].values() -%}
    {%- if files | length == 0 -%}
        {%- do exceptions.raise_compiler_error(
            "market '" ~ folder ~ "' is not a folder with files in it: give "
            ~ "`simulated`, a folder of parquet or CSV files, a .duckdb file, or md:<database>"
        ) -%}
    {%- endif -%}
    {%- set readers = {'.parquet': 'read_parquet', '.csv': 'read_csv', '.csv.gz': 'read_csv'} -%}
    {%- set places = {} -%}
    {%- for table in tables -%}
        {%- set found = [] -%}
        {%- for ending, reader in readers.items() -%}
            {%- for file in files if file.replace('\\', '/').split('/')[-1] == table ~ ending -%}
                {%- do found.append((file, ending, reader)) -%}
            {%- endfor -%}
        {%- endfor -%}
        {%- if found | length > 1 or not found and table not in optional -%}
            {%- do exceptions.raise_compiler_error(
                "market '" ~ folder ~ "' has " ~ ('no' if not found else 'more than one')
                ~ " file for table " ~ table ~ ": put one of " ~ table
                ~ readers.keys() | join(', ' ~ table) ~ " there"
            ) -%}
        {%- endif -%}
        {%- for file, ending, reader in found -%}
            {%- set is_text = reader == 'read_csv' -%}
            {%- do places.update({table: {
                'relation': reader ~ "('" ~ dbt.escape_single_quotes(file) ~ "'"
                    ~ (', header = true, all_varchar = true' if is_text else '') ~ ')',
                'is_text': is_text,
                'file': file,
            }}) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(places) }}
{% endmacro %}


{% macro find_tables_in_database(database, tables, optional) %}
    {%- if database.endswith('.duckdb') -%}
        {%- set found = run_query(
            "select count(*) from glob('" ~ dbt.escape_single_quotes(database) ~ "')"
        ).columns[0].values()[0] -%}
        {%- if found == 0 -%}
            {%- do exceptions.raise_compiler_error(
                "market '" ~ database ~ "': there is no such file"
            ) -%}
        {%- endif -%}
    {%- endif -%}
    {%- if database.startswith('md:') and not run_query(
        "select coalesce(bool_or(installed), false) from duckdb_extensions()"
        ~ " where extension_name = 'motherduck'"
    ).columns[0].values()[0] -%}
        {%- do exceptions.raise_compiler_error(
            "market '" ~ database ~ "' needs DuckDB's extension motherduck: install it once with "
            ~ "python -c \"import duckdb; duckdb.execute('install motherduck')\" and set the "
            ~ "environment variable motherduck_token"
        ) -%}
    {%- endif -%}
    {%- do run_query(
        "attach if not exists '" ~ dbt.escape_single_quotes(database)
        ~ "' as market_database (read_only)"
    ) -%}
    {%- set existing = [] -%}
    {%- set tables_in_file = [] -%}
    {%- for row in run_query(
        "select schema_name || '.' || table_name, is_table from (
            select database_name, schema_name, table_name, true as is_table from duckdb_tables()
            union all
            select database_name, schema_name, view_name, false from duckdb_views()
        ) where database_name = 'market_database'"
    ).rows -%}
        {%- do existing.append(row[0]) -%}
        {%- if row[1] -%}
            {%- do tables_in_file.append(row[0]) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- set places = {} -%}
    {%- for table in tables -%}
        {%- set layouts = ['main.' ~ table, table.replace('fundamentals_', 'fundamentals.')] -%}
        {%- set found = layouts | select('in', existing) | list -%}
        {%- if not found and table not in optional -%}
            {%- do exceptions.raise_compiler_error(
                "market '" ~ database ~ "' has no table " ~ layouts | unique | join(' or ')
            ) -%}
        {%- endif -%}
        {%- if found -%}
            {%- do places.update({table: {
                'relation': 'market_database.' ~ found[0],
                'is_text': false,
                'file': database ~ '*'
                    if database.endswith('.duckdb') and found[0] in tables_in_file else none,
            }}) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(places) }}
{% endmacro %}
