with forecasts as (

    select * from {{ ref('backtest_forecasts') }}

),

ranked as (

    {{ ranked_by_quarter('forecasts', 'backtest_id') }}

),

halved as (

    select
        *,
        ntile(2) over (
            partition by backtest_id, sample_anchor
            order by predicted_mean, date, ticker
        ) as half
    from ranked

),

quarters as (

    select
        backtest_id,
        pred_col,
        horizon_months,
        fold,
        fold_from,
        fold_to,
        sample_anchor,
        {{ spearman() }} as rank_ic,
        {% for half, number in [('worse', 1), ('better', 2)] %}
            case
                when
                    min(predicted_mean) filter (where half = 2)
                    > max(predicted_mean) filter (where half = 1)
                    then
                        avg(exp(actual) - 1 order by actual)
                        filter (where half = {{ number }})
            end as {{ half }}_half
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from halved
    group by
        backtest_id,
        pred_col,
        horizon_months,
        fold,
        fold_from,
        fold_to,
        sample_anchor

)

select
    backtest_id,
    pred_col,
    horizon_months,
    fold,
    fold_from,
    fold_to,
    count(*) as quarters,
    avg(better_half order by sample_anchor) as better_half,
    avg(worse_half order by sample_anchor) as worse_half,
    avg(better_half - worse_half order by sample_anchor) as difference,
    avg(rank_ic order by sample_anchor) as rank_ic
from quarters
group by backtest_id, pred_col, horizon_months, fold, fold_from, fold_to
order by backtest_id, fold
