{#
  The columns together are a key. Nulls count as equal, so that a key with an
  optional column is tested too. Rows whose hash no other row has are unique,
  and grouping by that one number is cheaper than by all columns.
#}
{% test unique_combination_of_columns(model, columns) %}
    {%- set key = columns | join(', ') -%}
    with shared_hashes as (

        select hash({{ key }}) as key_hash
        from {{ model }}
        group by key_hash
        having count(*) > 1

    )

    select
        {{ key }},
        count(*) as copies
    from {{ model }}
    where hash({{ key }}) in (select key_hash from shared_hashes)
    group by {{ key }}
    having count(*) > 1
{% endtest %}
