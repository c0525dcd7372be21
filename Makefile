# Targets for development, tests and deployment. `make run` and `make test` work in a fresh clone.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3
CORPORA ?= ../shared/corpora
export PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
# If setup installed a Node into the virtual environment, it is used instead of one that is too old.
export PATH := $(CURDIR)/$(BIN):$(PATH)
PIP := $(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes --no-deps
COMPILE := uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header --quiet

.PHONY: help run dev test lint setup extension bench train soak pictures audit sbom lock browser format clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 12

run: setup extension ## serve a demonstration organisation on http://127.0.0.1:$PORT
	@REPUTE_PORT=$(PORT) exec $(BIN)/python -m server run

dev: $(VENV)/.dev setup extension ## serve the demonstration with reload: Flask restarts and esbuild rebuilds when a file changes
	@(cd extension && exec node build.mjs --watch --backend $${REPUTE_BASE_URL:-http://127.0.0.1:$(PORT)}) & watcher=$$!; \
		trap "kill $$watcher 2>/dev/null || true" EXIT; REPUTE_PORT=$(PORT) $(BIN)/python -m server run --reload

test: $(VENV)/.dev setup extension browser ## run all tests
	@cd extension && npm run --silent test
	@$(BIN)/python -m pytest -q -n 3 --dist loadfile --no-loadscope-reorder

lint: $(VENV)/.dev extension ## ruff, mypy, import contracts, Biome, tsc, web-ext lint
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@cd extension && npm run --silent lint

setup: $(VENV)/.ready extension/node_modules/.ready ## create the virtual environment and install packages

extension: extension/node_modules/.ready ## build extension/dist/chrome, extension/dist/firefox and the web composer
	@cd extension && node build.mjs --backend $${REPUTE_BASE_URL:-http://127.0.0.1:$(PORT)}

bench: $(VENV)/.dev setup extension browser ## run the benchmarks; prints a table and writes var/bench.json
	@$(BIN)/python -m tests.bench

soak: $(VENV)/.dev setup extension browser ## run the long tests: kills under load, memory over many drafts, each guard disabled in turn
	@$(BIN)/python -m pytest -q -m soak tests

train: $(VENV)/.training ## rebuild all shipped weights from CORPORA and update their model cards
	@$(BIN)/python -m nlp.training --corpora $(CORPORA)
	@$(BIN)/python -m nlp.evaluation --corpora $(CORPORA)
	@$(BIN)/python -m nlp.evaluation.rated_texts server/tuning/rated_texts.json

pictures: $(VENV)/.dev setup extension browser ## take screenshots of every page and card in var/screenshots; updates the README's two
	@REPUTE_PICTURES=1 $(BIN)/python -m pytest -q -n 3 --dist loadfile tests/browser/test_end_to_end.py tests/browser/test_pages.py \
		tests/browser/test_first_run.py tests/browser/test_profile.py tests/browser/test_quiet.py tests/browser/test_waiting_shares.py \
		tests/browser/test_first_day.py tests/browser/test_company_pages.py
	@mkdir -p tests/browser/pictures
	@cp var/screenshots/card.png tests/browser/pictures/card.png
	@cp var/screenshots/manager-team-1440-light.png tests/browser/pictures/team.png

audit: $(VENV)/.dev sbom ## check locked packages for known vulnerabilities: "Error 1" if any, "Error 3" if not checked
	@$(BIN)/python -m server.deploy.audit

sbom: $(VENV)/.dev extension/node_modules/.ready ## write bills of materials and licences to var/sbom; fails if a licence is not allowed
	@$(BIN)/python -m server.deploy.sbom
	@$(BIN)/python -m server.deploy.licences

format: $(VENV)/.dev
	@$(BIN)/ruff check --fix --quiet . || true
	@$(BIN)/ruff format .

# Each file is held to the versions of those before it: a group may be installed into the environment of another.
lock: ## regenerate the hashed lock files from pyproject.toml (needs uv)
	$(COMPILE) --output-file requirements.txt
	$(COMPILE) --constraint requirements.txt --group training --output-file requirements-training.txt
	$(COMPILE) --constraint requirements-training.txt --group evidence --output-file requirements-evidence.txt
	$(COMPILE) --constraint requirements-training.txt --constraint requirements-evidence.txt --group dev \
		--output-file requirements-dev.txt
	uv pip compile --group node --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-emit-find-links --no-header --quiet --output-file requirements-node.txt

clean: ## remove everything that the other targets created, including the demonstration's data
	rm -rf $(VENV) var extension/node_modules extension/dist server/web/static/built

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Repute needs Python 3.11 or newer; this is $$($(PYTHON) --version). Set another one with PYTHON=..." >&2; exit 2; }
	@$(PYTHON) -m venv $(VENV) 2>/dev/null || { echo "Installing Python's venv module ..."; apt-get update -qq; \
		apt-get install -y -qq python3-venv >/dev/null; $(PYTHON) -m venv $(VENV); }

$(VENV)/.ready: requirements.txt | $(VENV)/bin/python
	@echo "Installing Python packages (hashes checked) ..."
	@$(PIP) -r requirements.txt
	@touch $@

$(VENV)/.dev: requirements-dev.txt | $(VENV)/bin/python
	@echo "Installing Python packages for tests and checks ..."
	@$(PIP) -r requirements-dev.txt
	@touch $(VENV)/.ready $(VENV)/.training $@

$(VENV)/.training: requirements-training.txt | $(VENV)/bin/python
	@echo "Installing Python packages for training ..."
	@$(PIP) -r requirements-training.txt
	@touch $(VENV)/.ready $@

$(VENV)/.node: requirements-node.txt | $(VENV)/bin/python
	@node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' 2>/dev/null && npm --version >/dev/null 2>&1 || \
		{ echo "Installing Node into $(VENV) ..."; $(PIP) -r requirements-node.txt; }
	@touch $@

extension/node_modules/.ready: extension/package-lock.json | $(VENV)/.node
	@echo "Installing the extension's packages ..."
	@cd extension && npm ci --silent --no-audit --no-fund
	@touch $@

# The tests use the system's browsers; CHROMIUM and FIREFOX select other ones.
browser:
	@command -v $${CHROMIUM:-chromium} >/dev/null || { echo "Installing Chromium ..."; apt-get update -qq; \
		apt-get install -y -qq chromium fonts-noto-color-emoji >/dev/null; } || \
		{ echo "Chromium is missing and apt-get cannot install it: install it, or set CHROMIUM to its path." >&2; exit 2; }
	@command -v $${FIREFOX:-firefox-esr} >/dev/null || { echo "Installing Firefox ..."; apt-get update -qq; \
		apt-get install -y -qq firefox-esr >/dev/null; } || \
		{ echo "Firefox is missing and apt-get cannot install it: install it, or set FIREFOX to its path." >&2; exit 2; }
