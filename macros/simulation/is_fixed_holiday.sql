{#
  True on a holiday of fixed date, kept on Monday when it falls on a Sunday
  and on Friday when it falls on a Saturday.
#}
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
