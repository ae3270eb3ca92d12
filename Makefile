# Every verb of the project. Each one first brings .venv up to date with the lock, which is instant when nothing changed.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# Airflow and Great Expectations start five times slower without bytecode, so nothing we run may be told not to write it.
unexport PYTHONDONTWRITEBYTECODE

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
HEALTH := build/demo
CODE := $(wildcard include dags plugins tests)
JOBS ?= 2
PORT ?= 8080

##@ Use

.PHONY: help
help: ## List every verb
	@awk 'BEGIN {FS = ":.*## "; printf "Usage: make VERB [NAME=value]\n"} \
	  /^##@/ {printf "\n%s\n", substr($$0, 5)} \
	  /^[a-z][a-z-]*:.*## / {printf "  %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: setup
setup: $(STAMP) $(HEALTH)/airflow/airflow.cfg ## Install everything into .venv (PYTHON=python3.12 chooses the interpreter; uses uv where it is on PATH)
	@echo "$(VENV) is up to date."

.PHONY: demo
demo: $(STAMP) ## Play a small lender's days in a real Airflow (DATA=folder plays real loans)
	$(BIN)/feature-health demo $(if $(DATA),--data "$(DATA)")

.PHONY: up
up: $(STAMP) ## Start Airflow and leave it running (PORT=8080)
	$(BIN)/feature-health up --port $(PORT)

.PHONY: down
down: $(STAMP) ## Stop what `make up` started
	$(BIN)/feature-health down

##@ Change

.PHONY: test
test: lint ## Lint, then run every test, the fast ones first (JOBS=2 side by side)
	$(BIN)/pytest -m "not journey" -n $(JOBS)
	$(BIN)/pytest -m journey

.PHONY: bench
bench: $(STAMP) ## Measure what checking costs beside one scan and other tools, and what the world does (QUICK=1 keeps nothing)
	$(BIN)/python tests/bench/run.py $(if $(SIZES),--sizes $(SIZES)) $(if $(QUICK),--quick)
	$(BIN)/python tests/bench/world.py $(if $(QUICK),--quick --rounds 1)

.PHONY: lint
lint: $(STAMP) ## Check style, types and who imports whom
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy $(CODE)
	$(BIN)/lint-imports --no-logo

.PHONY: format
format: $(STAMP) ## Put the code into its form
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

.PHONY: schema
schema: $(STAMP) ## Write the JSON schema by which editors complete contracts
	$(BIN)/feature-health contract schema > expectations/contract.schema.json.new
	mv expectations/contract.schema.json.new expectations/contract.schema.json

.PHONY: lock
lock: ## Compile the hash locks from pyproject.toml (needs uv; UPGRADE=1 takes newer versions)
	.ci/lock $(if $(UPGRADE),--upgrade)

.PHONY: clean
clean: ## Remove what was built, installed or cached here (stop Airflow with `make down` first)
	rm -rf $(VENV) build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache include/*.egg-info
	find $(CODE) -name __pycache__ -type d -prune -exec rm -rf {} +

# Installing is idempotent; the stamp only says that nothing it depends on has changed since.
$(STAMP): requirements.txt pyproject.toml .ci/setup
	@started=$$(mktemp); trap 'rm -f "$$started"' EXIT; \
	  PYTHON="$(PYTHON)" VENV="$(VENV)" .ci/setup; \
	  touch -r "$$started" $@ # what was edited during the installation is newer, and is installed next time

# A placeholder that is not among these four is an error.
$(HEALTH)/airflow/airflow.cfg: airflow.cfg.template $(STAMP)
	@mkdir -p $(@D)
	@$(BIN)/python -c 'import sys; from pathlib import Path; from string import Template; project, home, port = sys.argv[1:]; \
	  values = dict(PROJECT=project, HEALTH_HOME=home, AIRFLOW_HOME=home + "/airflow", PORT=port); \
	  Path(home, "airflow/airflow.cfg").write_text(Template(Path("airflow.cfg.template").read_text()).substitute(values))' \
	  "$(CURDIR)" "$(CURDIR)/$(HEALTH)" "$(PORT)"
