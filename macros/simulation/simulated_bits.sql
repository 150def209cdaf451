{#
  128 reproducible random bits (UHUGEINT) for a purpose and any number of key
  expressions: simulated_bits('beta', 'ticker'). The md5 of the key itself, so
  that a number depends on nothing but its own row.
#}
{% macro simulated_bits(purpose) -%}
    md5_number(concat_ws('|', '{{ purpose }}', {{ varargs | join(', ') }}))
{%- endmacro %}
