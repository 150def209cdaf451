{% macro check_seed_lines(seed) %}
    {%- if execute -%}
        {%- set file = 'seeds/' ~ seed ~ '.csv' -%}
        {%- set wrong = run_query(
            "with lines as (
                select
                    unnest(string_split(rtrim(content, chr(10)), chr(10))) as line,
                    generate_subscripts(
                        string_split(rtrim(content, chr(10)), chr(10)), 1
                    ) as number
                from read_text(" ~ project_path(file) ~ ")
            ),
            counted as (
                select
                    number,
                    len(string_split(
                        regexp_replace(line, '\"[^\"]*\"', '', 'g'), ','
                    )) as number_of_values
                from lines
            )
            select
                number,
                number_of_values,
                first(number_of_values) over (order by number) as expected
            from counted
            qualify number_of_values <> expected
            order by number"
        ).rows -%}
        {%- for row in wrong -%}
            {%- do exceptions.raise_compiler_error(
                file ~ ", line " ~ row[0] ~ ": " ~ row[1] ~ " values for "
                ~ row[2] ~ " columns; put a text with a comma in \"quotes\""
            ) -%}
        {%- endfor -%}
    {%- endif -%}
{% endmacro %}
