{% macro drop_index(relation) %}
    drop index if exists "{{ relation.identifier }}_index"
{% endmacro %}
