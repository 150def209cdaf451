-- The macro overlapping_mean on series short enough to work out.
--
-- 2, 9, 8, 5, 6 over windows of a year: the mean is 6, the variance 30 / 5 = 6.
-- Correlations are 3/4, 1/2, 1/4 and 0: over all 25 pairs they add up to
-- 5 + 2 (4 x 3/4 + 3 x 1/2 + 2 x 1/4) = 15, which leaves 25 / 15 = 5/3
-- effective windows, and t = 6 / sqrt(6 / (5/3 - 1)) = 2; chance_of_t in
-- ml/learning/statistics.py has the p. A null between them changes nothing,
-- and the opposite numbers have the opposite t and the same p.
-- Five windows of two years all overlap, equal values have no variance: no t.
-- Without overlap, 1, 3, 1, 3 have the t of a textbook, 2 / sqrt(1 / 3), but no
-- table of p. A large t has the smallest p tabled: 3 windows of half a year
-- have 9/5 effective ones, and 500, 501, 500 a variance of 2/9.
-- A p of 0.05 has a t of 3.0766 where the first has one of 2: its interval
-- reaches 3.0766 / 2 x 6 from 6; that of the last, with one of 4.4173, as often
-- its standard error of sqrt(2.5) / 3.
with expected as (

    select cases.*
    from (
        values
        ('year', [2, 9, null, 8, 5, 6], 3, 6, 2, 0.1429, 9.2298),
        ('negative', [-2, -9, -8, -5, -6], 3, -6, -2, 0.1429, 9.2298),
        ('short', [2, 9, 8, 5, 6], 7, 6, null, null, null),
        ('equal', [2, 2, 2, 2, 2], 3, 2, null, null, null),
        ('no_overlap', [1, 3, 1, 3], 0, 2, sqrt(12), null, null),
        (
            'large', [500, 501, 500], 1,
            1501 / 3, 1501 / sqrt(2.5), 0.00001, 4.4173 * sqrt(2.5) / 3
        )
    ) as cases (name, numbers, overlap, mean, t, p, margin)

),

observations as (

    select
        name,
        overlap,
        unnest(numbers) as number
    from expected

),

actual as (

    {{ overlapping_mean('observations', 'name', 'number', 'overlap') }}

)

select
    expected.*,
    actual.mean as actual_mean,
    actual.t as actual_t,
    actual.p as actual_p,
    actual.lower_95,
    actual.upper_95
from expected
left join actual on expected.name = actual.name
where
    coalesce(abs(actual.mean / expected.mean - 1) > 1e-9, true)
    or (actual.t is null) <> (expected.t is null)
    or abs(actual.t / expected.t - 1) > 1e-6
    or (actual.p is null) <> (expected.p is null)
    or abs(actual.p - expected.p) > 1e-3
    or (actual.lower_95 is null) <> (expected.margin is null)
    or abs(actual.lower_95 - (expected.mean - expected.margin)) > 1e-6
    or abs(actual.upper_95 - (expected.mean + expected.margin)) > 1e-6
