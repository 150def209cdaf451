{% macro recorded_nodes() %}
    {{ return(api.Relation.create(
        database=target.database, schema=target.schema, identifier='recorded_nodes'
    ) | string) }}
{% endmacro %}
