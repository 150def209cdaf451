{#
  For a pre-hook: stops the build unless each horizon has a model that was
  trained with the present cutoff_date and holdout_tickers.
#}
{% macro require_models() %}
    {%- if execute -%}
        {%- set tickers = var('holdout_tickers') | map('upper') | unique | sort -%}
        {%- for months in [12, 24, 36] -%}
            {{ stop_unless(
                '(select count(*) > 0 from ' ~ ref('trained_' ~ months ~ 'm')
                ~ ' where cutoff_date is not distinct from '
                ~ ("null" if var('cutoff_date') is none
                    else "date '" ~ var('cutoff_date') ~ "'")
                ~ ' and holdout_tickers = ' ~ sql_list(tickers) ~ ')',
                "trained_" ~ months ~ "m has no model with cutoff_date "
                ~ (var('cutoff_date') or 'null') ~ " and holdout_tickers "
                ~ (tickers | list) ~ ": build the trained models with the same vars first"
            ) }}
        {%- endfor -%}
    {%- endif -%}
{% endmacro %}
