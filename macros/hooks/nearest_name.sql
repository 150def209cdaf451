{% macro nearest_name(name, candidates) %}
    {%- set nearest = namespace(name=none, distance=none) -%}
    {%- for candidate in candidates | sort -%}
        {%- set distance = edit_distance(name | lower, candidate | lower) -%}
        {%- if nearest.name is none or distance < nearest.distance -%}
            {%- set nearest.name = candidate -%}
            {%- set nearest.distance = distance -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(nearest.name) }}
{% endmacro %}
