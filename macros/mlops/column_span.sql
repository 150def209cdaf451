{% macro column_span(column) -%}
    {
        'lowest': min({{ column }}),
        'width': if(
            max({{ column }}) > min({{ column }}), max({{ column }}) - min({{ column }}), 1
        )
    }
{%- endmacro %}
