{% macro is_fixed_holiday(day, month_number, day_number) -%}
    month({{ day }}) = {{ month_number }}
    and (
        dayofmonth({{ day }}) = {{ day_number }}
        or (
            isodow({{ day }}) = 1
            and dayofmonth({{ day }}) = {{ day_number + 1 }}
        )
        or (
            isodow({{ day }}) = 5
            and dayofmonth({{ day }}) = {{ day_number - 1 }}
        )
    )
{%- endmacro %}
