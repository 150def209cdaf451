{% macro ordered_quarters(ranked) -%}
    select
        backtest_id,
        sample_anchor
    from {{ ranked }}
    group by backtest_id, sample_anchor
    having {{ deciles_differ() }}
{%- endmacro %}
