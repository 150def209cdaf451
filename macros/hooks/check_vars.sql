{% macro check_vars() %}
    {%- set declared = declared_vars() -%}
    {%- for name in invocation_args_dict.get('vars', {}) if name not in declared -%}
        {%- do exceptions.raise_compiler_error(
            "unknown var '" ~ name ~ "': did you mean '"
            ~ nearest_name(name | string, declared) ~ "'? "
            ~ "dbt_project.yml lists all vars; write --vars '{name: value}'"
        ) -%}
    {%- endfor -%}
    {%- if var('market') is not string -%}
        {%- do exceptions.raise_compiler_error(
            "var market is " ~ (var('market') | string | lower | replace('none', 'null'))
            ~ " where the name of a folder, file or database was meant: put it in quotes, "
            ~ "for example {market: \"2024\"}"
        ) -%}
    {%- endif -%}
    {%- if var('market').startswith('md:') and '?' in var('market') -%}
        {#- Not repeated: a token may follow. -#}
        {%- do exceptions.raise_compiler_error(
            "var market has a question mark in it: give md:<database> alone, "
            ~ "and a token in the environment variable motherduck_token"
        ) -%}
    {%- endif -%}
    {%- for name, lowest in {
        'steps': 1,
        'seed': 0,
        'backtest_folds': 0,
        'variants_tried': 1,
        'simulated_tickers': 1,
        'simulated_years': 1,
        'quarterly_filing_lag': 0,
        'annual_filing_lag': 0,
        'late_filing_days': 0,
        'forecast_max_age': 1,
        'last_price_gap': 0,
        'publications_kept': 1,
        'runs_kept': 1,
    }.items() -%}
        {%- set value = var(name) -%}
        {%- if value is not none and (
            value is not integer or value is boolean or value < lowest
        ) -%}
            {%- do exceptions.raise_compiler_error(
                "var " ~ name ~ " is '" ~ value
                ~ "': give a whole number of at least " ~ lowest
            ) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- set horizons = var('horizons') -%}
    {%- if horizons is string or horizons is not sequence or not horizons
        or horizons | reject('integer') | list or horizons | reject('divisibleby', 3) | list
        or horizons != horizons | sort | unique | list or horizons[0] < 3 -%}
        {%- do exceptions.raise_compiler_error(
            "var horizons is '" ~ horizons ~ "': give whole quarters in months, shortest first, "
            ~ "such as [12, 24, 36]"
        ) -%}
    {%- endif -%}
    {%- set steps = env_var('STEPS', '1') -%}
    {%- if not modules.re.fullmatch('[1-9][0-9]*', steps) -%}
        {%- do exceptions.raise_compiler_error(
            "environment variable STEPS is '" ~ steps
            ~ "': give a whole number of at least 1"
        ) -%}
    {%- endif -%}
    {%- set limit = env_var('MEMORY_LIMIT', '1GB') -%}
    {%- if not modules.re.fullmatch('[0-9.]+ *[kmgtKMGT]i?[bB]', limit) -%}
        {%- do exceptions.raise_compiler_error(
            "environment variable MEMORY_LIMIT is '" ~ limit
            ~ "': give what DuckDB may take, such as 4GB"
        ) -%}
    {%- endif -%}
    {%- set groups = var('holdout_groups') -%}
    {%- if groups not in [0, 'each'] and (
        groups is not integer or groups is boolean or groups < 2
    ) -%}
        {%- do exceptions.raise_compiler_error(
            "var holdout_groups is '" ~ groups
            ~ "': give a number of groups from 2, `each` for each ticker alone, or 0 for none"
        ) -%}
    {%- endif -%}
    {%- for name, address in {
        'var compute': var('compute'), 'environment variable COMPUTE': env_var('COMPUTE', '')
    }.items() if address -%}
        {%- if address is not string or not modules.re.fullmatch('[a-z]+://[^ ]+:[0-9]+', address) -%}
            {%- do exceptions.raise_compiler_error(
                name ~ " is '" ~ address
                ~ "': give the address of a Dask scheduler such as tcp://127.0.0.1:8786"
            ) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- for name in ['cutoff_date', 'shap_since'] -%}
        {%- if var(name) is not none and not is_iso_date(var(name)) -%}
            {%- do exceptions.raise_compiler_error(
                "var " ~ name ~ " is '" ~ var(name)
                ~ "': give a date such as 2015-12-31"
            ) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- for name in ['retrain', 'keep_builds'] if var(name) is not boolean -%}
        {%- do exceptions.raise_compiler_error(
            "var " ~ name ~ " is '" ~ var(name) ~ "': give true or false"
        ) -%}
    {%- endfor -%}
    {%- set tickers = var('holdout_tickers') -%}
    {%- if tickers is string or tickers is mapping or tickers is not iterable -%}
        {%- do exceptions.raise_compiler_error(
            "var holdout_tickers is '" ~ tickers
            ~ "': give a list such as [NVDA, MSFT]"
        ) -%}
    {%- endif -%}
    {%- for ticker in tickers if ticker is not string -%}
        {%- do exceptions.raise_compiler_error(
            "var holdout_tickers has " ~ (ticker | string | lower | replace('none', 'null'))
            ~ " where a ticker was meant (YAML has other uses for words such as ON and NULL, "
            ~ "and for numbers): put it in quotes, for example [\"ON\", \"NULL\"]"
        ) -%}
    {%- endfor -%}
    {%- if var('model_id') is not none and var('model_id') is not string -%}
        {%- do exceptions.raise_compiler_error(
            "var model_id is '" ~ var('model_id')
            ~ "': give the id of a stored model such as 24m_2026-11-20"
        ) -%}
    {%- endif -%}
    {%- set to = var('publish_to') -%}
    {%- if to is not none and (
        to is not string or not to
        or '://' in to and not modules.re.fullmatch('s3://[^@?#]+', to)
    ) -%}
        {#- Not repeated: a key may stand in it. -#}
        {%- do exceptions.raise_compiler_error(
            "var publish_to is no folder and no address: give a folder, or "
            ~ "s3://<bucket>/<folder> without user name or question mark, and keys in the "
            ~ "environment variables AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
        ) -%}
    {%- endif -%}
    {%- set cost = var('trading_cost_bps') -%}
    {%- if cost is not number or cost is boolean or cost < 0 or cost > 10000 -%}
        {%- do exceptions.raise_compiler_error(
            "var trading_cost_bps is '" ~ cost
            ~ "': give basis points between 0 and 10000"
        ) -%}
    {%- endif -%}
    {%- for name in ['rejected_share_warn', 'rejected_share_error'] -%}
        {%- set value = var(name) -%}
        {%- if value is not number or value is boolean or value < 0 or value > 1 -%}
            {%- do exceptions.raise_compiler_error(
                "var " ~ name ~ " is '" ~ value
                ~ "': give a share between 0 and 1"
            ) -%}
        {%- endif -%}
    {%- endfor -%}
{% endmacro %}
