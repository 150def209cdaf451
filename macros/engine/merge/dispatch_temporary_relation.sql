{% macro duckdb__dispatch_temporary_relation(target_relation, batch_id='') %}
    {%- set temporary = make_temp_relation(target_relation) -%}
    {%- if model.language == 'python' -%}
        {{ return({
            'relation': temporary.incorporate(path={'database': 'scratch', 'schema': 'main'}),
            'temporary': false
        }) }}
    {%- endif -%}
    {{ return({'relation': temporary, 'temporary': true}) }}
{% endmacro %}
