-- Of the values 0, 2, infinity and null, 2 and infinity are above 1, infinity
-- is not finite, and null is null; nothing is below 0.
with found as (

    {{ unmet_expectations(
        "(values (0::double), (2), ('infinity'), (null)) as numbers (x)",
        {
            'between 0 and 1': ['x'],
            'is finite': ['x'],
            'is not null': ['x'],
            '>= 0': ['x'],
        }
    ) }}

),

expected (expectation, rows_against, example) as (

    values
    ('x between 0 and 1', 2, '2.0'),
    ('x is finite', 1, 'inf'),
    ('x is not null', 1, 'null')

)

select
    found.rows_against as rows_found,
    expected.rows_against as rows_expected,
    found.example as example_found,
    expected.example as example_expected,
    coalesce(found.expectation, expected.expectation) as expectation
from found
full join expected on found.expectation = expected.expectation
where
    found.rows_against is distinct from expected.rows_against
    or found.example is distinct from expected.example
