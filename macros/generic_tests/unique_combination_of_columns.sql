{% test unique_combination_of_columns(model, columns, day=none, nullable=[]) %}
    {%- set key = columns | join(', ') -%}
    {%- set suspect = 'hash(' ~ (columns | reject('equalto', day) | join(', ')) ~ ')' -%}
    {%- set is_unknown = columns | reject('in', nullable) | join(' is null or ') ~ ' is null' -%}
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
    where {{ suspect }} in (select key_hash from suspects) or {{ is_unknown }}
    group by {{ key }}
    having count(*) > 1 or {{ is_unknown }}
{% endtest %}
