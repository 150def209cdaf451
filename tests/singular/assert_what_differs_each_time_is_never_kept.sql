{% set each_time = [
    'select now()', 'select NOW ()', 'select x.now()', 'select "now"()',
    'select current_timestamp', 'select Current_Timestamp::date',
    'select current_time', 'select localtime', 'select localtimestamp',
    'select current_localtimestamp()', 'select get_current_timestamp()',
    'select get_current_time()', 'select transaction_timestamp()',
    'select ago(interval 1 day)', 'select age(founded)', 'select random()',
    'select uuid()', 'select uuidv4()', 'select uuidv7()',
    'select gen_random_uuid()', "select nextval('ids')",
    'from prices using sample 10', 'from prices tablesample 10%',
] %}
{% set each_day = [
    'select current_date', 'select CURRENT_DATE', 'select current_date()',
    'select today()', 'select Today ()',
] %}
{% set never = [
    'select known_from, snow, today from prices', 'select average(price)',
    'select current_dates, random_seed, uuid from prices',
    'select now_after(newest)',
] %}

with faults as (

    {% for code in each_time + each_day + never %}
        select
            {{ dbt.string_literal(dbt.escape_single_quotes(code)) }} as code,
            {{ mentions_moment(code) }} as is_moment,
            {{ code in each_time }} as should_be_moment,
            {{ mentions_today(code) }} as is_day,
            {{ code in each_day }} as should_be_day
        {{ 'union all' if not loop.last }}
    {% endfor %}

)

select *
from faults
where is_moment != should_be_moment or is_day != should_be_day
