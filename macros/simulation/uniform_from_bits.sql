{#
  A uniform number strictly between 0 and 1 from one half of 128 random bits:
  52 of them, so that the half added keeps it off 0 and 1 exactly.
#}
{% macro uniform_from_bits(bits, half='upper') -%}
    {%- set taken = bits ~ ' >> 76' if half == 'upper'
        else bits ~ ' & 4503599627370495' -%}
    (cast({{ taken }} as double) + 0.5) / 4503599627370496
{%- endmacro %}
