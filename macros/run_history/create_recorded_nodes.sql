{% macro create_recorded_nodes() %}
    create table if not exists {{ recorded_nodes() }} (
        invocation_id varchar,
        invoked_at timestamptz,
        finished_at timestamptz,
        command varchar,
        vars varchar,
        git_commit varchar,
        dbt_version varchar,
        node varchar,
        resource_type varchar,
        path varchar,
        status varchar,
        is_kept boolean,
        message varchar,
        failures bigint,
        started_at timestamptz,
        compile_seconds double,
        execute_seconds double,
        wall_seconds double,
        row_count bigint
    )
{% endmacro %}
