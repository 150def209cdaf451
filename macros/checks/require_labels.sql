{% macro require_labels(horizon_months) %}
    {%- if execute -%}
        {%- set lowest_rows = 100 -%}
        {%- set span = 2 * horizon_months + 18 -%}
        {%- set label = 'excess_return_ln_' ~ horizon_months ~ 'm' -%}
        {%- set found = run_query(
            'select count(*),'
            ~ ' coalesce(cast(round((max(date) - min(date)) / 30.4375) as integer), 0),'
            ~ ' coalesce((max(date) - min(date)) >= 30.4375 * ' ~ span ~ ', false)'
            ~ ' from ' ~ ref('excess_returns')
            ~ ' where ' ~ label ~ ' is not null and not list_contains('
            ~ sql_list(var('holdout_tickers')) ~ ', ticker)'
        ).rows[0] -%}
        {%- if found[0] < lowest_rows or not found[2] -%}
            {%- do exceptions.raise_compiler_error(
                "excess_returns has " ~ found[0] ~ " labels for " ~ horizon_months
                ~ " months, over " ~ found[1] ~ " months of sample dates: a model needs "
                ~ lowest_rows ~ " labels over " ~ span ~ " months (twice the horizon, and 18 more); "
                ~ "bring more stocks or a longer history of prices"
            ) -%}
        {%- endif -%}
    {%- endif -%}
{% endmacro %}
