{% macro market_table(name) %}
    {%- if var('market') == 'simulated' -%}
        {{ return(ref('simulated_' ~ name)) }}
    {%- else -%}
        {{ return(source('market', name)) }}
    {%- endif -%}
{% endmacro %}
