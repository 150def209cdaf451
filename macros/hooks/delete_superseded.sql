{% macro delete_superseded(relation, id='model_id') %}
    {%- if target.name != 'trainer' %}
        delete from {{ relation }}
        where
            ({{ id }}, trained_at) not in (
                select
                    newest.{{ id }},
                    max(newest.trained_at)
                from {{ relation }} as newest
                group by newest.{{ id }}
            )
    {%- endif %}
{% endmacro %}
