{% macro lacks_declared_columns() %}
    {%- set there = adapter.get_columns_in_relation(this) | map(attribute='name') | list -%}
    {{ return(model.columns.keys() | reject('in', there) | list | length > 0) }}
{% endmacro %}
