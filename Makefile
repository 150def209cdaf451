.DEFAULT_GOAL := help
VENV := .venv
# Bytecode is made of what is imported, when it is first: of all files it takes half of the time.
QUIETLY := --quiet --disable-pip-version-check --no-compile
# Of `--target lake`, whose extensions are for another version of DuckDB: docs/lake.md.
LAKE := .venv-lake
PYTHON ?= python3.11
BIN := $(VENV)/bin
STEPS ?= 200
TICKERS ?= 300
YEARS ?= 15
FOLDER ?= ../market_$(TICKERS)x$(YEARS)
# The models that read what `make market` fetches exist only where this var is given.
RAW := '{raw_market: target/lint/raw}'

.PHONY: help build market cluster dashboard docs notebooks screenshots catalogue lineage test test-slow lake test-lake lint lint-python lint-sql benchmark torture mutants export-market upgrade clean

help:  ## list the commands
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

$(VENV)/installed: requirements.txt
	$(PYTHON) -m venv $(VENV)
	@# Python's own pip misses a package with an extra among the hashes.
	sed -n '/^pip==/,/[^\\]$$/p' requirements.txt > $(VENV)/pip.txt
	$(BIN)/pip install $(QUIETLY) --requirement $(VENV)/pip.txt
	$(BIN)/pip install $(QUIETLY) --requirement requirements.txt
	touch $@

# What jobs on a cluster need beside: tests of them are skipped without.
$(VENV)/cluster: $(VENV)/installed requirements-cluster.txt
	$(BIN)/pip install $(QUIETLY) --requirement requirements-cluster.txt
	touch $@

$(LAKE)/installed: requirements.txt requirements-lake.txt
	$(PYTHON) -m venv $(LAKE)
	sed -n '/^pip==/,/[^\\]$$/p' requirements.txt > $(LAKE)/pip.txt
	for pins in $(LAKE)/pip.txt requirements.txt requirements-lake.txt; do \
		$(LAKE)/bin/pip install $(QUIETLY) --requirement $$pins || exit; \
	done
	touch $@

build: $(VENV)/installed  ## environment, then panel, models and forecasts of the built-in market
	$(BIN)/dbt build --vars '{steps: $(STEPS)}'

market: $(VENV)/installed  ## real stocks from Tiingo (and the SEC), as docs/loading.md says; ARGUMENTS='../us --tickers my_stocks.txt'
	$(BIN)/python -m loading $(ARGUMENTS)

cluster: $(VENV)/cluster  ## a Dask scheduler and workers on this machine, for var compute; ARGUMENTS='--workers 4'
	$(BIN)/python -m ml.warehouse.cluster $(ARGUMENTS)

dashboard: $(VENV)/installed  ## the dashboard, on what was published last; ARGUMENTS='--server.port 8502'
	$(BIN)/python -m dashboard $(ARGUMENTS)

docs: $(VENV)/installed  ## dbt docs and lineage of columns in target/docs; ARGUMENTS="--vars '{market: …}'"
	$(BIN)/python -m documentation $(ARGUMENTS)

notebooks: $(VENV)/installed  ## a notebook of each newest model, as HTML; ARGUMENTS='--model 24m_2026-11-20'
	$(BIN)/python -m notebooks $(ARGUMENTS)

screenshots: $(VENV)/installed  ## pictures of the dashboard's pages, in docs/screenshots
	$(BIN)/python -m dashboard.screenshots

catalogue: $(VENV)/installed  ## columns that follow from seeds and var horizons, into the yml of models
	$(BIN)/python -m documentation.catalogue

lineage: export DBT_TARGET_PATH := target/lineage
lineage: $(VENV)/installed  ## the picture of the layers, docs/pictures/layers.svg
	$(BIN)/dbt --quiet parse --no-partial-parse --vars $(RAW)
	$(BIN)/python -m documentation.lineage

lint: $(VENV)/installed  ## Python, SQL, workflows, dbt's warnings as errors, rules of the project, coverage of columns
	$(MAKE) --no-print-directory --jobs=2 --output-sync=target lint-python lint-sql

lint-python:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/zizmor --offline --quiet .github/workflows
	$(BIN)/check-jsonschema --quiet --builtin-schema vendor.github-workflows .github/workflows/*.yml

# Its own warehouse: sqlfluff compiles against one, and locks it meanwhile.
lint-sql: export WAREHOUSE := target/lint.duckdb
lint-sql: export DBT_TARGET_PATH := target/lint
lint-sql: COVERAGE := target/lint/coverage
lint-sql:
	$(BIN)/dbt --quiet --warn-error compile --no-partial-parse --vars $(RAW)
	$(BIN)/dbt-bouncer run
	$(BIN)/python -m documentation.column_coverage $(DBT_TARGET_PATH)/manifest.json $(COVERAGE)
	$(BIN)/dbt-coverage compute doc --run-artifacts-dir $(COVERAGE) \
		--cov-report $(COVERAGE)/doc.json --cov-fail-under 1
	$(BIN)/dbt-coverage compute test --run-artifacts-dir $(COVERAGE) \
		--cov-report $(COVERAGE)/test.json --cov-fail-under 1
	$(BIN)/sqlfluff lint

test: $(VENV)/cluster  ## environment, then all tests but those of test-slow
	$(BIN)/pytest

test-slow: $(VENV)/cluster  ## the longer ones: builds of other vars and places, every page at every width, a large market
	$(BIN)/pytest -m slow

lake: $(LAKE)/installed  ## the environment of --target lake, in .venv-lake (docs/lake.md)

test-lake: $(LAKE)/installed  ## builds into a lake: the same rows, on s3 too, readers, trainers, servers that die
	$(LAKE)/bin/pytest -n0 -m slow tests/builds/test_lake_builds.py

benchmark: $(VENV)/installed  ## time and memory of a whole build beside bare fits; ARGUMENTS='--runs 3'
	$(BIN)/python -m benchmarks.whole_build $(ARGUMENTS)

torture: $(VENV)/installed  ## builds killed, starved, misled; state damaged, input corrupted: about an hour; ARGUMENTS='kills --kills 20'
	$(BIN)/python -m benchmarks.torture $(ARGUMENTS)

mutants: $(VENV)/installed  ## errors put into ml/ and the statistics in SQL: which do tests miss? ARGUMENTS='ml/learning/splits.py --sample 0'
	$(BIN)/python -m benchmarks.mutants $(ARGUMENTS)

# Its own warehouse, gone afterwards. A wrong folder is refused before the work.
export-market: export WAREHOUSE := target/export/warehouse.duckdb
export-market: SIZE := {simulated_tickers: $(TICKERS), simulated_years: $(YEARS)}
export-market: $(VENV)/installed  ## the built-in market as parquet; TICKERS=2000 YEARS=20 FOLDER=../market
	rm -rf target/export
	mkdir -p target/export '$(FOLDER)'
	$(BIN)/dbt --quiet run-operation export_market \
		--args '{folder: "$(FOLDER)", dry_run: true}' --vars '$(SIZE)'
	$(BIN)/dbt build --select +path:models/simulation \
		--exclude-resource-type test unit_test --vars '$(SIZE)'
	$(BIN)/dbt --quiet run-operation export_market --args '{folder: "$(FOLDER)"}' --vars '$(SIZE)'
	rm -rf target/export

# Extras stay, and pip is among the pins: pip asks for both where there are hashes. What the
# dashboard needs is pinned as it is in the whole, whose pins its file therefore begins with.
upgrade: COMPILE := $(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --no-strip-extras \
	--no-emit-index-url --no-emit-find-links --no-emit-trusted-host
upgrade: $(VENV)/installed  ## newest versions that requirements.in allows
	$(COMPILE) --upgrade requirements.in
	cp requirements.txt requirements-dashboard.txt
	$(COMPILE) requirements-dashboard.in
	$(COMPILE) --upgrade requirements-cluster.in
	$(COMPILE) --upgrade requirements-lake.in

clean:  ## remove the environment and what builds left, but not the warehouses
	rm -rf $(VENV) $(LAKE) target logs
