{% macro build_unless_kept(materialization) %}
    {%- set node = model.unique_id -%}
    {%- set is_view = model.config.materialized == 'view' -%}
    {%- set fingerprint = node_fingerprint() -%}
    {%- set last = run_state().kept_builds.get(node) -%}
    {%- set relation = load_cached_relation(this) -%}
    {%- set is_forced = flags.FULL_REFRESH
        or (var('retrain') and 'retrain' in (model.config.meta or {})) -%}
    {%- if not is_forced and last and fingerprint == last.fingerprint
        and relation is not none
        and (is_view or table_content(this) == last.content)
        and is_publication_whole()
        and is_record_published() -%}
        {%- do write_comments(relation, run_state().comments) -%}
        {%- do say_kept() -%}
        {%- if model.resource_type == 'seed' -%}
            {%- do store_result('agate_table', response='OK', agate_table=load_agate_table()) -%}
        {%- endif -%}
        {{ return({'relations': [this]}) }}
    {%- endif -%}
    {%- do require_built() -%}
    {%- if model.config.materialized == 'incremental' and relation is not none -%}
        {%- do require_declared_columns(relation) -%}
    {%- endif -%}
    {%- if flags.EMPTY and model.language == 'python' -%}
        {{ return(leave_as_is('left as it is: --empty is for SQL')) }}
    {%- endif -%}
    {%- if (model.config.meta or {}).get('publishes') -%}
        {%- set why = why_unpublished() -%}
        {%- if why -%}
            {%- if model.name == 'published' -%}
                {%- do exceptions.warn('nothing is published: ' ~ why) -%}
            {%- endif -%}
            {{ return(leave_as_is('not published')) }}
        {%- endif -%}
    {%- endif -%}
    {#- What comes out the same on another day is not new to the nodes that read it. -#}
    {%- set before = table_content(this, in_full=true)
        if mentions_today(model.compiled_code or '') and last and relation is not none else none -%}
    {%- do forget_build(node) -%}
    {%- set built = materialization() -%}
    {%- if fingerprint is not none -%}
        {%- set is_same = before is not none and table_content(this, in_full=true) == before -%}
        {%- do remember_build(
            node,
            fingerprint,
            content=none if is_view else table_content(this),
            version=last.version if is_same else none
        ) -%}
    {%- endif -%}
    {{ return(built) }}
{% endmacro %}
