{#
  One of a list of strings, drawn reproducibly for a purpose and its keys; see
  simulated_bits.
#}
{% macro simulated_pick(choices, purpose) -%}
    ['{{ choices | join("', '") }}'][
        1 + cast(
            floor({{ choices | length }} * {{
                simulated_uniform(purpose, *varargs)
            }}) as integer
        )
    ]
{%- endmacro %}
