{% materialization table, adapter='duckdb', supported_languages=['sql', 'python'] %}
    {{ return(build_unless_kept.call_macro(
        dbt.materialization_table_duckdb.call_macro
    )) }}
{% endmaterialization %}
