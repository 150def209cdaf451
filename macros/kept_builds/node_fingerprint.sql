{#
  What the node being built is made of, and what is known of its last build: a
  mapping {now: digest, last: that of the last build, content: digest of what
  came out then}. `now` is none where it cannot be told, so that the node is
  neither kept nor remembered. Digested are
  - its code: compiled, or raw where compiling depends on whether the table is
    there (incremental). What else the raw code reads is then in the vars or,
    for Python, in `meta`; and in ml/, requirements.txt and macros/;
  - its config, and its columns where they are a contract;
  - the versions of what it reads, of dbt and of DuckDB;
  - the day, where it depends on it.
  `retrain` is left out: it forces one build, and is no property of its result.
#}
{% macro node_fingerprint() %}
    {%- if flags.EMPTY -%}
        {{ return({'now': none}) }}
    {%- endif -%}
    {%- set is_python = model.language == 'python' -%}
    {%- set is_incremental_model = model.config.materialized == 'incremental' -%}
    {%- set config = {} -%}
    {%- do config.update(model.config) -%}
    {%- set meta = {} -%}
    {%- do meta.update(config.meta or {}) -%}
    {%- do meta.pop('retrain', none) -%}
    {%- do config.update({'meta': meta}) -%}
    {%- set parts = {
        'code': (model.raw_code if is_incremental_model else model.compiled_code) | default(none),
        'config': config,
        'contract': model.contract | default(none),
        'parents': {},
        'dbt': dbt_version,
    } -%}
    {%- set parents = (model.depends_on.nodes | default([]) + ['duckdb']) | unique | list -%}
    {%- set last = {} -%}
    {%- for row in run_query(
        'select node, version, fingerprint, content from ' ~ build_fingerprints()
        ~ ' where node in (' ~ "'" ~ (parents + [model.unique_id]) | join("', '") ~ "')"
    ).rows -%}
        {%- if row[0] == model.unique_id -%}
            {%- do last.update({'last': row[2], 'content': row[3]}) -%}
        {%- else -%}
            {%- do parts.parents.update({row[0]: row[1]}) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if parts.parents | length < parents | length -%}
        {{ return({'now': none}) }}
    {%- endif -%}
    {%- if model.resource_type == 'seed' -%}
        {%- if model.checksum.name != 'sha256' -%}
            {{ return({'now': none}) }}
        {%- endif -%}
        {%- do parts.update({'code': model.checksum.checksum}) -%}
    {%- endif -%}
    {%- if is_incremental_model and not is_python -%}
        {%- for name in declared_vars() -%}
            {%- do parts.update({'var ' ~ name: var(name)}) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- if is_incremental_model or config['pre-hook'] or config['post-hook'] -%}
        {%- do parts.update({'macros': files_digest(['macros/**/*.sql'])}) -%}
    {%- endif -%}
    {%- if is_python -%}
        {%- do parts.update({'python': files_digest(['ml/*.py', 'requirements.txt'])}) -%}
    {%- endif -%}
    {%- if mentions_today() -%}
        {%- do parts.update({'today': run_started_at.strftime('%Y-%m-%d')}) -%}
    {%- endif -%}
    {%- do last.update({'now': local_md5(tojson(parts, sort_keys=true))}) -%}
    {{ return(last) }}
{% endmacro %}
