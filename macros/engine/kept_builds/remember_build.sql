{% macro remember_build(node, fingerprint, content=none, version=none) %}
    {%- if var('keep_builds') -%}
        {%- set version = version if version is not none
            else fingerprint if content is none
            else content if 'rows only' not in content
            else local_md5(fingerprint ~ invocation_id) -%}
        {%- do run_query(
            'insert into ' ~ build_fingerprints() ~ " values ('" ~ node ~ "', '" ~ fingerprint
            ~ "', " ~ ("'" ~ content ~ "'" if content is not none else 'null')
            ~ ", '" ~ version ~ "', now())"
        ) -%}
        {%- do run_state().kept_builds.update({
            node: {'fingerprint': fingerprint, 'content': content, 'version': version}
        }) -%}
    {%- endif -%}
{% endmacro %}
