{% macro require_built() %}
    {#- Read in a comment alone, `-- depends_on`, a table need not be there. -#}
    {%- set code = modules.re.sub('--[^\n]*', '', model.compiled_code or '')
        if model.language != 'python' -%}
    {%- for parent in model.depends_on.nodes | default([])
        if graph.nodes.get(parent, {}).get('relation_name') -%}
        {%- set node = graph.nodes[parent] -%}
        {%- set is_read = node.relation_name in code if code
            else model.language == 'python' or node.resource_type != 'seed' -%}
        {%- if is_read and load_cached_relation(
            api.Relation.create(
                database=node.database, schema=node.schema, identifier=node.alias
            )
        ) is none -%}
            {%- do exceptions.raise_compiler_error(
                "table " ~ node.name ~ ", which " ~ model.name ~ " reads, is not there yet: "
                ~ "dbt build --select +"
                ~ (node.name if model.resource_type == 'test' else model.name)
                ~ " makes it first, dbt build makes all"
            ) -%}
        {%- endif -%}
    {%- endfor -%}
{% endmacro %}
