{% macro raw_json(path, columns, object_size=16777216, is_record=true) %}
    {%- set types = [] -%}
    {%- for name, type in columns.items() -%}
        {%- do types.append("'" ~ name ~ "': '" ~ type ~ "'") -%}
    {%- endfor -%}
    {#- In brackets, a letter that means something in a pattern stands for itself. -#}
    {%- set folder = modules.re.sub('([*?[])', '[\\1]', var('raw_market') | string) -%}
    {%- set files = dbt.string_literal(dbt.escape_single_quotes(folder ~ '/' ~ path)) -%}
    {%- if execute and run_query('select count(*) from glob(' ~ files ~ ')').rows[0][0] -%}
        {#- A comment with their digest has dbt read files again that changed. -#}
        {%- set digest = run_query(
            "select md5(string_agg(concat_ws(' ', filename, size, last_modified), ' '"
            ~ ' order by filename)) from read_text(' ~ files ~ ')'
        ).rows[0][0] -%}
        read_json(
            {{ files }},
            columns = {{ '{' ~ types | join(', ') ~ '}' }},
            maximum_object_size = {{ object_size }},
            records = {{ is_record | lower }}
        )
        /* {{ digest }} */
    {%- else -%}
        (
            select
            {%- for name, type in columns.items() %}
                cast(null as {{ type }}) as "{{ name }}"
                {{- ',' if not loop.last }}
            {%- endfor %}
            limit 0
        )
    {%- endif -%}
{% endmacro %}
