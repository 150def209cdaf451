-- Features in the unit "0 to 1" are.
-- depends_on: {{ ref('feature_catalogue') }}
select
    ticker,
    date
from {{ ref('features') }}
where
    false
    {% for column in catalogued_features() if column.unit == '0 to 1' %}
        or {{ column.feature }} not between 0 and 1
    {% endfor %}
