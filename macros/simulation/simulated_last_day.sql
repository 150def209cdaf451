{#
  The last day of the built-in market. A constant rather than today, so that
  the same vars build the same market on any day.
#}
{% macro simulated_last_day() -%}
    date '2025-12-31'
{%- endmacro %}
