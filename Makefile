# Everything here needs make and Python 3.11 or newer; the rest goes into .venv.
#
#   make demo                    a day in a sample community, played and printed
#   make test                    what a change has to pass

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.stamp

# The first of these that runs and is new enough; `make PYTHON=/path/to/python` overrides it.
PYTHON ?=
CANDIDATES := $(or $(PYTHON),python3.11 python3 python3.12 python3.13 python3.14)

# Wheels only, so nothing runs at installation, and every file is checked against the lock.
# `make demo WHEELS=` builds what has no wheel for this machine.
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input
WHEELS := --only-binary :all:
INSTALL := $(PIP) install --quiet --require-hashes $(WHEELS)
INSTALL_PROJECT := $(PIP) install --quiet --no-index --no-deps --no-build-isolation --editable .

UV ?= $(BIN)/uv
LOCK := $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-annotate --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" \
	$(if $(UPGRADE),--upgrade)

# ------------------------------------------------------------------ for people

.PHONY: help
help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 22

.PHONY: demo
demo: $(STAMP).runtime ## a day in a sample community (ARGS="…" is passed on)
	@$(BIN)/madang demo $(ARGS)

.PHONY: install
install: $(STAMP).runtime ## make .venv with what a running bot needs

.PHONY: dev
dev: $(STAMP).dev ## make .venv with what working on Madang needs

# ------------------------------------------------------------------- the checks

.PHONY: test
test: lint format-check types imports unit ## every check, as a change has to pass it

.PHONY: lint
lint: $(STAMP).dev ## ruff's rules
	$(BIN)/ruff check

.PHONY: format-check
format-check: $(STAMP).dev ## is everything formatted?
	$(BIN)/ruff format --check

.PHONY: types
types: $(STAMP).dev ## mypy, strict
	$(BIN)/mypy

.PHONY: imports
imports: $(STAMP).dev ## who may import whom
	$(BIN)/lint-imports

.PHONY: unit
unit: $(STAMP).dev ## the tests (ARGS="tests/domain -k fade" picks some)
	$(BIN)/pytest -n auto $(ARGS)

.PHONY: format
format: $(STAMP).dev ## format, and mend what can be mended
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

# -------------------------------------------------------------------- the locks

.PHONY: lock
lock: $(if $(filter $(BIN)/uv,$(UV)),$(STAMP).dev) ## write the locks anew (UPGRADE=1 takes newer versions)
	$(LOCK) --group build pyproject.toml --output-file requirements.lock
	$(LOCK) --group dev --constraint requirements.lock pyproject.toml --output-file requirements-dev.lock

.PHONY: clean
clean: ## remove .venv, caches and what was built; var/ is yours and stays
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# ------------------------------------------------------- .venv, a step at a time

$(STAMP).venv:
	@for python in $(CANDIDATES); do \
	  "$$python" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 || continue; \
	  echo "Making $(VENV) with $$("$$python" --version)"; \
	  "$$python" -m venv --clear $(VENV) && touch $@ && exit 0 || exit 1; \
	done; \
	echo "Madang needs Python 3.11 or newer with venv and pip; tried: $(CANDIDATES)" >&2; \
	echo "On Debian and Ubuntu: apt install python3 python3-venv" >&2; exit 1

$(STAMP).runtime: requirements.lock pyproject.toml $(STAMP).venv
	@echo "Installing what requirements.lock names (the first time takes a minute)"
	@$(INSTALL) -r requirements.lock
	@$(INSTALL_PROJECT)
	@touch $@

$(STAMP).dev: requirements.lock requirements-dev.lock pyproject.toml $(STAMP).venv
	@echo "Installing what requirements-dev.lock names (the first time takes a minute)"
	@$(INSTALL) -r requirements-dev.lock
	@$(INSTALL_PROJECT)
	@touch $(STAMP).runtime $@
