{% test matches_declared_columns(model) %}
    {%- set node = graph.nodes.values()
        | selectattr('resource_type', 'equalto', 'model')
        | selectattr('alias', 'equalto', model.identifier)
        | first if execute else {'columns': {}, 'config': {}} %}
    with declared as (

        {% for column in node.columns.values() %}
            select
                '{{ column.name }}' as column_name,
                '{{ plain_type(column.data_type) }}' as type
            {% if not loop.last %}union all{% endif %}
        {% endfor %}

    ),

    actual as (

        select
            column_name,
            lower(replace(replace(column_type, ' ', ''), '"', '')) as type
        from (describe {{ model }})

    )

    select
        coalesce(declared.column_name, actual.column_name) as column_name,
        declared.type as declared_type,
        actual.type as actual_type
    from declared
    full join actual on declared.column_name = actual.column_name
    where
        declared.type is distinct from actual.type
        {% if node.config.materialized == 'incremental' %}
            -- What an older project recorded beside them stays.
            and declared.type is not null
        {% endif %}
{% endtest %}
