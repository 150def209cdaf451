{# At least half of a window's trading days, else the signal is null. #}
{% set lowest_days = {'12m': 126, '36m': 378} %}
{% set counts = [
    'days',
    'relative_price_days',
    'return_days',
    'volume_days',
    'price_impact_days',
] %}
{% set sums = ['relative_price_sum', 'volume_sum', 'price_impact_sum'] %}
{# Added up as they are: they are rounded so that they add up exactly. #}
{% set rounded_sums = [
    'excess_sum',
    'excess_square_sum',
    'return_sum',
    'return_square_sum',
    'benchmark_sum',
    'benchmark_square_sum',
    'product_sum',
    'volume_ln_sum',
    'volume_ln_square_sum',
] %}

with sample_dates as (

    select * from {{ ref('int_sample_dates') }}

),

return_sums as (

    select * from {{ ref('int_return_sums') }}

),

-- 4 and 12 quarters: the sample date's own and those before it.
windows as (

    select
        ticker,
        sample_anchor,
        {% for months in [12, 36] %}
            {% for count in counts + rounded_sums %}
                cast(sum({{ count }}) over months_{{ months }} as double)
                    as {{ count }}_{{ months }}m,
            {% endfor %}
            {% for sum in sums %}
                {{ exact_sum(sum, over='months_' ~ months) }}
                    as {{ sum }}_{{ months }}m,
            {% endfor %}
        {% endfor %}
        volume_sum / nullif(volume_days, 0) as mean_volume_3m,
        last_price,
        last_relative_price_ln,
        max(highest_price) over months_12 as highest_price_12m,
        min(worst_drawdown_12m) over months_12 as max_drawdown_12m
    from return_sums
    window
        months_12 as (
            partition by ticker
            order by sample_anchor
            range between interval 10 months preceding and current row
        ),
        months_36 as (
            partition by ticker
            order by sample_anchor
            range between interval 34 months preceding and current row
        )

),

-- A window that is too short has no number of days: what is divided by it is
-- null.
long_windows as (

    select
        * replace (
            {% for window, lowest in lowest_days.items() %}
                {% for count in counts %}
                    case
                        when {{ count }}_{{ window }} >= {{ lowest }}
                            then {{ count }}_{{ window }}
                    end as {{ count }}_{{ window }},
                {% endfor %}
            {% endfor %}
            case
                when days_12m >= {{ lowest_days['12m'] }}
                    then highest_price_12m
            end as highest_price_12m,
            case
                when days_12m >= {{ lowest_days['12m'] }}
                    then max_drawdown_12m
            end as max_drawdown_12m
        )
    from windows

),

moments as (

    select
        *,
        {% for window in lowest_days %}
            {% for series, days in {
                'excess': 'return_days',
                'return': 'return_days',
                'benchmark': 'return_days',
                'volume_ln': 'volume_days',
            }.items() %}
                {{ variance_of(
                    series ~ '_sum_' ~ window,
                    series ~ '_square_sum_' ~ window,
                    days ~ '_' ~ window
                ) }} as {{ series }}_variance_{{ window }},
            {% endfor %}
        {% endfor %}
        {{ covariance_of(
            'return_sum_12m',
            'benchmark_sum_12m',
            'product_sum_12m',
            'return_days_12m'
        ) }} as covariance_12m
    from long_windows

),

signals as (

    select
        sample_dates.ticker,
        sample_dates.date,
        {% for window in lowest_days %}
            moments.last_relative_price_ln
            - ln(
                moments.relative_price_sum_{{ window }}
                / moments.relative_price_days_{{ window }}
            ) as relative_sma_development_{{ window }},
        {% endfor %}
        sqrt(252 * moments.excess_variance_12m) as volatility_12m,
        sqrt(252 * moments.excess_variance_36m) as volatility_36m,
        moments.covariance_12m / nullif(moments.benchmark_variance_12m, 0)
            as beta_12m,
        case
            when moments.benchmark_variance_12m > 0
                then
                    sqrt(
                        252 * greatest(
                            moments.return_variance_12m
                            - moments.covariance_12m ^ 2
                            / moments.benchmark_variance_12m,
                            0
                        )
                    )
        end as idiosyncratic_volatility_12m,
        moments.last_price / moments.highest_price_12m as high_12m_ratio,
        moments.max_drawdown_12m,
        ln(
            nullif(moments.mean_volume_3m, 0)
            / (moments.volume_sum_12m / moments.volume_days_12m)
        ) as relative_volume_3m,
        ln(
            (moments.volume_sum_12m / moments.volume_days_12m)
            / (moments.volume_sum_36m / moments.volume_days_36m)
        ) as relative_volume_12m,
        sqrt(moments.volume_ln_variance_12m) as volume_volatility_12m,
        sqrt(moments.volume_ln_variance_36m) as volume_volatility_36m,
        case
            when
                moments.price_impact_sum_36m > 0
                and moments.price_impact_sum_12m > 0
                then
                    ln(
                        (
                            moments.price_impact_sum_12m
                            / moments.price_impact_days_12m
                        )
                        / (
                            moments.price_impact_sum_36m
                            / moments.price_impact_days_36m
                        )
                    )
        end as relative_illiquidity_12m
    from sample_dates
    inner join moments
        on
            sample_dates.ticker = moments.ticker
            and sample_dates.sample_anchor = moments.sample_anchor

)

select * from signals
