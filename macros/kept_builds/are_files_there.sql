{% macro are_files_there() %}
    {%- set files = (model.config.meta or {}).get('files') -%}
    {%- if files is none -%}
        {{ return(true) }}
    {%- endif -%}
    {%- set names = run_query('select unnest(' ~ files ~ ') from ' ~ this).columns[0].values() -%}
    {%- for name in names -%}
        {%- if run_query(
            "select count(*) from glob('" ~ dbt.escape_single_quotes(name) ~ "')"
        ).rows[0][0] == 0 -%}
            {{ return(false) }}
        {%- endif -%}
    {%- endfor -%}
    {{ return(names | length > 0) }}
{% endmacro %}
