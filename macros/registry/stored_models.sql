{% macro stored_models() %}
    {%- for months in [12, 24, 36] %}
        select
            model_id,
            pred_col,
            trained_at,
            training_date,
            cutoff_date,
            holdout_tickers,
            features
        from {{ ref('trained_' ~ months ~ 'm') }}
        {% if not loop.last %}union all{% endif %}
    {%- endfor %}
{% endmacro %}
