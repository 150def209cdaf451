{% macro record_run(results) %}
    {%- if execute and results and target.name != 'trainer'
        and flags.WHICH in ['build', 'run', 'seed', 'test'] -%}
        {%- do adapter.store_relation('run_history', none, [], '', '', {
            'run': {
                'invocation_id': invocation_id,
                'invoked_at': run_started_at,
                'command': invocation_args_dict.get('invocation_command'),
                'vars': invocation_args_dict.get('vars', {}),
                'dbt_version': dbt_version,
            },
            'results': results,
            'kept_nodes': kept_nodes(results),
            'runs_kept': var('runs_kept'),
        }) -%}
    {%- endif -%}
{% endmacro %}
