{% macro edit_distance(one, other) %}
    {%- set distances = namespace(to_before=range(other | length + 1) | list) -%}
    {%- for letter in one -%}
        {%- set to_letter = [loop.index] -%}
        {%- for other_letter in other -%}
            {%- do to_letter.append([
                to_letter[loop.index0] + 1,
                distances.to_before[loop.index] + 1,
                distances.to_before[loop.index0] + (letter != other_letter) | int,
            ] | min) -%}
        {%- endfor -%}
        {%- set distances.to_before = to_letter -%}
    {%- endfor -%}
    {{ return(distances.to_before | last) }}
{% endmacro %}
