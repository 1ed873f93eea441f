# Zhichuang (制创). `make help` lists what there is.

PYTHON ?= python3
VENV := .venv
RUN := PYTHONPATH=. $(VENV)/bin/python
CASE ?=
PORT ?= 8080
TESTS ?=
QUICK ?=
FAULT ?=
ABUSE ?=
OSV ?=

.DEFAULT_GOAL := help
.PHONY: help setup demo serve cluster test audit lint format types imports journeys faults abuse bench api lock clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(VENV)/runtime: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed" if sys.version_info < (3, 11) else 0)'
	@test -x $(VENV)/bin/python || $(PYTHON) -m venv $(VENV)
	@$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

$(VENV)/dev: requirements-dev.lock $(VENV)/runtime
	@$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

setup: $(VENV)/dev ## Make the virtual environment from the lock files

demo: $(VENV)/runtime ## Carry case TC-01 through its whole life (CASE=path for another one)
	@$(RUN) -m deploy.demo $(CASE)

serve: $(VENV)/runtime ## Leave the embedded system running (PORT=8080)
	@$(RUN) -m deploy.serve $(PORT)

cluster: $(VENV)/runtime ## Run the production arrangement as processes on PostgreSQL and RabbitMQ (PORT=8080)
	@$(RUN) -m deploy.cluster $(PORT)

test: $(VENV)/dev ## Run the tests on real PostgreSQL and RabbitMQ (TESTS=path or -k word)
	@$(RUN) -m tests.run $(TESTS)

journeys: $(VENV)/dev ## Run only the journeys, named after their cases
	@$(RUN) -m tests.run tests/journeys

faults: $(VENV)/dev ## Do each fault to servers of its own under load; print what was lost and doubled (FAULT=word: some)
	@$(RUN) -W ignore -m tests.faults $(FAULT)

abuse: $(VENV)/dev ## Take each control of the threat model away and see a test fail (ABUSE=T6: some)
	@$(RUN) -W ignore -m tests.abuse $(ABUSE)

bench: $(VENV)/dev ## Measure against what the machine can do (QUICK=1: under a minute); needs PostgreSQL and RabbitMQ
	@$(RUN) -W ignore -m bench $(if $(QUICK),--quick)

api: $(VENV)/dev ## Write docs/api anew from the contracts and endpoints, and record what was released
	@$(RUN) -W ignore -m deploy.api
	@$(RUN) -m tests.contracts.released

audit: $(VENV)/runtime ## Compare the lock with known vulnerabilities, without network (OSV=folder or zip of OSV records)
	@$(RUN) -m deploy.dependencies audit $(OSV)

lint: $(VENV)/dev types imports ## Check style, types and import rules
	@$(VENV)/bin/ruff format --check --quiet .
	@$(VENV)/bin/ruff check --quiet .

types: $(VENV)/dev ## Check types
	@$(VENV)/bin/mypy --no-error-summary

imports: $(VENV)/dev ## Check who may import whom
	@PYTHONPATH=. $(VENV)/bin/lint-imports --no-logo >.lint-imports 2>&1 || { cat .lint-imports; rm -f .lint-imports; exit 1; }
	@rm -f .lint-imports

format: $(VENV)/dev ## Put the code into the house's form
	@$(VENV)/bin/ruff format --quiet .
	@$(VENV)/bin/ruff check --quiet --fix .

lock: $(VENV)/dev ## Make the lock files anew from pyproject.toml
	@$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check pip-tools
	@$(VENV)/bin/pip-compile -q --generate-hashes --strip-extras --no-emit-index-url --no-emit-options --no-header -o requirements.lock pyproject.toml
	@$(VENV)/bin/pip-compile -q --generate-hashes --strip-extras --no-emit-index-url --no-emit-options --no-header --extra dev -c requirements.lock -o requirements-dev.lock pyproject.toml

clean: ## Remove what the demonstration and the tests left behind (.run)
	@rm -rf .run
