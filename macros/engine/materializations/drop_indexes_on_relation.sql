{% macro drop_indexes_on_relation(relation) %}
    {%- do run_query(drop_index(relation)) -%}
{% endmacro %}
