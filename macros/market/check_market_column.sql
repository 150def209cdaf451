{% macro check_market_column(table, column, type, place) %}
    {%- set families = {
        'double': ['TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT', 'HUGEINT', 'UTINYINT',
            'USMALLINT', 'UINTEGER', 'UBIGINT', 'UHUGEINT', 'FLOAT', 'DOUBLE', 'DECIMAL'],
        'date': ['DATE', 'TIMESTAMP'],
        'varchar': ['VARCHAR', 'ENUM', 'UUID'],
        'boolean': ['BOOLEAN'],
    } -%}
    {%- set wanted = column.data_type | lower -%}
    {%- set family = families['double' if wanted in ['integer', 'bigint'] else wanted] -%}
    {%- set type_name = type.split('(')[0].split(' ')[0].split('_')[0] -%}
    {%- set words = {'double': 'numbers', 'integer': 'whole numbers',
        'bigint': 'whole numbers', 'date': 'dates (YYYY-MM-DD)', 'varchar': 'text',
        'boolean': 'true or false'} -%}
    {%- if place.is_text and wanted != 'varchar' -%}
        {%- set sample = run_query(
            'select min(sampled) filter (try_cast(sampled as ' ~ wanted ~ ') is null),'
            ~ ' count(try_cast(sampled as ' ~ wanted ~ ')), count(sampled) from ('
            ~ 'select "' ~ column.name ~ '" as sampled from ' ~ place.relation ~ ' limit 10000)'
        ).rows[0] -%}
        {%- if sample[2] > 0 and sample[1] == 0 -%}
            {%- do exceptions.raise_compiler_error(
                "market '" ~ var('market') ~ "': column " ~ column.name ~ " of table "
                ~ table ~ " must hold " ~ words[wanted] ~ ", but holds text such as '"
                ~ sample[0] ~ "'"
            ) -%}
        {%- endif -%}
    {%- elif not place.is_text and type_name not in family and type_name != '"NULL"' -%}
        {%- do exceptions.raise_compiler_error(
            "market '" ~ var('market') ~ "': column " ~ column.name ~ " of table " ~ table
            ~ " is of type " ~ type ~ ", but must hold " ~ words[wanted]
            ~ " (" ~ column.data_type ~ ")"
        ) -%}
    {%- endif -%}
{% endmacro %}
