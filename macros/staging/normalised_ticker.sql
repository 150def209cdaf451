{% macro normalised_ticker(column='ticker') -%}
    nullif(
        upper(trim(
            {{ column }}, ' ' || chr(9) || chr(10) || chr(13) || chr(160)
        )),
        ''
    )
{%- endmacro %}
