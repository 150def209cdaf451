{% macro generate_schema_name(custom_schema_name, node) %}
    {%- if node.resource_type == 'model' -%}
        {%- do check_vars() -%}
    {%- endif -%}
    {{ return(dbt.default__generate_schema_name(custom_schema_name, node)) }}
{% endmacro %}
