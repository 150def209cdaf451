-- The macro exact_sum of doubles: 0.1 + 0.2 + 0.3 is 0.6000000000000001 from
-- the left and 0.6 from the right. Rounded to multiples of 256 / 2^52, each is
-- off by at most half of one, the sum by three halves.
with sums as (

    {% for numbers in [[0.1, 0.2, 0.3], [0.3, 0.2, 0.1]] %}
        select
            {{ exact_sum('value', 256) }} as exact_sum,
            sum(value) as plain_sum
        from (select unnest({{ numbers }}::double[]) as value)
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

)

select
    count(distinct exact_sum) as exact_sums,
    count(distinct plain_sum) as plain_sums,
    max(abs(exact_sum - 0.6)) as error
from sums
having exact_sums > 1 or plain_sums < 2 or error > 1.5 * 256 / 2 ^ 52
