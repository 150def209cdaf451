{#
  Writes down that a node was built. Where the content is known in full, it is
  the version that children see: a table that comes out as it was keeps them.
#}
{% macro remember_build(node, fingerprint, content=none) %}
    {%- set is_digest = content is not none and 'rows only' not in content -%}
    {%- do run_query(
        'insert into ' ~ build_fingerprints() ~ " values ('" ~ node ~ "', '" ~ fingerprint
        ~ "', " ~ ("'" ~ content ~ "'" if content is not none else 'null')
        ~ ", '" ~ (content if is_digest else fingerprint) ~ "', now())"
    ) -%}
{% endmacro %}
