{# What is about to be built anew is no longer what it was. #}
{% macro forget_build(node) %}
    {%- do run_query(
        'delete from ' ~ build_fingerprints() ~ " where node = '" ~ node ~ "'"
    ) -%}
{% endmacro %}
