{% for months in var('horizons') %}
    select {{ model.columns.keys() | join(', ') }}
    from {{ ref('trained_' ~ months ~ 'm') }}
    {% if not loop.last %}union all by name{% endif %}
{% endfor %}
