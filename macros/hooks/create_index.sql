{# For a post-hook: the table's index on these columns, where the target has indexes. #}
{% macro create_index(relation, columns) %}
    create index if not exists "{{ relation.identifier }}_index"
    on {{ relation }} ({{ columns }})
{% endmacro %}
