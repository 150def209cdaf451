{% macro duckdb__collect_freshness(source, loaded_at_field, filter) %}
    {%- set today = "date '" ~ var('cutoff_date') ~ "'" if var('cutoff_date')
        else 'current_date' -%}
    {%- call statement('collect_freshness', fetch_result=true, auto_begin=false) -%}
        with days as (
            select try_cast({{ loaded_at_field }} as date) as day from {{ source }}
        )

        select
            cast(max(day) as timestamptz) as max_loaded_at,
            cast({{ today }} as timestamptz) as snapshotted_at
        from days
        where day <= {{ today }}
    {%- endcall -%}
    {%- set result = load_result('collect_freshness') -%}
    {%- set newest = result.table.rows[0][0] -%}
    {%- set loaded_at = run_query(
        'select min(loaded_at) from ' ~ source.include(identifier=false) ~ '.market_loads'
    ).columns[0].values()[0] -%}
    {%- do log(
        source.identifier ~ ': ' ~ ('newest day ' ~ newest.date() if newest else 'no day at all')
        ~ (', loaded ' ~ loaded_at ~ ' UTC' if loaded_at else ''),
        info=true
    ) -%}
    {{ return(result) }}
{% endmacro %}
