{% macro is_iso_date(value) %}
    {%- if not modules.re.fullmatch('[0-9]{4}-[0-9]{2}-[0-9]{2}', value | string) -%}
        {{ return(false) }}
    {%- endif -%}
    {%- set parsed = run_query(
        "select try_cast('" ~ value ~ "' as date) is not null"
    ) -%}
    {{ return(parsed.columns[0].values()[0]) }}
{% endmacro %}
