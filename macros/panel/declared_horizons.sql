{% macro declared_horizons() %}
    {{ return(adapter.config.vars.to_dict()['horizons'] if execute else []) }}
{% endmacro %}
