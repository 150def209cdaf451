{% test matches_feature_catalogue(model) %}
    with catalogued as (

        select
            row_number() over () as position,
            feature,
            kind
        from {{ ref('feature_catalogue').render() }}

    ),

    actual as (

        select
            row_number() over () as position,
            column_name as feature,
            case
                when column_type = 'VARCHAR' then 'categorical' else 'numeric'
            end as kind
        from (describe {{ model }})
        where column_name not in ('ticker', 'date')

    )

    select
        coalesce(catalogued.feature, actual.feature) as feature,
        catalogued.position as catalogued_position,
        catalogued.kind as catalogued_kind,
        actual.position as actual_position,
        actual.kind as actual_kind
    from catalogued
    full join actual on catalogued.feature = actual.feature
    where
        catalogued.position is distinct from actual.position
        or catalogued.kind is distinct from actual.kind
{% endtest %}
