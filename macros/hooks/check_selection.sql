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
{% endmacro %}
