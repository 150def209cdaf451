{% materialization incremental, adapter='duckdb', supported_languages=['sql', 'python'] %}
    {{ return(build_unless_kept.call_macro(
        dbt.materialization_incremental_duckdb.call_macro
    )) }}
{% endmaterialization %}
