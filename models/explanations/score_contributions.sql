{% set members = [] %}
{% for score, ratios in ratios_of_scores().items() %}
    {% for ratio in ratios %}
        {% do members.append({
            'score': score, 'ratio': ratio.feature, 'direction': ratio.direction
        }) %}
    {% endfor %}
{% endfor %}
{% set values = {
    'contribution': 'shap_value', 'risk_contribution': 'risk_shap_value'
} %}
-- depends_on: {{ ref('feature_catalogue') }}

with contributions as (

    select * from {{ ref('ticker_shap') }}

),

features as (

    select * from {{ ref('features') }}

),

members as (

    select
        unnest([
            {% for member in members %}
                {
                    'score': '{{ member.score }}',
                    'ratio': '{{ member.ratio }}',
                    'feature': '{{ member.ratio }}_rank',
                    'direction': {{ member.direction }}
                }{% if not loop.last %},{% endif %}
            {% endfor %}
        ], max_depth := 2)

),

newest as (

    select
        model_id,
        ticker,
        max(date) as date
    from contributions
    group by model_id, ticker

),

explained as (

    select contributions.*
    from contributions
    inner join newest
        on
            contributions.model_id = newest.model_id
            and contributions.ticker = newest.ticker
            and contributions.date = newest.date
    where
        contributions.feature in (select members.score from members)
        or contributions.feature in (select members.feature from members)

),

-- Of a rank that is no feature of the models, the panel knows.
panel as (

    select
        ticker,
        date,
        unnest([
            {% for member in members %}
                {
                    'ratio': '{{ member.ratio }}',
                    'ratio_value': {{ member.ratio }},
                    'ratio_rank': {{ member.ratio }}_rank
                }{% if not loop.last %},{% endif %}
            {% endfor %}
        ], max_depth := 2)
    from features
    where
        (ticker, date) in (select (newest.ticker, newest.date) from newest)

),

ranked as (

    select
        scores.model_id,
        scores.pred_col,
        scores.ticker,
        scores.date,
        members.score,
        members.ratio,
        members.direction,
        panel.ratio_value,
        scores.shap_value,
        scores.risk_shap_value,
        if(ranks.model_id is null, panel.ratio_rank, ranks.feature_value)
            as ratio_rank
    from explained as scores
    inner join members on scores.feature = members.score
    left join explained as ranks
        on
            scores.model_id = ranks.model_id
            and scores.ticker = ranks.ticker
            and scores.date = ranks.date
            and members.feature = ranks.feature
    left join panel
        on
            scores.ticker = panel.ticker
            and scores.date = panel.date
            and members.ratio = panel.ratio

),

-- As int_factor_scores: a score is the mean of the signed ranks that are known.
parts as (

    select
        *,
        direction * (ratio_rank - 0.5) / count(ratio_rank) over (
            partition by model_id, ticker, date, score
        ) as part
    from ranked

),

summed as (

    select
        *,
        {{ exact_sum('part', over='same_score') }} as score_value,
        {{ exact_sum('abs(part)', over='same_score') }} as distance,
        count(part) over same_score as known,
        count(*) over same_score as members
    from parts
    window
        same_score as (partition by model_id, ticker, date, score)

),

-- A line through the average stock, whose score is 0.
slopes as (

    select
        model_id,
        feature as score,
        {% for value in values.values() %}
            {{ exact_sum('feature_value * ' ~ value) }}
            / nullif({{ exact_sum('feature_value * feature_value') }}, 0)
                as {{ value }}_slope{% if not loop.last %},{% endif %}
        {% endfor %}
    from explained
    group by model_id, feature

),

-- What the line leaves of a contribution is shared out by how far each ratio is
-- from average.
weighted as (

    select
        summed.*,
        coalesce(summed.part, 0) as known_part,
        coalesce(summed.score_value, 0) as known_score,
        case
            when summed.known = 0 then 1 / summed.members
            when summed.part is null then 0
            when summed.distance = 0 then 1 / summed.known
            else abs(summed.part) / summed.distance
        end as weight,
        {% for value in values.values() %}
            coalesce(slopes.{{ value }}_slope, 0) as {{ value }}_slope
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from summed
    left join slopes
        on
            summed.model_id = slopes.model_id
            and summed.score = slopes.score

)

select
    model_id,
    pred_col,
    ticker,
    date,
    score,
    ratio,
    ratio_value,
    ratio_rank,
    part,
    {% for name, value in values.items() %}
        {{ value }}_slope * known_part
        + ({{ value }} - {{ value }}_slope * known_score) * weight
            as {{ name }}{% if not loop.last %},{% endif %}
    {% endfor %}
from weighted
order by model_id, ticker, score, ratio
