{#
  Makes the table of what was built last: one row per model, seed and input
  table, per test that passed, and one for DuckDB's version. Two rows of one node never stand in it.
  - fingerprint: digest of all that the node is made of, see node_fingerprint;
  - content: digest of what came out, see table_content; null for tests;
  - version: what its children's fingerprints hold of it.
  A row is deleted before its node is built and written when that succeeded: a
  build that failed or was killed leaves none, and its node is built again.
#}
{% macro create_build_fingerprints() %}
    {%- if execute -%}
        {%- do run_query(
            'create table if not exists ' ~ build_fingerprints()
            ~ ' (node varchar, fingerprint varchar, content varchar, version varchar,'
            ~ ' finished_at timestamptz)'
        ) -%}
        {%- do forget_build('duckdb') -%}
        {%- do remember_build('duckdb', run_query('select version()').rows[0][0]) -%}
    {%- endif -%}
{% endmacro %}
