{% macro delete_retrained(relation) %}
    {%- if is_incremental() %}
        delete from {{ relation }} as explained
        using {{ ref('trained_models') }} as stored
        where
            explained.model_id = stored.model_id
            and explained.trained_at <> stored.trained_at
            and explained.trained_at in (
                select distinct written.trained_at
                from {{ relation }} as written
                except
                select stored_again.trained_at
                from {{ ref('trained_models') }} as stored_again
            )
    {%- endif -%}
{% endmacro %}
