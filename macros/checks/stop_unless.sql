{% macro stop_unless(condition, message) %}
    {%- if execute and not flags.EMPTY -%}
        {%- set holds = run_query('select coalesce(' ~ condition ~ ', false)') -%}
        {%- if not holds.columns[0].values()[0] -%}
            {%- do exceptions.raise_compiler_error(message) -%}
        {%- endif -%}
    {%- endif -%}
{% endmacro %}
