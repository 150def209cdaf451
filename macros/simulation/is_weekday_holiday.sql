{% macro is_weekday_holiday(day, month_number, weekday, nth) -%}
    month({{ day }}) = {{ month_number }}
    and isodow({{ day }}) = {{ weekday }}
    {%- if nth == 5 %}
        and dayofmonth({{ day }}) > 24
    {%- else %}
        and (dayofmonth({{ day }}) + 6) // 7 = {{ nth }}
    {%- endif %}
{%- endmacro %}
