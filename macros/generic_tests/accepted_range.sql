{% test accepted_range(
    model, column_name, min_value=none, max_value=none, exclusive=false
) %}
    select {{ column_name }}
    from {{ model }}
    where
        false
        {% if min_value is not none %}
            or {{ column_name }} {{ '<=' if exclusive else '<' }} {{ min_value }}
        {% endif %}
        {% if max_value is not none %}
            or {{ column_name }} {{ '>=' if exclusive else '>' }} {{ max_value }}
        {% endif %}
{% endtest %}
