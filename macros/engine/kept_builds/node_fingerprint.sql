{% macro node_fingerprint() %}
    {%- set compiled = model.compiled_code or '' -%}
    {%- if flags.EMPTY or not var('keep_builds') or mentions_moment(compiled) -%}
        {{ return(none) }}
    {%- endif -%}
    {%- set is_python = model.language == 'python' -%}
    {%- set is_incremental_model = model.config.materialized == 'incremental' -%}
    {%- set config = {} -%}
    {%- do config.update(model.config) -%}
    {%- set meta = {} -%}
    {%- do meta.update(config.meta or {}) -%}
    {%- do meta.pop('retrain', none) -%}
    {%- do meta.pop('compute', none) -%}
    {%- do config.update({'meta': meta}) -%}
    {%- set parts = {
        'code': (model.raw_code if is_incremental_model else model.compiled_code) | default(none),
        'config': config,
        'contract': model.contract | default(none),
        'parents': {},
    } -%}
    {%- if 'publication' in meta -%}
        {#- What is published goes out with its comments: a new one is published anew. -#}
        {%- for node in model.depends_on.nodes -%}
            {%- do parts.update({node: [
                graph.nodes[node].description,
                graph.nodes[node].columns.values() | map(attribute='description') | list,
            ]}) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- set parents = ['libraries'] -%}
    {%- set reached = model.depends_on.nodes | default([]) | unique | list -%}
    {#- The code holds that of an ephemeral model: what that one reads counts. -#}
    {%- for parent in reached -%}
        {%- if graph.nodes.get(parent, {}).get('config', {}).get('materialized') == 'ephemeral' -%}
            {%- do reached.extend(graph.nodes[parent].depends_on.nodes) -%}
        {%- else -%}
            {%- do parents.append(parent) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if is_incremental_model or config['pre-hook'] or config['post-hook'] -%}
        {%- do parents.append('files') -%}
    {%- endif -%}
    {%- if is_python -%}
        {%- do parents.append('python') -%}
    {%- elif is_incremental_model -%}
        {%- do parents.append('vars') -%}
    {%- endif -%}
    {%- for parent in parents -%}
        {%- if parent not in run_state().kept_builds
            or (model.resource_type == 'test' and parent in graph.nodes
                and (graph.nodes[parent].config.meta or {}).get('filled_by_hook')) -%}
            {{ return(none) }}
        {%- endif -%}
        {%- do parts.parents.update({parent: run_state().kept_builds[parent].version}) -%}
    {%- endfor -%}
    {%- if model.resource_type == 'seed' -%}
        {%- if model.checksum.name != 'sha256' -%}
            {{ return(none) }}
        {%- endif -%}
        {%- do parts.update({'code': model.checksum.checksum}) -%}
    {%- endif -%}
    {%- if mentions_today(compiled) -%}
        {%- do parts.update({'today': run_started_at.strftime('%Y-%m-%d')}) -%}
    {%- endif -%}
    {{ return(local_md5(tojson(parts, sort_keys=true))) }}
{% endmacro %}
