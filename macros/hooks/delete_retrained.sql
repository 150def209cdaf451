{#
  For a pre-hook of a table that merges in rows by model: deletes the rows of
  models that were trained again under the same id since. So the merge, which
  would keep the rows that the new model no longer has, need only insert.
  The times of training are few, and quickly read: from them DuckDB knows
  which part of the table to look through, mostly none.
#}
{% macro delete_retrained(relation) %}
    {%- if is_incremental() %}
        delete from {{ relation }} as explained
        using ({{ stored_models() }}) as stored
        where
            explained.model_id = stored.model_id
            and explained.trained_at <> stored.trained_at
            and explained.trained_at in (
                select distinct written.trained_at
                from {{ relation }} as written
                except
                select stored_again.trained_at
                from ({{ stored_models() }}) as stored_again
            )
    {%- endif -%}
{% endmacro %}
