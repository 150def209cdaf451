{% macro forget_build(node) %}
    {%- if node in graph.kept_builds -%}
        {%- do run_query(
            'delete from ' ~ build_fingerprints() ~ " where node = '" ~ node ~ "'"
        ) -%}
        {%- do graph.kept_builds.pop(node) -%}
    {%- endif -%}
{% endmacro %}
