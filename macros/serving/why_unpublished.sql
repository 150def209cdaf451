{% macro why_unpublished() %}
    {%- set published = 'model.' ~ project_name ~ '.published' -%}
    {%- set above = graph.nodes[published].depends_on.nodes | list -%}
    {%- for node in above -%}
        {%- for parent in graph.nodes.get(node, {}).get('depends_on', {}).get('nodes', [])
            if parent not in above -%}
            {%- do above.append(parent) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- set tests = [] -%}
    {%- for node in graph.nodes.values() if node.resource_type == 'test'
        and node.config.severity | lower == 'error' and node.depends_on.nodes
        and (node.attached_node is none or node.attached_node in graph.nodes)
        and node.depends_on.nodes | reject('in', above) | list | length == 0 -%}
        {%- do tests.append(node.unique_id) -%}
    {%- endfor -%}
    {%- set left_out = tests | reject('in', selected_resources) | list | length -%}
    {%- if left_out -%}
        {{ return(
            left_out ~ ' of the ' ~ tests | length ~ ' tests that must pass first are not part '
            ~ 'of this run; dbt build runs them all, and keeps what is unchanged'
        ) }}
    {%- elif published not in selected_resources -%}
        {{ return('this run leaves out published') }}
    {%- endif -%}
{% endmacro %}
