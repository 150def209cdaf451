{# True where a ratio of prices is above `factor` or below one part in as many. #}
{% macro is_beyond(ratio, factor) -%}
    ({{ ratio }} not between {{ 1 / factor }} and {{ factor }})
{%- endmacro %}
