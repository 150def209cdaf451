{% macro statement_items() %}
    {{ return(seed_rows('statement_items')) }}
{% endmacro %}
