-- What came of the forecasts that were published, when their windows closed?
select
    stats.horizon_months,
    stats.windows,
    stats.sample_anchor,
    stats.forecasts,
    stats.unknown_outcomes,
    round(100 * stats.elapsed_share) as elapsed_percent,
    round(stats.rank_ic, 3) as rank_ic,
    round(stats.rank_ic_since, 3) as rank_ic_since,
    round(stats.top_less_all, 3) as top_less_all,
    round(stats.r2_against_zero, 3) as r2_against_zero,
    round(100 * stats.beat_spy_share, 1) as beat_spy_percent,
    round(100 * stats.coverage_68) as within_68_percent,
    round(100 * stats.coverage_95) as within_95_percent
from {{ ref('track_record_stats') }} as stats
where stats.windows <> 'all'
order by
    stats.horizon_months,
    stats.windows,
    stats.sample_anchor nulls first
