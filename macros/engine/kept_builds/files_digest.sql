{% macro files_digest(patterns) %}
    {%- set paths = [] -%}
    {%- for pattern in patterns -%}
        {%- do paths.append(project_path(pattern)) -%}
    {%- endfor -%}
    {%- set root_length = (adapter.config.project_root ~ '/') | length -%}
    {{ return(run_query(
        "select md5(string_agg(substr(filename, " ~ root_length + 1
        ~ ") || content, '' order by filename)) from read_text(["
        ~ paths | join(', ') ~ '])'
    ).rows[0][0]) }}
{% endmacro %}
