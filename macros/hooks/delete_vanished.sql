{% macro delete_vanished(relation) %}
    {%- if is_incremental() %}
        delete from {{ relation }} as explained
        where
            explained.model_id in (
                select newest.model_id
                from {{ ref('trained_models') }} as newest
                where
                    newest.cutoff_date is not distinct from
                    {{ "null" if var('cutoff_date') is none
                        else "date '" ~ var('cutoff_date') ~ "'" }}
                    and newest.holdout_tickers
                    = {{ sql_list(var('holdout_tickers') | map('upper') | unique | sort) }}
                qualify
                    row_number() over (
                        partition by newest.pred_col order by newest.trained_at desc
                    ) = 1
            )
            and (explained.ticker, explained.date) not in (
                select (features.ticker, features.date)
                from {{ ref('features') }} as features
            )
    {%- endif %}
{% endmacro %}
