{#
  Whatever a company's answer says of a fact beside these is of the filing, not
  of the fact: fiscal year, period and frame.
#}
{% set fact %}struct(
    "start" varchar, "end" varchar, val double, accn varchar, form varchar,
    filed varchar
){% endset %}
{% set facts %}map(
    varchar, map(varchar, struct(units map(varchar, {{ fact }}[])))
){% endset %}
-- depends_on: {{ ref('xbrl_items') }}

with answers as (

    select * from {{ raw_json(
        'sec/companyfacts/CIK*.json',
        {'cik': 'bigint', 'facts': facts | replace('\n', ' ')},
        object_size=33554432
    ) }}

),

tags as (

    select distinct tag from {{ ref('xbrl_items') }}

),

taxonomies as (

    select
        cik,
        unnest(map_entries(facts)) as taxonomy
    from answers

),

tagged as (

    select
        cik,
        taxonomy['key'] as taxonomy,
        unnest(map_entries(taxonomy['value'])) as tag
    from taxonomies

),

units as (

    select
        tagged.cik,
        tags.tag,
        unnest(map_entries(tagged.tag['value']['units'])) as unit
    from tagged
    inner join tags on tagged.taxonomy || ':' || tagged.tag['key'] = tags.tag

),

facts as (

    select
        cik,
        tag,
        unit['key'] as unit,
        unnest(unit['value']) as fact
    from units

),

typed as (

    select
        cik,
        tag,
        unit,
        try_cast(fact['start'] as date) as period_start,
        try_cast(fact['end'] as date) as period_end,
        try_cast(fact['filed'] as date) as filed,
        fact['form'] as form,
        fact['accn'] as accession,
        {{ finite_number("fact['val']") }} as value
    from facts

)

-- Proxy statements repeat net income, rounded or in another scale.
select *
from typed
where
    value is not null
    and filed > period_end
    and coalesce(period_start <= period_end, true)
    and not contains(form, '14A')
    and not contains(form, '14C')
