{% macro delete_superseded(relation, id='model_id') %}
    delete from {{ relation }}
    where
        ({{ id }}, trained_at) not in (
            select
                newest.{{ id }},
                max(newest.trained_at)
            from {{ relation }} as newest
            group by newest.{{ id }}
        )
{% endmacro %}
