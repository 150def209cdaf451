{# A ticker symbol without surrounding blanks, in upper case; null when empty. #}
{% macro normalised_ticker(column='ticker') -%}
    nullif(upper(trim({{ column }})), '')
{%- endmacro %}
