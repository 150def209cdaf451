{% macro declared_vars() %}
    {{ return(adapter.config.vars.to_dict().keys() | list) }}
{% endmacro %}
