-- The macro newey_west_t on series short enough to work out.
--
-- 1, 2, 3, 6 with one lag: the mean is 3, the deviations are -2, -1, 0 and 3.
-- Their squares sum to 14; products of neighbours to 2, which counts twice with
-- weight 1/2. The variance is 16 / 4 = 4 and t = 3 / sqrt(4 / 4) = 3. A null
-- between them changes nothing.
-- 1, 3, 1, 3 without lags: 2 / sqrt(1 / 4) = 4.
-- Three values are less than two stretches of two, two are less than three, and
-- equal values have no variance: no t.
with expected as (

    select cases.*
    from (
        values
        ('one_lag', [1, 2, null, 3, 6], 1, 3, 3),
        ('no_lag', [1, 3, 1, 3], 0, 2, 4),
        ('short_for_lags', [1, 2, 3], 1, 2, null),
        ('short', [1, 3], 0, 2, null),
        ('equal', [2, 2, 2, 2], 1, 2, null)
    ) as cases (name, numbers, lags, mean, t)

),

observations as (

    select
        name,
        lags,
        unnest(numbers) as number,
        generate_subscripts(numbers, 1) as step
    from expected

),

actual as (

    {{ newey_west_t('observations', 'name', 'step', 'number', 'lags') }}

)

select
    expected.name,
    expected.mean,
    actual.mean as actual_mean,
    expected.t,
    actual.t as actual_t
from expected
left join actual on expected.name = actual.name
where
    coalesce(abs(actual.mean - expected.mean) > 1e-12, true)
    or (actual.t is null) <> (expected.t is null)
    or abs(actual.t - expected.t) > 1e-12
