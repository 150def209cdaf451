{% macro declare_features(made_by=none) %}
    {%- set columns = [] -%}
    {%- for feature in catalogued_features()
        if made_by is none or feature.made_by in made_by -%}
        {%- do columns.append({
            'name': feature.feature,
            'description': feature.formula[0] | upper ~ feature.formula[1:]
                ~ ' (' ~ feature.unit ~ ').',
            'data_type': 'double' if feature.kind == 'numeric' else 'varchar',
        }) -%}
    {%- endfor -%}
    {%- do declare_columns(columns) -%}
{% endmacro %}
