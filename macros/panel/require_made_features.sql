{% macro require_made_features(features) %}
    {%- if execute and flags.WHICH in ['build', 'run'] and not flags.EMPTY
        and ref.model.resource_type == 'model' -%}
        {%- do require_built() -%}
        {%- set made = {} -%}
        {%- for row in run_query(
            "select table_name, column_name from duckdb_columns() "
            ~ "where database_name = '" ~ this.database
            ~ "' and schema_name = '" ~ this.schema ~ "'"
        ).rows -%}
            {%- do made.setdefault(row[0], []).append(row[1]) -%}
        {%- endfor -%}
        {%- for feature in features
            if feature.feature not in made.get(feature.made_by, []) -%}
            {%- do exceptions.raise_compiler_error(
                "feature_catalogue says that " ~ feature.made_by ~ " makes "
                ~ feature.feature ~ ", but it has no such column: add it to "
                ~ "that model, correct made_by or take the row out"
            ) -%}
        {%- endfor -%}
        {%- for maker in features | map(attribute='made_by') | unique -%}
            {%- set declared = graph.nodes['model.' ~ project_name ~ '.' ~ maker].columns -%}
            {%- for column in made[maker] if column not in declared -%}
                {%- do exceptions.raise_compiler_error(
                    maker ~ " makes " ~ column ~ ", which is not in "
                    ~ "feature_catalogue: add a row to seeds/feature_catalogue.csv and run make catalogue "
                    ~ "or, if it is no feature, describe it in the model's yml"
                ) -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endif -%}
{% endmacro %}
