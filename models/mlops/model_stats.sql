with trained as (

    {% for months in [12, 24, 36] %}
        select
            * exclude (
                model,
                test_predictions,
                features,
                categorical_features,
                feature_importances
            )
        from {{ ref('trained_' ~ months ~ 'm') }}
        {% if not loop.last %}union all by name{% endif %}
    {% endfor %}

)

select * from trained
{% if is_incremental() %}
    where trained_at not in (select known.trained_at from {{ this }} as known)
{% endif %}
order by trained_at
