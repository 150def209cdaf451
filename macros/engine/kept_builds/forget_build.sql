{% macro forget_build(node) %}
    {%- if node in run_state().kept_builds -%}
        {%- do run_query(
            'delete from ' ~ build_fingerprints() ~ " where node = '" ~ node ~ "'"
        ) -%}
        {%- do run_state().kept_builds.pop(node) -%}
    {%- endif -%}
{% endmacro %}
