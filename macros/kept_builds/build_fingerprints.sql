{# The table of what was built last; see create_build_fingerprints. #}
{% macro build_fingerprints() %}
    {{ return(api.Relation.create(
        database=target.database, schema=target.schema, identifier='build_fingerprints'
    ) | string) }}
{% endmacro %}
