# The commands of this project. `make` alone lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
PEOPLE ?= 1000
SEED ?= 3070
PYTEST_WORKERS ?= auto
RIGHTS_CASES ?= 100000
EXECUTOR_CASES ?= 100000
KILLS ?= 1000
REQUESTS ?= 1000
PAYMENTS ?= 300

.DEFAULT_GOAL := help
.PHONY: help setup run test check check-full mutants bench lock schema clean

help: ## list the commands
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

$(VENV)/installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed: make PYTHON=python3.11 …" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

setup: $(VENV)/installed ## .venv from the lock file, with tamin-gateway in it

run: setup ## the twin and the gateway on loopback; Ctrl-C ends both
	@exec $(BIN)/tamin-gateway dev --port $(PORT) --people $(PEOPLE) --seed $(SEED)

test: setup ## all tests, with real servers where the machine can have them
	$(BIN)/pytest -n $(PYTEST_WORKERS)

check: setup ## format, lint, types, import contracts, schema, tests: what CI runs
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(MAKE) --no-print-directory test

bench: setup ## side by side with the peers (ARGS=--quick: three minutes; ARGS=--help: the rest)
	@exec $(BIN)/python -m bench $(ARGS)

# Some of its tests take minutes: whoever is idle takes over what waits behind them.
check-full: check ## check, then the tests once more with fresh random examples
	TAMIN_KILLS=$(KILLS) TAMIN_REQUESTS_RUN=$(REQUESTS) TAMIN_PAYMENTS_RUN=$(PAYMENTS) HYPOTHESIS_PROFILE=full RIGHTS_CASES=$(RIGHTS_CASES) EXECUTOR_CASES=$(EXECUTOR_CASES) \
		$(BIN)/pytest -n $(PYTEST_WORKERS) --dist worksteal
	$(MAKE) --no-print-directory mutants

mutants: setup ## plant defects, one at a time: none may survive the tests (ARGS=executor or rights: some)
	$(BIN)/python -m tests.mutants.run $(ARGS)

schema: setup ## print the schema into schema.graphql
	$(BIN)/tamin-gateway schema > schema.graphql

lock: setup ## write requirements.lock anew from pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --group dev --no-emit-index-url \
		--custom-compile-command 'make lock' pyproject.toml -o requirements.lock

clean: ## remove .venv and caches
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache build *.egg-info
