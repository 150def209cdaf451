{% macro create_build_fingerprints() %}
    {%- if execute -%}
        {%- do create_remembered('build_fingerprints', {
            'node': 'varchar', 'fingerprint': 'varchar', 'content': 'varchar',
            'version': 'varchar', 'finished_at': 'timestamp with time zone'
        }) -%}
        {%- if not var('keep_builds') -%}
            {%- do run_query('delete from ' ~ build_fingerprints()) -%}
        {%- endif -%}
        {%- set known = {} -%}
        {%- for row in run_query(
            'select node, fingerprint, content, version from ' ~ build_fingerprints()
        ).rows -%}
            {%- do known.update({
                row[0]: {'fingerprint': row[1], 'content': row[2], 'version': row[3]}
            }) -%}
        {%- endfor -%}
        {%- set no_failures = run_query(
            'select 0 as failures, false as should_warn, false as should_error'
        ) -%}
        {%- do run_state().update({
            'kept_builds': known, 'no_failures': no_failures, 'passed_tests': {},
            'comments': present_comments()
        }) -%}
        {%- set vars = {} -%}
        {%- for name in declared_vars() if name not in ['retrain', 'compute'] -%}
            {%- do vars.update({name: var(name) | string}) -%}
        {%- endfor -%}
        {%- for name, version in {
            'libraries': run_query("select getvariable('libraries')").rows[0][0],
            'files': files_digest(['macros/**/*.sql', 'seeds/*.csv']),
            'python': files_digest(['ml/**/*.py']),
            'vars': local_md5(tojson(vars, sort_keys=true)),
        }.items() -%}
            {%- do forget_build(name) -%}
            {%- do remember_build(name, version) -%}
        {%- endfor -%}
    {%- endif -%}
{% endmacro %}
