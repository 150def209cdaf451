{# The input table `name`: of the built-in market, or of the one var `market` names. #}
{% macro market_table(name) %}
    {%- if var('market') == 'simulated' -%}
        {{ return(ref('simulated_' ~ name)) }}
    {%- else -%}
        {{ return(source('market', name)) }}
    {%- endif -%}
{% endmacro %}
