{% macro require_built() %}
    {%- for parent in model.depends_on.nodes | default([]) if parent in graph.nodes -%}
        {%- set node = graph.nodes[parent] -%}
        {%- if node.config.materialized != 'ephemeral' and load_cached_relation(
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
