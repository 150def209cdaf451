{% macro remember_market_table(source, view, file) %}
    {%- set state = [] -%}
    {%- if file is not none -%}
        {%- set state = run_query(
            "select string_agg(concat_ws(' ', filename, size, last_modified), ', ' order by filename)"
            ~ " from read_blob('" ~ dbt.escape_single_quotes(file) ~ "')"
            ~ " having bool_and(last_modified < now() - interval 3 seconds)"
        ).rows -%}
    {%- endif -%}
    {%- do forget_build(source.unique_id) -%}
    {%- do remember_build(
        source.unique_id,
        local_md5(view ~ (state[0][0] if state | length else invocation_id))
    ) -%}
{% endmacro %}
