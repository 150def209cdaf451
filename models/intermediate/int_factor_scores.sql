{% set scores = ratios_of_scores() %}
-- depends_on: {{ ref('feature_catalogue') }}

with ranks as (

    select * from {{ ref('int_ranks') }}

),

known as (

    select
        ticker,
        date,
        {% for score, ratios in scores.items() %}
            [
                {% for ratio in ratios %}
                    {{ ratio.direction }} * ({{ ratio.feature }}_rank - 0.5)
                    {%- if not loop.last %},{% endif %}
                {% endfor %}
            ] as {{ score }}_parts{% if not loop.last %},{% endif %}
        {% endfor %}
    from ranks

)

-- list_avg leaves out parts that are unknown.
select
    ticker,
    date,
    {% for score in scores %}
        list_avg({{ score }}_parts) as {{ score }}
        {%- if not loop.last %},{% endif %}
    {% endfor %}
from known
