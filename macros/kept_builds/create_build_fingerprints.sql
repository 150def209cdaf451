{#
  Makes the table of what was built last: one row per model, seed and input
  table, and per test that passed. Two rows of one node never stand in it.
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
    {%- endif -%}
{% endmacro %}
