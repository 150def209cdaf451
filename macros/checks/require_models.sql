{% macro require_models(holdout_tickers, model_id=none) %}
    {%- if execute -%}
        {%- set tickers = holdout_tickers | map('upper') | unique | sort -%}
        {%- if model_id is not none -%}
            {%- set known = run_query(
                'select model_id from ' ~ ref('trained_models')
            ).columns[0].values() -%}
            {%- if model_id not in known -%}
                {%- do exceptions.raise_compiler_error(
                    "no stored model has the id '" ~ model_id ~ "': did you mean '"
                    ~ nearest_name(model_id, known) ~ "'? model_stats lists all"
                    if known else
                    "no stored model has the id '" ~ model_id
                    ~ "', for none was trained yet: run dbt build first"
                ) -%}
            {%- endif -%}
            {%- set is_needed = 'model_id = '
                ~ dbt.string_literal(dbt.escape_single_quotes(model_id)) -%}
        {%- else -%}
            {%- set is_needed = 'cutoff_date is not distinct from '
                ~ ("null" if var('cutoff_date') is none
                    else "date '" ~ var('cutoff_date') ~ "'")
                ~ ' and holdout_tickers = ' ~ sql_list(tickers) -%}
            {{ stop_unless(
                '(select count(*) > 0 from ' ~ ref('trained_models')
                ~ ' where ' ~ is_needed ~ ')',
                "no stored model has cutoff_date "
                ~ (var('cutoff_date') or 'null') ~ " and holdout_tickers "
                ~ (tickers | list) ~ ": build the trained models with the same vars first"
            ) }}
        {%- endif -%}
        {%- set outdated = run_query(
            "select model_id, string_agg(feature, ', ' order by feature) from ("
            ~ 'select model_id, unnest(features) as feature from '
            ~ ref('trained_models') ~ ' where ' ~ is_needed
            ~ ' qualify row_number() over (partition by pred_col order by trained_at desc) = 1'
            ~ ') where feature not in (select column_name from (describe '
            ~ ref('features') ~ '))'
            ~ ' group by model_id order by model_id'
        ).rows -%}
        {%- if outdated -%}
            {%- do exceptions.raise_compiler_error(
                "model " ~ outdated[0][0] ~ " was trained on columns that table features "
                ~ "no longer has (" ~ outdated[0][1] ~ "): train a new one with dbt build, "
                ~ "or explain with this one in the version of the project that trained it"
            ) -%}
        {%- endif -%}
    {%- endif -%}
{% endmacro %}
