with recorded as (

    select * from {{ recorded_nodes() }}

),

named as (

    select
        * exclude (path, status, is_kept),
        case resource_type
            when 'model' then split_part(path, '/', 2)
            when 'seed' then 'seeds'
            when 'operation' then 'hooks'
            else 'tests'
        end as layer,
        case when is_kept then 'kept' else status end as status
    from recorded

)

select
    invocation_id,
    invoked_at,
    finished_at,
    command,
    vars,
    git_commit,
    dbt_version,
    node,
    resource_type,
    layer,
    status,
    message,
    failures,
    started_at,
    compile_seconds,
    execute_seconds,
    wall_seconds,
    row_count
from named
