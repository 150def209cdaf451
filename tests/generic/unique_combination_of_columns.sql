{#
  The columns together are a key. Nulls count as equal, so that a key with an
  optional column is tested too. Only suspects are grouped by the whole key: rows
  whose hash another row has or, where the key ends with a `day`, rows of groups
  of the other columns that have some day twice, which is cheaper to tell.
#}
{% test unique_combination_of_columns(model, columns, day=none) %}
    {%- set key = columns | join(', ') -%}
    {%- set suspect = 'hash(' ~ (columns | reject('equalto', day) | join(', ')) ~ ')' -%}
    with suspects as (

        select {{ suspect }} as key_hash
        from {{ model }}
        group by key_hash
        having {{ dates_repeat(day) if day else 'count(*) > 1' }}

    )

    select
        {{ key }},
        count(*) as copies
    from {{ model }}
    where {{ suspect }} in (select key_hash from suspects)
    group by {{ key }}
    having count(*) > 1
{% endtest %}
