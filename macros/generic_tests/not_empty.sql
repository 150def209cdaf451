{% test not_empty(model) %}
    select row_count
    from (select count(*) as row_count from {{ model }}) as counted
    where row_count = 0{% if flags.EMPTY %} and false{% endif %}
{% endtest %}
