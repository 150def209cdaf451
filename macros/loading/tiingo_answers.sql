{% macro tiingo_answers(kind, columns, only_newest=false) %}
    {%- set ending = 'csv' if kind in ['listings', 'universe'] else 'json' -%}
    {%- set folder = dbt.escape_single_quotes(var('raw_market')) ~ '/tiingo/' ~ kind -%}
    {%- set files = [] -%}
    {%- if execute -%}
        {%- set query -%}
            select file
            from glob('{{ folder }}/*.{{ ending }}.gz')
            {% if only_newest -%}
                qualify row_number() over (
                    partition by split_part(parse_filename(file), '.', 1)
                    order by file desc
                ) = 1
            {%- endif %}
            order by file
        {%- endset -%}
        {%- do files.extend(run_query(query).columns[0].values()) -%}
    {%- endif -%}
    {%- set types = [] -%}
    {%- for name, type in columns.items() -%}
        {%- do types.append("'" ~ name ~ "': '" ~ type ~ "'") -%}
    {%- endfor -%}
    {%- if files -%}
        (
            select
                * exclude (filename),
                url_decode(split_part(parse_filename(filename), '.', 1)) as key,
                strptime(
                    split_part(parse_filename(filename), '.', 2), '%Y%m%dT%H%M%SZ'
                ) as fetched_at
            from read_{{ ending }}(
                {{ sql_list(files) }},
                columns = { {{- types | join(', ') -}} },
                filename = true,
                {{ 'header = true, auto_detect = false, null_padding = true'
                    if ending == 'csv' else "format = 'array'" }}
            )
        )
    {%- else -%}
        (
            select
                {% for name, type in columns.items() -%}
                    cast(null as {{ type }}) as "{{ name }}",
                {% endfor -%}
                cast(null as varchar) as key,
                cast(null as timestamp) as fetched_at
            limit 0
        )
    {%- endif -%}
{% endmacro %}
