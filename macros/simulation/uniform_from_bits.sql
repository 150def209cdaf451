{% macro uniform_from_bits(bits, half='upper') -%}
    {%- set taken = bits ~ ' >> 76' if half == 'upper'
        else bits ~ ' & 4503599627370495' -%}
    (cast({{ taken }} as double) + 0.5) / 4503599627370496
{%- endmacro %}
