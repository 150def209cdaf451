{% macro require_holdout_tickers() %}
    {%- if execute and var('holdout_tickers') -%}
        {%- set known = run_query(
            'select distinct ticker from ' ~ ref('features')
        ).columns[0].values() -%}
        {%- for ticker in var('holdout_tickers') | map('upper') -%}
            {%- if ticker not in known -%}
                {%- do exceptions.raise_compiler_error(
                    "var holdout_tickers names '" ~ ticker
                    ~ "', which table features does not have: did you mean '"
                    ~ nearest_name(ticker, known) ~ "'?"
                ) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
{% endmacro %}
