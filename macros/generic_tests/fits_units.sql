{% test fits_units(model) %}
    -- depends_on: {{ ref('feature_catalogue') }}
    {%- set of_unit = {
        '0 to 1': 'between 0 and 1',
        '-0.5 to 0.5': 'between -0.5 and 0.5',
        'per year': 'between 0 and 1e9',
        'months': 'between 0 and 1e9',
        'count': 'between 0 and 1e9',
        'name': "<> ''",
    } -%}
    {%- set expectations = {} -%}
    {%- for column in catalogued_features() -%}
        {%- do expectations.setdefault(
            of_unit.get(column.unit, 'is finite'), []
        ).append(column.feature) -%}
    {%- endfor %}
    {{ unmet_expectations(model, expectations) }}
{% endtest %}
