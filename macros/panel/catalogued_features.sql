{#
  Rows of the seed feature_catalogue as a list of {feature, kind, ...}, read
  from its file, so that models can treat each feature in turn.
#}
{% macro catalogued_features() %}
    {{ return(seed_rows('feature_catalogue')) }}
{% endmacro %}
