# Everything a newcomer, the tests and a deployment need. `make run` and `make test` work from a bare clone.
SHELL := /bin/bash
.DEFAULT_GOAL := help

PYTHON ?= python3
CORPORA ?= ../shared/corpora
export PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin

lock: ## write the hashed locks again from pyproject.toml (needs uv)
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header -q -o requirements.txt
	uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header -q -o requirements-dev.txt
