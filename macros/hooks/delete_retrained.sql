{#
  For a pre-hook of a table that merges in rows by model: deletes the rows of
  models that were trained again under the same id since. So the merge, which
  would keep the rows that the new model no longer has, need only insert.
#}
{% macro delete_retrained(relation) %}
    {%- if is_incremental() %}
        delete from {{ relation }} as explained
        using ({{ stored_models() }}) as stored
        where
            explained.model_id = stored.model_id
            and explained.trained_at <> stored.trained_at
    {%- endif %}
{% endmacro %}
