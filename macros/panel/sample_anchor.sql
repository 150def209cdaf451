{#
  The latest 17th of February, May, August or November on or before `date`:
  the day from which a ticker's first trading day is its sample date.
#}
{% macro sample_anchor(date) -%}
    cast(
        date_trunc(
            'quarter', {{ date }} - interval 16 days - interval 1 month
        ) + interval 1 month + interval 16 days as date
    )
{%- endmacro %}
