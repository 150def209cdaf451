{% macro mentions_today(code) %}
    {{ return(modules.re.search(
        '\\bcurrent_date\\b|\\btoday"?\\s*\\(', code, modules.re.IGNORECASE
    ) is not none) }}
{% endmacro %}
