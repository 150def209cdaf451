{% macro generate_database_name(custom_database_name=none, node=none) %}
    {%- if target.name != 'trainer' -%}
        {{ return(dbt.default__generate_database_name(custom_database_name, node)) }}
    {%- endif -%}
    {%- set grows = node.fqn[1] in ['training', 'studies'] or node.name == 'backtest_forecasts' -%}
    {{ return('warehouse' if grows else 'panel') }}
{% endmacro %}
