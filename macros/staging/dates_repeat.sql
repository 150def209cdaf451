{% macro dates_repeat(date) -%}
    count(*) > bit_count(
        bitstring_agg(
            cast(
                greatest(least({{ date }} - date '1900-01-01', 60000), 0)
                as integer
            ),
            0,
            60000
        )
    )
{%- endmacro %}
