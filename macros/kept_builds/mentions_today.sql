{% macro mentions_today() %}
    {{ return('current_date' in (model.compiled_code or '')) }}
{% endmacro %}
