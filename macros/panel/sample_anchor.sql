{% macro sample_anchor(date) -%}
    cast(
        date_trunc(
            'quarter', {{ date }} - interval 16 days - interval 1 month
        ) + interval 1 month + interval 16 days as date
    )
{%- endmacro %}
