{% macro is_iso_date(value) %}
    {%- set parts = modules.re.fullmatch(
        '([1-9][0-9]{3})-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])', value | string
    ) -%}
    {%- if not parts -%}
        {{ return(false) }}
    {%- endif -%}
    {%- set year, month, day = parts.groups() | map('int') -%}
    {#- The 31st of a month that has 30 days lies in the next one. -#}
    {%- set date = modules.datetime.date(year, month, 1)
        + modules.datetime.timedelta(days=day - 1) -%}
    {{ return(date.month == month) }}
{% endmacro %}
