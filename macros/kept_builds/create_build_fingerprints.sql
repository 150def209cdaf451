{#
  Makes the table of what was built last: one row per model, seed and input
  table, per test that passed, and one for each thing that many nodes depend on:
  - libraries: their versions (plugins/libraries.py);
  - files: macros, and the seeds that macros read;
  - python: code in ml/;
  - vars: their values, but for `retrain`, which forces one build and is no
    property of its result.
  Two rows of one node never stand in it. Columns:
  - fingerprint: digest of all that the node is made of, see node_fingerprint;
  - content: digest of what came out, see table_content; null for tests and views;
  - version: what its children's fingerprints hold of it.
  A row is deleted before its node is built and written when that succeeded: a
  build that failed or was killed leaves none, and its node is built again.
  A node that is kept should cost nothing, least of all a connection. So the rows
  are read once a run, into `graph`, which all nodes share; beside them lie the
  result of a test that passed, and the tests that passed in this run.
#}
{% macro create_build_fingerprints() %}
    {%- if execute -%}
        {%- do run_query(
            'create table if not exists ' ~ build_fingerprints()
            ~ ' (node varchar, fingerprint varchar, content varchar, version varchar,'
            ~ ' finished_at timestamptz)'
        ) -%}
        {%- set known = {} -%}
        {%- for row in run_query(
            'select node, fingerprint, content, version from ' ~ build_fingerprints()
        ).rows -%}
            {%- do known.update({
                row[0]: {'fingerprint': row[1], 'content': row[2], 'version': row[3]}
            }) -%}
        {%- endfor -%}
        {%- call statement('no_failures', fetch_result=true, auto_begin=false) -%}
            select 0 as failures, false as should_warn, false as should_error
        {%- endcall -%}
        {%- do graph.update({
            'kept_builds': known, 'no_failures': load_result('no_failures'), 'passed_tests': {}
        }) -%}
        {%- set vars = {} -%}
        {%- for name in declared_vars() if name != 'retrain' -%}
            {%- do vars.update({name: var(name) | string}) -%}
        {%- endfor -%}
        {%- for name, version in {
            'libraries': run_query("select getvariable('libraries')").rows[0][0],
            'files': files_digest(['macros/**/*.sql', 'seeds/*.csv']),
            'python': files_digest(['ml/*.py']),
            'vars': local_md5(tojson(vars, sort_keys=true)),
        }.items() -%}
            {%- do forget_build(name) -%}
            {%- do remember_build(name, version) -%}
        {%- endfor -%}
    {%- endif -%}
{% endmacro %}
