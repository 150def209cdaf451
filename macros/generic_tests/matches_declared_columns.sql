{% test matches_declared_columns(model) %}
    with declared as (

        {% set node = graph.nodes.values()
            | selectattr('resource_type', 'equalto', 'model')
            | selectattr('alias', 'equalto', model.identifier)
            | first if execute else {'columns': {}} %}
        {% for column in node.columns.values() %}
            select
                {{ loop.index }} as position,
                '{{ column.name }}' as column_name,
                lower(replace('{{ column.data_type }}', ' ', '')) as type
            {% if not loop.last %}union all{% endif %}
        {% endfor %}

    ),

    actual as (

        select
            row_number() over () as position,
            column_name,
            lower(replace(replace(column_type, ' ', ''), '"', '')) as type
        from (describe {{ model }})

    )

    select
        coalesce(declared.column_name, actual.column_name) as column_name,
        declared.position as declared_position,
        declared.type as declared_type,
        actual.position as actual_position,
        actual.type as actual_type
    from declared
    full join actual on declared.column_name = actual.column_name
    where
        declared.position is distinct from actual.position
        or declared.type is distinct from actual.type
{% endtest %}
