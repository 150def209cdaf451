{% macro declare_columns(columns) %}
    {%- if execute and ref.model.resource_type == 'model' -%}
        {#- `ref.model` is the node that dbt writes; `model` is a copy of it. -#}
        {%- set node = ref.model -%}
        {%- set pattern = node.columns.values() | first -%}
        {%- for column in columns if column.name not in node.columns -%}
            {%- do node.columns.update({column.name: pattern.replace(
                name=column.name,
                description=column.description,
                data_type=column.data_type,
                constraints=[],
                doc_blocks=[],
                tags=[],
                meta={},
            )}) -%}
        {%- endfor -%}
        {%- do graph.setdefault('declared_columns', {}).update(
            {node.name: node.columns.keys() | list}
        ) -%}
    {%- endif -%}
{% endmacro %}
