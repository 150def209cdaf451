{% macro check_selection() %}
    {%- if execute and var('model_id') is not none and flags.WHICH in ['build', 'run'] -%}
        {%- for node in selected_resources
            if '.trained_' in node and node.startswith('model.') -%}
            {%- do exceptions.raise_compiler_error(
                "var model_id explains with a stored model, but this build would train "
                ~ "new ones too: add --select ticker_shap"
            ) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- if execute and target.name == 'trainer' and flags.WHICH in ['build', 'run', 'seed'] -%}
        {%- for node in selected_resources
            if node.split('.')[0] in ['model', 'seed']
            and (graph.nodes[node].database == 'panel'
                or graph.nodes[node].config.materialized == 'view') -%}
            {%- do exceptions.raise_compiler_error(
                "target trainer only adds rows that were trained, and " ~ graph.nodes[node].name
                ~ " is not of them: name what to train, as in --select trained_24m, "
                ~ "backtest_forecasts or unseen_forecasts; --target lake builds the rest"
            ) -%}
        {%- endfor -%}
    {%- endif -%}
{% endmacro %}
