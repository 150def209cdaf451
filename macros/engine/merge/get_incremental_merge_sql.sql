{% macro duckdb__get_incremental_merge_sql(args_dict) %}
    {%- set only_adds = target.name == 'trainer' -%}
    {%- set target, source = args_dict.target_relation, args_dict.temp_relation -%}
    {%- set unique_key = args_dict.unique_key -%}
    {%- set keys = [unique_key] if unique_key is string else unique_key -%}
    {%- set known = run_query(
        'select 1 from ' ~ target ~ ' where ' ~ keys[0]
        ~ ' in (select ' ~ keys[0] ~ ' from ' ~ source ~ ') limit 1'
    ) -%}
    {%- if only_adds or known.rows | length == 0 -%}
        insert into {{ target }} by name from {{ source }}
    {%- else -%}
        {%- set same_key = [] -%}
        {%- for key in keys -%}
            {%- do same_key.append(
                'dbt_internal_source.' ~ key ~ ' = dbt_internal_dest.' ~ key
            ) -%}
        {%- endfor -%}
        delete from {{ target }} as dbt_internal_dest
        using {{ source }} as dbt_internal_source
        where {{ same_key | join(' and ') }}
            and {{ config.get('merge_update_condition', 'true') }};

        insert into {{ target }} by name
        from {{ source }}
        where rowid not in (
            select dbt_internal_source.rowid
            from {{ source }} as dbt_internal_source
            inner join {{ target }} as dbt_internal_dest
                on {{ same_key | join(' and ') }}
        );
    {%- endif -%}
{% endmacro %}
