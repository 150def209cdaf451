{% macro value_faults(columns) -%}
    {%- set words = {
        'double': 'is not a number',
        'integer': 'is not a whole number',
        'boolean': 'is not true or false',
        'date': 'is not a date',
    } -%}
    {%- set faults = [] -%}
    {%- for column, type, conditions in columns -%}
        {%- set quoted = adapter.quote(column) -%}
        {%- set typed = 'try_cast(' ~ quoted ~ ' as ' ~ type ~ ')' -%}
        {%- set found = [(is_unreadable(quoted, type), words[type])] -%}
        {%- if type == 'double' -%}
            {%- do found.append(('isinf(' ~ typed ~ ')', 'is infinite')) -%}
        {%- elif type == 'date' -%}
            {%- do found.append((typed ~ " < date '1900-01-01'", 'is before 1900')) -%}
            {%- do found.append((
                typed ~ " between current_date + 1 and date '9999-12-30'", 'is in the future'
            )) -%}
        {%- endif -%}
        {#- NaN is above every number. -#}
        {%- set is_number = " and " ~ typed ~ " < 'infinity'" if type == 'double' else '' -%}
        {%- for condition, fault in conditions.items() -%}
            {%- do found.append((typed ~ ' ' ~ condition ~ is_number, fault)) -%}
        {%- endfor -%}
        {%- do faults.append((column, found)) -%}
    {%- endfor -%}
    case
        when
            {% for column, found in faults -%}
                {% set last_column = loop.last -%}
                {% for condition, fault in found -%}
                    {{ condition }}
                    {% if not (last_column and loop.last) %}or {% endif -%}
                {% endfor -%}
            {% endfor -%}
            then list_filter([
                {% for column, found in faults -%}
                    case
                        {% for condition, fault in found -%}
                            when {{ condition }} then '{{ column }} {{ fault }}'
                        {% endfor -%}
                    end{{ ',' if not loop.last }}
                {% endfor -%}
            ], lambda fault: fault is not null)
    end
{%- endmacro %}
