{# The features that are also offered as ranks within date and within sector. #}
{% macro ranked_ratios() %}
    {{ return([
        'book_to_market',
        'earnings_yield',
        'free_cash_flow_yield',
        'sales_yield',
        'dividend_yield',
        'ev_to_sales',
        'gross_profitability',
        'return_on_assets',
        'return_on_equity',
        'cash_flow_to_assets',
        'net_margin',
        'revenue_growth',
        'earnings_growth',
        'asset_growth',
        'share_growth',
        'accruals',
        'debt_to_assets',
        'momentum_12_1m',
        'momentum_36_12m',
        'volatility_12m',
        'beta_12m',
        'market_cap',
    ]) }}
{% endmacro %}
