{% test meets_expectations(model, expectations) %}
    {{ unmet_expectations(model, expectations) }}
{% endtest %}
