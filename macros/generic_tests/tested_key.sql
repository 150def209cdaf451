{% macro tested_key(relation) %}
    {%- set found = {'columns': []} -%}
    {%- if execute -%}
        {%- set tests = graph.nodes.values()
            | selectattr('resource_type', 'equalto', 'test')
            | selectattr('test_metadata', 'defined')
            | selectattr('test_metadata.name', 'equalto', 'unique_combination_of_columns') -%}
        {%- for test in tests -%}
            {#- Tests of models that this market disables are there, the models are not. -#}
            {%- set table = graph.nodes.get(test.attached_node) -%}
            {%- if table and table.alias == relation.identifier -%}
                {%- do found.update({'columns': test.test_metadata.kwargs.columns}) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(found.columns) }}
{% endmacro %}
