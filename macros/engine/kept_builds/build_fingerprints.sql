{% macro build_fingerprints() %}
    {{ return(api.Relation.create(
        database=target.database, schema=target.schema, identifier='build_fingerprints'
    ) | string) }}
{% endmacro %}
