{% macro table_content(relation, in_full=false) %}
    {%- set rows = run_query('select count(*) from ' ~ relation).rows[0][0] | int -%}
    {%- if rows > 1000000 and not in_full -%}
        {{ return(rows ~ ' rows only') }}
    {%- endif -%}
    {{ return(run_query(
        "select md5(concat_ws(' ', count(*), sum(hash(whole_row)::hugeint), ("
        ~ "select string_agg(column_name || ' ' || column_type) from (describe " ~ relation
        ~ ')))) from ' ~ relation ~ ' as whole_row'
    ).rows[0][0]) }}
{% endmacro %}
