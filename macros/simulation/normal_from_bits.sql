{#
  A standard normal number from 128 random bits (Box-Muller). The cosine and
  the sine of the same bits are two independent ones.
#}
{% macro normal_from_bits(bits, projection='cos') -%}
    sqrt(-2 * ln({{ uniform_from_bits(bits, 'upper') }}))
    * {{ projection }}(2 * pi() * {{ uniform_from_bits(bits, 'lower') }})
{%- endmacro %}
