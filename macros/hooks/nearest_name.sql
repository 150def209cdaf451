{% macro nearest_name(name, candidates) %}
    {%- set nearest = run_query(
        "select candidate from (select unnest(" ~ sql_list(candidates)
        ~ ") as candidate) order by damerau_levenshtein(lower(candidate), lower("
        ~ dbt.string_literal(dbt.escape_single_quotes(name))
        ~ ")), candidate limit 1"
    ) -%}
    {{ return(nearest.columns[0].values()[0]) }}
{% endmacro %}
