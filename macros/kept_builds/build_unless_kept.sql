{% macro build_unless_kept(materialization) %}
    {%- set node = model.unique_id -%}
    {%- set is_view = model.config.materialized == 'view' -%}
    {%- set fingerprint = node_fingerprint() -%}
    {%- set last = graph.kept_builds.get(node) -%}
    {%- set in_full = mentions_today() -%}
    {%- set relation = load_cached_relation(this) -%}
    {%- set is_forced = flags.FULL_REFRESH
        or (var('retrain') and 'retrain' in (model.config.meta or {})) -%}
    {%- if not is_forced and last and fingerprint == last.fingerprint
        and relation is not none
        and (is_view or table_content(this, in_full) == last.content)
        and are_files_there() -%}
        {%- do write_comments(relation, graph.comments) -%}
        {%- call noop_statement('main', 'kept: nothing changed') -%}{%- endcall -%}
        {%- do graph.kept_nodes.append(node) -%}
        {%- if model.resource_type == 'seed' -%}
            {%- do store_result('agate_table', response='OK', agate_table=load_agate_table()) -%}
        {%- endif -%}
        {{ return({'relations': [this]}) }}
    {%- endif -%}
    {%- do forget_build(node) -%}
    {%- set built = materialization() -%}
    {%- if fingerprint is not none -%}
        {%- do remember_build(
            node, fingerprint, none if is_view else table_content(this, in_full)
        ) -%}
    {%- endif -%}
    {{ return(built) }}
{% endmacro %}
