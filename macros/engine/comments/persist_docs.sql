{% macro duckdb__persist_docs(relation, model, for_relation=true, for_columns=true) %}
    {%- do write_comments(relation, present_comments(relation.identifier)) -%}
{% endmacro %}
