.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

BIN := .venv/bin
STAMP := .venv/.stamp
WORKERS ?= 4
BENCH := build/bench/env/.stamp

# What Python has compiled is kept, whatever the shell says: thousands of tests and hundreds of processes read it.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help
help: ## Show what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

.PHONY: env
env: $(STAMP) ## Make .venv with everything in it

$(STAMP): requirements.lock pyproject.toml deploy/environment.sh
	@sh deploy/environment.sh
	@touch $@

.PHONY: demo
demo: env ## Play the Kaluga mission from the first application to the report, and leave it running
	@$(BIN)/caravan demo

.PHONY: test
test: env servers ## Run all checks and all tests, on RabbitMQ and PostgreSQL
	@$(MAKE) --no-print-directory -j2 types suite

.PHONY: suite
suite: lint imports compiled
	$(BIN)/pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder

.PHONY: both
both: env servers ## Run the tests that take SQLite and PostgreSQL in turns on both; takes a third longer
	$(BIN)/pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder --both-databases

.PHONY: quick
quick: env ## Run what answers within 90 seconds: style, types, imports, unit and contract tests but those of whole missions
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	@$(MAKE) --no-print-directory -j2 quick-types quick-tests

.PHONY: quick-types quick-tests
quick-types:
	$(BIN)/lint-imports
	$(BIN)/mypy

quick-tests:
	$(BIN)/pytest tests/contract tests/unit -m "not long and not mission" -n 2 --dist loadfile --no-loadscope-reorder

.PHONY: faults
faults: env servers ## Break broker, database, network, clock and processes; takes half an hour
	$(BIN)/pytest tests/faults tests/e2e tests/integration tests/unit -m long -n 2 --dist loadfile --no-loadscope-reorder

.PHONY: check
check: env lint types imports unit sbom audit ## Run what needs no server: style, types, imports, unit and contract tests, audit

.PHONY: servers
servers: env ## Find RabbitMQ, PostgreSQL and Chromium, or install and start them as root on Debian or Ubuntu
	@PYTHONPATH=tests $(BIN)/python -m servers.ensure

.PHONY: bench-bus
bench-bus: $(BENCH) servers ## Measure the bus beside others: RUNS=5 SCALE=1 ONLY=publish,handle,latency,backlog,join,memory
	@PYTHONPATH=tests:tests/bench build/bench/env/bin/python -m bench.bus \
		$(if $(RUNS),--runs $(RUNS)) $(if $(SCALE),--scale $(SCALE)) $(if $(ONLY),--only $(ONLY))

$(BENCH): $(STAMP) tests/bench/environment.sh tests/bench/requirements.lock tests/bench/bus/confirms.c
	@sh tests/bench/environment.sh
	@touch $@

.PHONY: bench-matching
bench-matching: env ## Measure how fast matching is and how large: SIZES=1000,3000,10000 DRAWN=1 (no model)
	@PYTHONPATH=tests $(BIN)/python -m bench.matching.run $(if $(SIZES),--sizes $(SIZES)) $(if $(DRAWN),--drawn)

GIVEN_AFTER_INCIDENTS = $(foreach name,forum-13 forum-14 forum-13crafb ticf-14crafa forumt-14 tic-13crafc,$(wildcard $(FOLDER)/$(name).json*))

.PHONY: bench-timetable
bench-timetable: env ## Measure timetables: published instances (FOLDER=path ONLY=original LIMIT=120), Kaluga's, large missions (SIZES=100,1000), repairs
	@$(if $(FOLDER),PYTHONPATH=tests $(BIN)/python -m bench.timetable.given $(FOLDER) \
		$(if $(ONLY),--only $(ONLY)) $(if $(LIMIT),--limit $(LIMIT)),echo "Published instances are left out: name their FOLDER")
	@$(if $(FOLDER),PYTHONPATH=tests $(BIN)/python -m bench.timetable.given_incidents $(GIVEN_AFTER_INCIDENTS),)
	@PYTHONPATH=tests $(BIN)/python -m bench.timetable.kaluga
	@PYTHONPATH=tests $(BIN)/python -m bench.timetable.board
	@PYTHONPATH=tests $(BIN)/python -m bench.timetable.large $(if $(SIZES),--sizes $(SIZES))
	@PYTHONPATH=tests $(BIN)/python -m bench.timetable.mission_incidents
	@PYTHONPATH=tests $(BIN)/python -m bench.timetable.service_incidents

.PHONY: chaos
chaos: servers ## Break a platform under load, heal it and judge: SECONDS=120 SEED=7 MODE=broker SABOTAGE=inbox
	@PYTHONPATH=tests $(BIN)/python -m chaos.run $(if $(SECONDS),--seconds $(SECONDS)) $(if $(SEED),--seed $(SEED)) \
		$(if $(MODE),--mode $(MODE)) $(if $(SABOTAGE),--sabotage $(SABOTAGE))

.PHONY: screenshots
screenshots: env servers ## Take pictures of the main pages into build/screenshots, of Kaluga's mission: ONLY=overview
	@PYTHONPATH=tests $(BIN)/python -m screenshots.run $(ONLY)

.PHONY: fuzz
fuzz: env ## Ask each API what its document allows and forbids, ten thousand times: EXAMPLES=20 SEED=7
	@PYTHONPATH=tests $(BIN)/python -m fuzzed.run $(if $(EXAMPLES),--examples $(EXAMPLES)) $(if $(SEED),--seed $(SEED))

.PHONY: compiled
compiled: env
	@$(BIN)/python -c "import ortools.sat.python.cp_model, playwright.sync_api"  # what tests load late
	@$(BIN)/pytest --collect-only -q >/dev/null || true  # what is wrong, the tests themselves tell

.PHONY: lint
lint: env ## Check style and format
	$(BIN)/ruff check
	$(BIN)/ruff format --check

.PHONY: types
types: env ## Check types
	$(BIN)/mypy
	MYPYPATH=tests $(BIN)/mypy --package servers
	MYPYPATH=deploy/examples/translations:services:shared $(BIN)/mypy --package translations

.PHONY: imports
imports: env ## Check who imports whom
	$(BIN)/lint-imports

.PHONY: unit
unit: env ## Run the tests that touch no server
	$(BIN)/pytest tests/unit tests/contract

.PHONY: sbom
sbom: env ## Write what the locked environment is made of to build/sbom.json (CycloneDX)
	@mkdir -p build
	$(BIN)/cyclonedx-py environment --pyproject pyproject.toml --mc-type application --output-reproducible --validate \
		--output-file build/sbom.json $(BIN)/python

.PHONY: audit
audit: env ## Ask whether a pinned version has a known vulnerability, where that can be asked
	@sh deploy/audit.sh

.PHONY: contracts
contracts: env ## Write docs/events and new samples after a contract has grown; refuse what is no addition
	@PYTHONPATH=tests $(BIN)/python -m contract.write_documents

.PHONY: format
format: env ## Put the code in order
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

.PHONY: lock
lock: ## Pin what pyproject.toml asks for, with hashes (needs uv)
	uv pip compile --quiet --generate-hashes --no-annotate --no-header --universal --python-version 3.11 \
		--all-extras --group dev --output-file requirements.lock pyproject.toml

.PHONY: bench-lock
bench-lock: ## Pin what the bus is measured beside, with hashes (needs uv)
	uv pip compile --quiet --generate-hashes --no-annotate --no-header --universal --python-version 3.11 \
		--constraint requirements.lock --output-file tests/bench/requirements.lock tests/bench/requirements.in

.PHONY: clean
clean: ## Delete what can be made again
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache build dist
