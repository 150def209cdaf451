with published as (

    select * from {{ ref('published') }}

),

latest_forecasts as (

    select * from {{ ref('latest_forecasts') }}

),

model_stats as (

    select * from {{ ref('model_stats') }}

),

features as (

    select * from {{ ref('features') }}

),

weekly_prices as (

    select * from {{ ref('weekly_prices') }}

),

rejected_rows as (

    select * from {{ ref('rejected_rows') }}

),

reach as (

    select
        (select max(date) from weekly_prices) as prices_to,
        (
            select max(date - statement_age_days::integer) from features
        ) as statements_to,
        (select count(distinct ticker) from latest_forecasts) as forecast,
        (select count(*) from rejected_rows) as rejected

),

models as (

    select
        *,
        format(
            '{} months: rank IC {} (p {}), error {:.3f} beside {:.3f} of the '
            || 'mean for all, 68 % interval covers {:.0f} %, on dates from {} '
            || 'to {} that the model had not seen.',
            horizon_months,
            coalesce(format('{:.2f}', test_rank_ic), 'unknown'),
            coalesce(format('{:.2f}', test_rank_ic_p), 'unknown'),
            test_rmse,
            naive_test_rmse,
            100 * test_coverage_68,
            test_from,
            test_to
        ) as sentence
    from model_stats
    where
        model_id in (select latest_forecasts.model_id from latest_forecasts)

),

newest as (

    select *
    from published
    order by published_at desc
    limit 1

)

select
    1 as place,
    format(
        'Prices to {}, statements to {}: {:,} stocks are forecast.',
        prices_to,
        coalesce(statements_to::varchar, 'no date'),
        forecast
    ) as sentence
from reach
union all
select
    1 + horizon_months as place,
    sentence
from models
union all
select
    1000 as place,
    format(
        'Set aside from the input: {:,} rows or values. Why says '
        || 'select reason, count(*) from rejected_rows group by all.',
        rejected
    ) as sentence
from reach
where rejected > 0
union all
select
    1001 as place,
    format('Published: {}, {:.0f} MB.', file, size / 1e6) as sentence
from newest
