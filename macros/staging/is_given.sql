{% macro is_given(column) -%}
    coalesce(
        trim(cast({{ column }} as varchar)) <> ''
        and not starts_with(
            lower(trim(cast({{ column }} as varchar))), 'field not available'
        ),
        false
    )
{%- endmacro %}
