{% macro check_metric_bounds() %}
    {%- if execute -%}
        {%- do check_seed_lines('metric_bounds') -%}
        {%- set label_columns = [] -%}
        {%- for name in graph.nodes['model.stock_forecasts.excess_returns'].columns
            if name.startswith('excess_return_ln_') -%}
            {%- do label_columns.append(name) -%}
        {%- endfor -%}
        {%- set stats = graph.nodes['model.stock_forecasts.model_stats'].columns -%}
        {%- set allowed = {
            'market': ['simulated', 'own'],
            'pred_col': label_columns,
            'metric': stats.values()
                | selectattr('data_type', 'in', ['double', 'bigint', 'integer'])
                | map(attribute='name') | list,
            'effect': ['warn', 'error'],
        } -%}
        {%- for row in seed_rows('metric_bounds') -%}
            {%- set line = loop.index + 1 -%}
            {%- for column, values in allowed.items()
                if row[column] | string not in values -%}
                {%- do exceptions.raise_compiler_error(
                    "seeds/metric_bounds.csv, line " ~ line ~ ": "
                    ~ column ~ " '" ~ row[column] ~ "': did you mean '"
                    ~ nearest_name(row[column] | string, values) ~ "'?"
                ) -%}
            {%- endfor -%}
            {%- if row.lowest is none and row.highest is none
                or row.lowest is not none and row.highest is not none
                and row.lowest > row.highest -%}
                {%- do exceptions.raise_compiler_error(
                    "seeds/metric_bounds.csv: " ~ row.metric ~ " of "
                    ~ row.pred_col ~ " has bounds " ~ row.lowest ~ " and "
                    ~ row.highest ~ ": give the lowest and the highest value "
                    ~ "allowed; one of them may be empty"
                ) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
{% endmacro %}
