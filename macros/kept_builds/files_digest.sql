{% macro files_digest(patterns) %}
    {{ return(run_query(
        "select md5(string_agg(filename || content, '' order by filename)) from read_text("
        ~ sql_list(patterns) ~ ')'
    ).rows[0][0]) }}
{% endmacro %}
