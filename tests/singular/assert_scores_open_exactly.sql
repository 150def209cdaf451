with ratios as (

    select * from {{ ref('score_contributions') }}

),

scores as (

    select
        model_id,
        ticker,
        date,
        feature as score,
        shap_value,
        risk_shap_value
    from {{ ref('ticker_shap') }}
    where feature in (select ratios.score from ratios)
    qualify date = max(date) over (partition by model_id, ticker)

),

opened as (

    select
        model_id,
        ticker,
        date,
        score,
        sum(contribution) as contribution,
        sum(risk_contribution) as risk_contribution
    from ratios
    group by model_id, ticker, date, score

)

select
    scores.*,
    opened.contribution,
    opened.risk_contribution
from scores
left join opened
    on
        scores.model_id = opened.model_id
        and scores.ticker = opened.ticker
        and scores.date = opened.date
        and scores.score = opened.score
where
    not coalesce(abs(opened.contribution - scores.shap_value) <= 1e-12, false)
    or (scores.risk_shap_value is null) <> (opened.risk_contribution is null)
    or abs(opened.risk_contribution - scores.risk_shap_value) > 1e-12
