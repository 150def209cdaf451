{# Whether the node's result depends on the day on which it is built. #}
{% macro mentions_today() %}
    {{ return('current_date' in (model.compiled_code or '')) }}
{% endmacro %}
