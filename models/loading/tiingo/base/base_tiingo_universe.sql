{% set file = dbt.escape_single_quotes(var('raw_market')) ~ '/universe.csv' %}
{% set is_there = execute and run_query(
    "select count(*) from glob('" ~ file ~ "')"
).columns[0].values()[0] %}
select
    {% if is_there %}
        key,
        upper(symbol) as symbol
    from
        read_csv(
            '{{ file }}',
            columns = {'key': 'varchar', 'symbol': 'varchar'},
            header = true,
            auto_detect = false
        )
    {% else %}
        cast(null as varchar) as key,
        cast(null as varchar) as symbol
    limit 0
    {% endif %}
