{#
  Deletes old models, with their rows in every table that has their model_id:

    dbt run-operation prune_models --args '{keep: 5}'
    dbt run-operation prune_models --args '{keep: 5, dry_run: false}'

  The first lists what would go, the second deletes it. For each horizon the
  newest `keep` models stay, and as many studies (models with a cutoff_date or
  with tickers left out). `before`, a date, spares what was trained since; it
  may stand alone. The newest model of each horizon that is no study always
  stays, for latest_forecasts stands on it, and so does a model with which a
  study that stays is compared.
#}
{% macro prune_models(keep=none, before=none, dry_run=true) %}
    {%- if keep is none and before is none -%}
        {%- do exceptions.raise_compiler_error(
            "prune_models needs to know what to keep: give --args '{keep: 5}', "
            ~ "'{before: 2026-01-01}' or both"
        ) -%}
    {%- endif -%}
    {%- if keep is not none and (keep is not integer or keep is boolean or keep < 0) -%}
        {%- do exceptions.raise_compiler_error(
            "keep is '" ~ keep ~ "': give a whole number of at least 0"
        ) -%}
    {%- endif -%}
    {%- if before is not none and not is_iso_date(before) -%}
        {%- do exceptions.raise_compiler_error(
            "before is '" ~ before ~ "': give a date such as 2026-01-01"
        ) -%}
    {%- endif -%}
    {%- if dry_run is not boolean -%}
        {%- do exceptions.raise_compiler_error(
            "dry_run is '" ~ dry_run ~ "': give true or false"
        ) -%}
    {%- endif -%}

    {%- set tables = run_query(
        "select columns.table_name from information_schema.columns as columns"
        ~ " inner join information_schema.tables as tables"
        ~ " using (table_catalog, table_schema, table_name)"
        ~ " where columns.column_name = 'model_id' and tables.table_type = 'BASE TABLE'"
        ~ " and table_catalog = '" ~ target.database ~ "' and table_schema = '"
        ~ target.schema ~ "' order by columns.table_name"
    ).columns[0].values() -%}
    {%- for months in [12, 24, 36] -%}
        {%- if 'trained_' ~ months ~ 'm' not in tables -%}
            {%- do exceptions.raise_compiler_error(
                'table trained_' ~ months ~ 'm is not there: there is nothing to prune before dbt build'
            ) -%}
        {%- endif -%}
    {%- endfor -%}

    {%- set query -%}
        with ranked as (
            select
                *,
                cutoff_date is not null or len(holdout_tickers) > 0 as is_study,
                row_number() over (
                    partition by
                        pred_col,
                        cutoff_date is not null or len(holdout_tickers) > 0
                    order by trained_at desc
                ) as position
            from ({{ stored_models() }})
        ),

        old as (
            select model_id
            from ranked
            where
                position > {{ keep or 0 }}
                and (is_study or position > 1)
                {% if before is not none %}
                    and training_date < date '{{ before }}'
                {% endif %}
        )

        select model_id
        from old
        {% if 'holdout_forecasts' in tables %}
            where
                model_id not in (
                    select seen_model_id
                    from {{ ref('holdout_forecasts') }}
                    where model_id not in (from old)
                )
        {% endif %}
        order by model_id
    {%- endset -%}
    {%- set models = run_query(query).columns[0].values() -%}
    {%- if not models -%}
        {%- do print('No model is old enough to go.') -%}
    {%- else -%}
        {%- set is_pruned = 'list_contains(' ~ sql_list(models) ~ ', model_id)' -%}
        {%- set deletions = [] -%}
        {%- set counts = [] -%}
        {%- for table in tables -%}
            {%- set rows = api.Relation.create(
                database=target.database, schema=target.schema, identifier=table
            ) ~ ' where ' ~ is_pruned -%}
            {%- set count = run_query('select count(*) from ' ~ rows).columns[0].values()[0] -%}
            {%- do counts.append('  ' ~ table ~ ': ' ~ '{:,}'.format(count | int) ~ ' rows') -%}
            {%- do deletions.append('delete from ' ~ rows) -%}
        {%- endfor -%}
        {%- if not dry_run -%}
            {%- do run_query(
                'begin transaction; ' ~ deletions | join('; ') ~ '; commit'
            ) -%}
        {%- endif -%}
        {%- do print(
            ('These models would be deleted: ' if dry_run else 'Deleted models: ')
            ~ models | join(', ') ~ '\n' ~ counts | join('\n')
        ) -%}
        {%- if dry_run -%}
            {%- do print('Nothing was deleted: add dry_run: false to delete.') -%}
        {%- endif -%}
    {%- endif -%}
{% endmacro %}
