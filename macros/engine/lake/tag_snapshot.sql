{% macro tag_snapshot(results) %}
    {%- if execute and adapter.is_ducklake(api.Relation.create(
        database=target.database, schema=target.schema, identifier='snapshot_tags'
    )) -%}
        {%- set made = [] -%}
        {%- set failed = [] -%}
        {%- for result in results -%}
            {%- if result.status | string in ['success', 'pass', 'warn'] -%}
                {%- do made.append(result.node.name) -%}
            {%- elif result.status | string in ['error', 'fail', 'runtime error', 'skipped'] -%}
                {%- do failed.append(result.node.name) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- set tag = none if failed
            else 'published' if 'published' in made and not why_unpublished()
            else 'panel' if 'features' in made and 'excess_returns' in made -%}
        {%- if tag -%}
            {%- do create_remembered('snapshot_tags', {
                'tag': 'varchar', 'run_id': 'varchar', 'tagged_at': 'timestamp with time zone'
            }) -%}
            begin;
            insert into {{ target.database }}.{{ target.schema }}.snapshot_tags
            values ('{{ tag }}', '{{ invocation_id }}', now());
            call {{ target.database }}.set_commit_message('dbt', '{{ tag }}');
            commit;
        {%- endif -%}
    {%- endif -%}
{% endmacro %}
