{#
  True where a group of rows has some date twice: it has more rows than set bits,
  one bit a day since 1900. A set of bits takes a hundredth of the memory that
  counting distinct dates takes. Days out of its range may count as repeated.
#}
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
