"""Statements that a visitor must not get anything by: the sentence that refuses each.

One line each, as a visitor writes it; `{folder}` is that of the published file.
"""

CHANGE = "The published data cannot be changed"
SETTINGS = "Settings are fixed"
FILES = "Files, folders and the network are out of reach"
EXPLAIN = "EXPLAIN and EXPLAIN ANALYZE stand directly before one SELECT"
UNKNOWN = "DuckDB does not understand the query, or cannot run it"
ATTACH = "ATTACH would open another file"
DETACH = "cannot be detached"
COPY = "COPY reads or writes files"
EXPORT = "EXPORT writes files"
EXTENSION = "Extensions cannot be installed"
NO_EXTENSION = "none can be loaded"
PRAGMA = "PRAGMA changes settings"
CALL = "CALL runs procedures"
PREPARED = "Prepared statements"
COMMIT = "nothing to commit"
SEVERAL = "One query at a time"
PLACE = "Databases and settings of DuckDB are not told"
SLEEP = "A query cannot wait"
MEMORY = "more than 1 GB of memory"
TABLES = "Only the published tables can be queried"
UNSHOWABLE = "cannot be shown"

REFUSED = {
    FILES: r"""
from read_csv_auto('/etc/passwd')
from read_json_auto('/etc/hosts')
from read_ndjson('/etc/hosts')
from read_json_objects('/etc/hosts')
from read_parquet('/etc/passwd')
from parquet_scan('/etc/passwd')
from parquet_schema('/etc/passwd')
from parquet_file_metadata('/etc/passwd')
from parquet_kv_metadata('/etc/passwd')
from parquet_bloom_probe('/etc/passwd', 'a', 1)
from read_text(['/etc/passwd', '/etc/hosts'])
from read_text('~/.bashrc')
from read_text('/proc/self/cmdline')
from read_text('/proc/self/maps')
from read_blob('/dev/zero')
from read_csv('/dev/stdin')
from read_csv('/proc/self/fd/0')
from read_text('file:///etc/passwd')
from read_text('FILE:///etc/passwd')
from read_text('../../../etc/passwd')
from read_text('hf://datasets/a/b.csv')
from read_csv('gcs://bucket/x.csv')
from read_csv('r2://bucket/x.csv')
from read_csv('azure://container/x.csv')
from read_csv('https://169.254.169.254/latest/meta-data')
from '//server/share/x.csv'
from 'x.json'
from "/etc/hosts.csv"
from 'a*.parquet'
from 'x.db'
select * from glob('/**')
select * from glob('/home/*/.ssh/*')
select (from glob('/etc/*') limit 1)
select 1 where exists (from read_text('/etc/passwd'))
with t as materialized (from read_text('/etc/passwd')) from t
with recursive t as (from read_text('/etc/passwd') union all from t) from t
select * from prices, lateral (from read_text('/etc/passwd'))
select * from prices join read_csv('/etc/passwd') p on true
select count(*) over () from read_text('/etc/passwd')
pivot (from read_text('/etc/passwd')) on filename in ('a') using count(*)
describe from read_text('/etc/passwd')
summarize from read_csv('/etc/passwd')
summarize 'x.parquet'
show 'x.parquet'
explain from read_text('/etc/passwd')
explain analyze from read_csv('/etc/passwd')
(from read_text('/etc/passwd'))
from read_text('/etc/passwd') union all from read_text('/etc/passwd')
select * from read_text('/etc/' || 'passwd')
select * from read_text(chr(47) || 'etc/passwd')
/* select 1 */ from read_text('/etc/passwd')
SeLeCt * FrOm ReAd_TeXt('/etc/passwd')
from "read_text"('/etc/passwd')
from system.main.read_text('/etc/passwd')
from main.read_text('/etc/passwd')
from query('from query(''from read_text(''''/etc/passwd'''')'')')
from read_csv('ls |')
import database '/tmp/x'
pragma import_database('/tmp')
from json_execute_serialized_sql(json_serialize_sql('from read_text(''/etc/passwd'')'))
""",
    UNKNOWN: r"""
from '/etc/passwd' as p
from 'x.xlsx'
from (values ('/etc/passwd')) v(f), lateral (from read_text(v.f))
describe '/etc/passwd'
from read_text(getenv('HOME') || '/x')
from query_table('/etc/passwd')
from query_table(['/etc/passwd', 'prices'])
from query('select 1; drop table prices')
from query('attach ''x.duckdb''')
from query('copy prices to ''/tmp/x''')
from mysql_scan('host=127.0.0.1', 'public', 't')
from http_get('http://127.0.0.1')
from shellfs('ls')
copy database this to memory
drop database this
alter database this rename to x
explain analyze attach 'x.duckdb'
explain analyze pragma database_list
explain analyze (format json) copy prices to '/tmp/x'
with x as (delete from prices returning *) from x
with x as (update prices set day = 0 returning *) from x
select 1 /* ; drop table prices
select 1 drop table prices
select u&'\0041'
select 'a' 'b'
'; drop table prices; --
1 or 1 = 1
" or ""="
$(id)
`id`
{{ env_var('HOME') }}
\copy prices to '/tmp/x'
.shell id
.open other.duckdb
.read /etc/passwd
!ls
select getenv('PATH')
select pg_backend_pid()
select pg_read_file('/etc/passwd')
select sqlite_version()
select system('id')
select sleep(10)
select read_text('/etc/passwd')
select content from read_text(:file)
select ?
select $1
from duckdb_secrets(redact = false)
from pragma_database_list()
from duckdb_which_secret('s3://a', 's3')
from python_scan_all_frames
from request
from con
from sys.modules
from pandas_scan(0)
from arrow_scan_dumb(0, 0, 0)
from python_map_function(0, 0)
from json_execute_serialized_sql('{}')
from summary(from prices)
from seq_scan('prices')
from range(1, 10, 0)
select 9223372036854775807 + 1
select repeat('x', 9223372036854775807)
select printf('%n')
select regexp_replace('x', '(((((.{1,1000}){1,1000}){1,1000})', 'y')
select 10::decimal(38, 37)
select map([1, 1], [2, 3])
select struct_pack(a := 1, a := 2)
select nextval('x')
select add(1, 2) from prices natural join blank
select 1 as "", 2 as ""
select * exclude (nothing) from prices
""",
    PLACE: r"""
from query_table('duckdb_databases')
pragma version
pragma platform
pragma user_agent
pragma "database_list"
PRAGMA/**/database_list
select current_setting('secret_directory')
select current_setting('temp_' || 'directory')
select * from duckdb_settings() where name like '%dir%'
select version()
from pragma_version()
from pragma_platform()
select 'éé', * from query('select current_' || 'setting(''allowed_paths'')')
from duckdb_databases
from pg_catalog.pg_database
from pg_catalog.pg_settings
from pragma_user_agent()
""",
    NO_EXTENSION: r"""
select * from sqlite_scan('/etc/passwd', 't')
from sqlite_query('x', 'select 1')
from postgres_scan('host=127.0.0.1', 'public', 't')
from postgres_query('x', 'select 1')
from mysql_query('x', 'select 1')
from iceberg_scan('s3://x')
from delta_scan('/tmp')
from read_xlsx('/tmp/x.xlsx')
from st_read('/etc/passwd')
from ducklake_snapshots('x')
from load_aws_credentials()
select load_extension('x')
select add_parquet_key('x', 'y')
""",
    ATTACH: r"""
attach 'md:'
attach 'md:mine'
attach 'https://127.0.0.1/x.duckdb'
attach 's3://bucket/x.duckdb'
attach '/etc/passwd' as p (type sqlite)
attach 'host=127.0.0.1' as p (type postgres)
attach 'ducklake:x' as l
attach if not exists 'x.duckdb' as x (read_only)
attach '{folder}/this.duckdb' as again (read_write)
attach database 'x.duckdb'
""",
    DETACH: r"""
detach database if exists x
""",
    SETTINGS: r"""
use this
use system.main
set memory_limit = '64GB'
set global memory_limit = '64GB'
set session threads = 64
set temp_directory = '/tmp'
set home_directory = '/tmp'
set secret_directory = '/tmp'
set extension_directory = '/tmp'
set custom_extension_repository = 'http://127.0.0.1'
set allow_unsigned_extensions = true
set allow_community_extensions = true
set autoload_known_extensions = true
set allowed_directories = ['/']
set allowed_paths = ['/etc/passwd']
set python_enable_replacements = true
set file_search_path = '/etc'
set log_query_path = '/tmp/x'
set profile_output = '/tmp/x'
set enable_logging = true
set access_mode = 'read_write'
set search_path = 'x'
set schema = 'x'
set s3_secret_access_key = 'x'
set http_proxy = '127.0.0.1:9'
set disabled_filesystems = ''
set max_memory = '64GB'
set worker_threads = 64
set time zone 'UTC'
reset global threads
pragma threads = 64
pragma enable_profiling = 'json'
pragma profile_output = '/tmp/x'
""",
    COPY: r"""
copy (select 1) to '/tmp/x.csv'
copy (select 1) to 's3://bucket/x.csv'
copy (select 1) to '/dev/stdout'
copy (select 1) to '{folder}/this.duckdb' (format csv)
copy (from prices) to '{folder}' (format parquet, partition_by (ticker))
copy prices from program 'id'
copy (select 1) to program 'id'
COPY/**/prices/**/TO/**/'/tmp/x'
""",
    EXPORT: r"""
export database '/tmp/x' (format parquet)
""",
    EXTENSION: r"""
force install httpfs
install httpfs from community
install 'x' from 'http://127.0.0.1'
load '/tmp/x.duckdb_extension'
load json
""",
    CALL: r"""
force checkpoint
call pragma_database_size()
call checkpoint('this')
call force_checkpoint('this')
call duckdb_databases()
call start_ui()
call dsdgen(sf = 100)
call dbgen(sf = 100)
""",
    TABLES: r"""
update extensions
""",
    UNSHOWABLE: r"""
reset all
""",
    PRAGMA: r"""
pragma enable_object_cache
pragma force_checkpoint
""",
    CHANGE: r"""
create persistent secret s (type s3, key_id 'a', secret 'b')
create or replace secret s (type http, bearer_token 'x')
drop secret s
drop persistent secret s
drop schema main cascade
create table t as from read_text('/etc/passwd')
create temporary view v as from read_text('/etc/passwd')
create or replace table prices as select 1
create temp macro m() as table from read_text('/etc/passwd')
create sequence s
create index i on prices (day)
alter table prices rename to p
insert or replace into prices values (1, 'y')
insert into prices by name select 1 as day
insert into prices from read_csv('/etc/passwd')
delete from prices using blank
update prices set ticker = (select content from read_text('/etc/passwd'))
deallocate p
""",
    COMMIT: r"""
rollback
start transaction
abort
""",
    PREPARED: r"""
prepare p as from read_text('/etc/passwd')
execute p(1)
""",
    EXPLAIN: r"""
explain copy prices to '/tmp/x'
explain create table t (a int)
explain analyze drop table prices
explain (format json) select 1
explain (analyze, format json) delete from prices
""",
    SEVERAL: r"""
select 1; copy prices to '/tmp/x'
select 1;; select 2
""",
    SLEEP: r"""
select pg_sleep(0.1)
select pg_sleep/**/(0.1)
select 'é', "PG_SLEEP" (0.1)
select (100).sleep_ms()
select sleep_ms(range) from range(10)
""",
    MEMORY: r"""
select format('{:1000000000}', 1)
select printf('%1000000000d', 1)
""",
}

# These tell nothing and change nothing: how many rows they have.
HARMLESS = r"""
0 from which_secret('s3://bucket', 's3')
1 pragma database_size
2 pragma show_tables
4 pragma storage_info('prices')
2636 pragma functions
1 pragma metadata_info
1 select 1;--
1 ;select 1;
1 select 1 -- ; drop table prices
1 select ';drop table prices'
1 select $$; drop table prices$$
1 select E'\x27; drop table prices; --'
1 select getvariable('x')
1 select current_database()
1 select current_schemas(true)
1 select current_user
1 select current_query()
2 from duckdb_tables()
47 from duckdb_views()
1 from duckdb_functions() limit 1
16 from duckdb_memory()
0 from duckdb_temporary_files()
0 from duckdb_logs
0 from duckdb_log_contexts()
0 from duckdb_variables()
33 from duckdb_optimizers()
1 from duckdb_keywords() limit 1
1 from duckdb_types() limit 1
0 from duckdb_dependencies()
0 from duckdb_prepared_statements()
0 from duckdb_external_file_cache()
1 from duckdb_approx_database_count()
1 from duckdb_connection_count()
2 from information_schema.tables
5 from information_schema.schemata
2 from pg_catalog.pg_tables
2 from sqlite_master
11 from test_vector_types(null::int)
5 from repeat_row(1, num_rows = 5)
1 select json_serialize_sql('from read_text(''/etc/passwd'')')
1 select json_deserialize_sql(json_serialize_sql('select 1'))
1 select parse_path('/etc/passwd')
1 select from_json('{"a": 1}', '{"a": "VARCHAR"}')
4 from pragma_storage_info('prices')
2 from generate_series(1, 0, -1)
1 from range(-9223372036854775808, 9223372036854775807) limit 1
1 select 1/0
1 select repeat('x', -1)
1 select regexp_matches(repeat('a', 50) || 'b', '(a+)+$')
1 select '1e400'::double
1 select 'infinity'::timestamp
1 select 'nan'::double, '-inf'::double
1 select [[[[[[[[[[1]]]]]]]]]]
1 select '<script>alert(1)</script>' as "<img src=x onerror=alert(1)>"
1 select '![x](http://127.0.0.1:9/x)' as "[x](javascript:alert(1))"
1 select '=cmd|'' /C calc''!A0' as "=1+1"
1 select chr(0) || 'x'
1 select '\x00'::blob
1 select md5_number('x')
1 select uuid()
1 select txid_current()
100 select * from prices p1 join prices p2 using (day)
1 select 1, 1
100 select columns('.*') from prices
100 select columns(lambda c: c like '%') from prices
"""

FORBIDDEN = {
    # changes
    "create table t (a int)": CHANGE,
    "create temp table t as select 1": CHANGE,
    "create or replace view v as select 1": CHANGE,
    "create macro f() as 1": CHANGE,
    "create type t as enum ('a')": CHANGE,
    "create secret (type s3)": CHANGE,
    "create schema s": CHANGE,
    "insert into prices values (1, 'y')": CHANGE,
    "insert into prices values (1, 'y') returning *": CHANGE,
    "update prices set day = 0": CHANGE,
    "delete from prices": CHANGE,
    "truncate prices": CHANGE,
    "drop table prices": CHANGE,
    "alter table prices add column b int": CHANGE,
    "comment on table prices is 'x'": CHANGE,
    "merge into prices using blank on (day = a) when matched then delete": CHANGE,
    "vacuum": CHANGE,
    "analyze": CHANGE,
    "begin": "nothing to commit",
    "commit": "nothing to commit",
    # other databases, files, network
    "attach 'other.duckdb'": "ATTACH would open another file",
    "attach ':memory:' as m": "ATTACH would open another file",
    "detach this": "cannot be detached",
    "use memory": SETTINGS,
    "copy prices to '{folder}/a.csv'": "COPY reads or writes files",
    "copy prices from '/etc/passwd'": "COPY reads or writes files",
    "copy from database this to other": "One query at a time",
    "export database '{folder}/out'": "EXPORT writes files",
    "import database '{folder}/out'": FILES,
    "from read_csv('/etc/passwd')": FILES,
    "select content from read_text('/etc/passwd')": FILES,
    "from read_blob('{folder}/other.duckdb')": FILES,
    "from read_duckdb('{folder}/other.duckdb')": FILES,
    "from read_json('/proc/self/environ')": FILES,
    "from read_ndjson_objects('/proc/self/environ')": FILES,
    "from parquet_metadata('/etc/passwd')": FILES,
    "from sniff_csv('/etc/passwd')": FILES,
    "from glob('{folder}/*')": FILES,
    "from 'file.parquet'": FILES,
    "from 'file.csv'": FILES,
    "from '{folder}/other.duckdb'": FILES,
    "from '/etc/passwd'": UNKNOWN,
    "from 'http://127.0.0.1/x.parquet'": FILES,
    "from read_csv('https://127.0.0.1/x.csv')": FILES,
    "from read_parquet('s3://bucket/x.parquet')": FILES,
    "from query('from read_text(''/etc/passwd'')')": FILES,
    "from duckdb_extensions()": FILES,
    "select (select content from read_text('/etc/passwd'))": FILES,
    "explain analyze select * from read_text('/etc/passwd')": FILES,
    # extensions and settings
    "install httpfs": "Extensions cannot be installed",
    "load httpfs": "Extensions cannot be installed",
    "from sql_auto_complete('sel')": "none can be loaded",
    "set threads = 64": SETTINGS,
    "set enable_external_access = true": SETTINGS,
    "set lock_configuration = false": SETTINGS,
    "set variable a = 1": SETTINGS,
    "reset memory_limit": SETTINGS,
    "pragma memory_limit = '64GB'": SETTINGS,
    "pragma enable_profiling": "PRAGMA changes settings",
    "call enable_logging()": "CALL runs procedures",
    "checkpoint": "CALL runs procedures",
    "prepare p as select 1": "Prepared statements",
    "execute p": "Prepared statements",
    # environment, memory of the process
    "select getenv('HOME')": UNKNOWN,
    "from limits": UNKNOWN,
    "from arrow_scan(1, 2, 3)": UNKNOWN,
    "from pandas_scan(1)": UNKNOWN,
    "select nextval('s')": UNKNOWN,
    # hidden behind something that is allowed
    "select 1; drop table prices": "One query at a time",
    "select 1; select 2": "One query at a time",
    "pivot prices on ticker using sum(day)": "A PIVOT needs its columns listed",
    "explain analyze copy prices to '{folder}/this.duckdb.wal'": EXPLAIN,
    "explain analyze copy prices to '{folder}/this.duckdb'": EXPLAIN,
    "explain/**/analyze copy prices to '{folder}/this.duckdb.wal'": EXPLAIN,
    "explain analyze/**/copy prices to '{folder}/this.duckdb.wal'": EXPLAIN,
    "explain (analyze) copy prices to '{folder}/this.duckdb.wal'": EXPLAIN,
    "-- x\nexplain analyze copy prices to '{folder}/this.duckdb.wal'": EXPLAIN,
    "explain analyze insert into prices values (1, 'y')": EXPLAIN,
    "explain analyze create temp table t as select 1": EXPLAIN,
    "explain analyze set threads = 64": EXPLAIN,
    "explain explain analyze delete from prices": UNKNOWN,
    "with x as (insert into prices values (1, 'y') returning *) from x": UNKNOWN,
    "from query('drop table prices')": UNKNOWN,
    "select json_execute_serialized_sql('drop table prices')": UNKNOWN,
    "select 1 \uff1b drop table prices": UNKNOWN,
    "\uff53\uff45\uff4c\uff45\uff43\uff54 1": UNKNOWN,
    "select \u202e1": UNKNOWN,
    # nothing
    "": "There is no query",
    "-- only a comment": "There is no query",
    ";": "There is no query",
    "selec 1": UNKNOWN,
    "select \x00": UNKNOWN,
}
