{% do declare_features(['int_factor_scores']) %}
{% set factors = ['value', 'profitability', 'investment', 'momentum'] %}
-- depends_on: {{ ref('feature_catalogue') }}

with ranks as (

    select * from {{ ref('int_ranks') }}

),

known as (

    select
        ticker,
        date,
        {% for factor in factors %}
            [
                {% for feature in catalogued_features()
                    if feature.ranked and feature.direction != 0
                    and feature.family == factor %}
                    {{ feature.direction }} * ({{ feature.feature }}_rank - 0.5)
                    {%- if not loop.last %},{% endif %}
                {% endfor %}
            ] as {{ factor }}_parts{% if not loop.last %},{% endif %}
        {% endfor %}
    from ranks

)

-- list_avg leaves out parts that are unknown.
select
    ticker,
    date,
    {% for factor in factors %}
        list_avg({{ factor }}_parts) as {{ factor }}_score
        {%- if not loop.last %},{% endif %}
    {% endfor %}
from known
