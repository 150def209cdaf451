{% macro normal_from_bits(bits, projection='cos') -%}
    sqrt(-2 * ln({{ uniform_from_bits(bits, 'upper') }}))
    * {{ projection }}(2 * pi() * {{ uniform_from_bits(bits, 'lower') }})
{%- endmacro %}
