{% macro simulated_between(low, high, purpose) -%}
    {{ low }} + ({{ high }} - {{ low }})
    * {{ simulated_uniform(purpose, *varargs) }}
{%- endmacro %}
