{% macro ratios_of_scores() %}
    {%- set scores = {} -%}
    {%- for factor in ['value', 'profitability', 'investment', 'momentum'] -%}
        {%- do scores.update({factor ~ '_score': []}) -%}
    {%- endfor -%}
    {%- for feature in catalogued_features()
        if feature.ranked and feature.direction != 0
        and feature.family ~ '_score' in scores -%}
        {%- do scores[feature.family ~ '_score'].append(feature) -%}
    {%- endfor -%}
    {{ return(scores) }}
{% endmacro %}
