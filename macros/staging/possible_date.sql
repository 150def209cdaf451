{% macro possible_date(column) -%}
    case
        when
            try_cast({{ column }} as date)
            between date '1900-01-01' and current_date
            then try_cast({{ column }} as date)
    end
{%- endmacro %}
