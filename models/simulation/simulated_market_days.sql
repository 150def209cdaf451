with trading_days as (

    select * from {{ ref('simulated_trading_days') }}

),

volatility_regimes as (

    select
        *,
        {{ simulated_normal('volatility regime', 'quarter_start') }}
            as regime_score,
        {{ simulated_normal(
            'volatility regime', "cast(quarter_start + interval '3 months' as date)"
        ) }} as next_regime_score,
        (date - quarter_start) / 92.0 as quarter_share,
        {{ simulated_bits('market return', 'date') }} as bits
    from trading_days

),

volatilities as (

    select
        *,
        -- Gliding from quarter to quarter makes volatility cluster. The term
        -- taken off keeps the mean square of the factor near one.
        exp(
            0.45 * (
                (1 - quarter_share) * regime_score
                + quarter_share * next_regime_score
            ) - 0.15
        ) as volatility_factor,
        {{ normal_from_bits('bits', 'cos') }} as return_noise,
        {{ normal_from_bits('bits', 'sin') }} as mixing_noise
    from volatility_regimes

)

select
    date,
    quarter_start,
    day_number,
    day_of_quarter,
    volatility_factor,
    -- A normal number of random scale has fat tails: 0.16 a year on average.
    0.16 / sqrt(252) * volatility_factor * return_noise
    * exp(0.35 * mixing_noise - 0.35 * 0.35) as market_surprise_ln
from volatilities
order by date
