{#
  A ticker symbol without surrounding blanks (space, tab, line break, no-break
  space), in upper case; null when empty.
#}
{% macro normalised_ticker(column='ticker') -%}
    nullif(
        upper(trim(
            {{ column }}, ' ' || chr(9) || chr(10) || chr(13) || chr(160)
        )),
        ''
    )
{%- endmacro %}
