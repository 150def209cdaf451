{% macro say_sentences(query, stops=false) %}
    {%- if execute and flags.WHICH in ['build', 'test'] -%}
        {%- set sentences = run_query(query).columns['sentence'].values() -%}
        {%- if sentences and stops -%}
            {%- do exceptions.raise_compiler_error(sentences | join('\n')) -%}
        {%- elif sentences -%}
            {%- do exceptions.warn(sentences | join('\n')) -%}
        {%- endif -%}
    {%- endif -%}
    {{ query }}
{% endmacro %}
