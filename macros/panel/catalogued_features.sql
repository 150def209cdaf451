{% macro catalogued_features() %}
    {{ return(seed_rows('feature_catalogue')) }}
{% endmacro %}
