{% macro simulated_pick(choices, purpose) -%}
    ['{{ choices | join("', '") }}'][
        1 + cast(
            floor({{ choices | length }} * {{
                simulated_uniform(purpose, *varargs)
            }}) as integer
        )
    ]
{%- endmacro %}
