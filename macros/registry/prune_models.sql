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

    {%- set keys = {} -%}
    {%- for row in run_query(
        "select columns.table_name, columns.column_name"
        ~ " from information_schema.columns as columns"
        ~ " inner join information_schema.tables as tables"
        ~ " using (table_catalog, table_schema, table_name)"
        ~ " where columns.column_name in ('model_id', 'backtest_id')"
        ~ " and columns.table_name not in ('published_forecasts', 'track_record')"
        ~ " and tables.table_type = 'BASE TABLE' and table_catalog = '" ~ target.database
        ~ "' and table_schema = '" ~ target.schema ~ "' order by columns.table_name"
    ).rows -%}
        {%- do keys.update({row[0]: row[1]}) -%}
    {%- endfor -%}
    {%- for months in var('horizons') -%}
        {%- if 'trained_' ~ months ~ 'm' not in keys -%}
            {%- do exceptions.raise_compiler_error(
                'table trained_' ~ months ~ 'm is not there: there is nothing to prune before dbt build'
            ) -%}
        {%- endif -%}
    {%- endfor -%}

    {%- set query -%}
        with trained as (
            select
                model_id as id,
                'model_id' as key,
                pred_col,
                trained_at,
                cutoff_date is not null or len(holdout_tickers) > 0 as is_study
            from {{ ref('trained_models') }}
            {% if 'backtest_forecasts' in keys %}
                union all
                select distinct
                    backtest_id as id,
                    'backtest_id' as key,
                    pred_col,
                    trained_at,
                    len(string_split(backtest_id, '_')) > 2 as is_study
                from {{ ref('backtest_forecasts') }}
            {% endif %}
        ),

        ranked as (
            select
                *,
                row_number() over (
                    partition by key, pred_col, is_study
                    order by trained_at desc
                ) as position
            from trained
        ),

        old as (
            select
                id,
                key
            from ranked
            where
                position > {{ keep or 0 }}
                and (is_study or position > 1)
                {% if before is not none %}
                    and cast(trained_at as date) < date '{{ before }}'
                {% endif %}
        )

        select
            id,
            key
        from old
        {% if 'holdout_forecasts' in keys %}
            where
                id not in (
                    select seen_model_id
                    from {{ ref('holdout_forecasts') }}
                    where model_id not in (select old.id from old)
                )
        {% endif %}
        order by key desc, id
    {%- endset -%}
    {%- set old = {'model_id': [], 'backtest_id': []} -%}
    {%- for row in run_query(query).rows -%}
        {%- do old[row[1]].append(row[0]) -%}
    {%- endfor -%}
    {%- set ids = old['model_id'] + old['backtest_id'] -%}
    {%- if not ids -%}
        {%- do print('No model is old enough to go.') -%}
    {%- else -%}
        {%- set deletions = [] -%}
        {%- set counts = [] -%}
        {%- for table, key in keys.items() if old[key] -%}
            {%- set rows = api.Relation.create(
                database=target.database, schema=target.schema, identifier=table
            ) ~ ' where list_contains(' ~ sql_list(old[key]) ~ ', ' ~ key ~ ')' -%}
            {%- set count = run_query('select count(*) from ' ~ rows).columns[0].values()[0] -%}
            {%- do counts.append('  ' ~ table ~ ': ' ~ '{:,}'.format(count | int) ~ ' rows') -%}
            {%- do deletions.append('delete from ' ~ rows) -%}
        {%- endfor -%}
        {%- if not dry_run -%}
            {%- do run_query(
                'begin transaction; ' ~ deletions | join('; ') ~ '; commit'
            ) -%}
        {%- endif -%}
        {%- set kinds = 'models' ~ (' and backtests' if old['backtest_id'] else '') -%}
        {%- do print(
            (('These ' ~ kinds ~ ' would be deleted: ') if dry_run else ('Deleted ' ~ kinds ~ ': '))
            ~ ids | join(', ') ~ '\n' ~ counts | join('\n')
        ) -%}
        {%- if dry_run -%}
            {%- do print('Nothing was deleted: add dry_run: false to delete.') -%}
        {%- endif -%}
    {%- endif -%}
{% endmacro %}
