{% macro simulated_bits(purpose) -%}
    md5_number(concat_ws('|', '{{ purpose }}', {{ varargs | join(', ') }}))
{%- endmacro %}
