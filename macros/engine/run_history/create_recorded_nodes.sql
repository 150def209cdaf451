{% macro create_recorded_nodes() %}
    {%- if execute -%}
        {%- do create_remembered('recorded_nodes', {
            'invocation_id': 'varchar',
            'invoked_at': 'timestamp with time zone',
            'finished_at': 'timestamp with time zone',
            'command': 'varchar',
            'vars': 'varchar',
            'git_commit': 'varchar',
            'dbt_version': 'varchar',
            'node': 'varchar',
            'resource_type': 'varchar',
            'path': 'varchar',
            'status': 'varchar',
            'is_kept': 'boolean',
            'message': 'varchar',
            'failures': 'bigint',
            'started_at': 'timestamp with time zone',
            'compile_seconds': 'double',
            'execute_seconds': 'double',
            'wall_seconds': 'double',
            'row_count': 'bigint'
        }) -%}
    {%- endif -%}
{% endmacro %}
