{#
  For a post-hook of a table that merges in rows by model: deletes what an
  earlier training left under the id of a model, or of a backtest, that was
  trained again. A merge alone keeps rows that the new one no longer has.
#}
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
