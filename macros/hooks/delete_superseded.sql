{#
  For a post-hook of a table that merges in rows by model: deletes what an
  earlier training left under the id of a model that was trained again. A merge
  alone keeps rows that the new model no longer has.
#}
{% macro delete_superseded(relation) %}
    delete from {{ relation }}
    where
        (model_id, trained_at) not in (
            select
                newest.model_id,
                max(newest.trained_at)
            from {{ relation }} as newest
            group by newest.model_id
        )
{% endmacro %}
