{# The row of build_fingerprints of a node, as a mapping; empty where there is none. #}
{% macro known_build(node) %}
    {%- set rows = run_query(
        'select fingerprint, content, version from ' ~ build_fingerprints()
        ~ " where node = '" ~ node ~ "'"
    ).rows -%}
    {{ return(rows[0] if rows | length == 1 else {}) }}
{% endmacro %}
