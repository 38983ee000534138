# One place for commands. `make` alone lists them. Needs Python 3.11, 3.12 or 3.13 and nothing else.

PYTHON ?= python3
WORKERS ?= auto
BIN := .venv/bin
INSTALL := $(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r
COMPILE := $(BIN)/uv pip compile pyproject.toml --universal --generate-hashes --no-header --quiet

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev run test coverage format lint types layers dependencies check lock sizes bench clean

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: .venv/.stamp-runtime ## make .venv with everything Antiphon needs, and the `antiphon` command

setup-dev: .venv/.stamp-development ## the same, and what its developers need

run: setup ## start Antiphon and print its address
	$(BIN)/python app.py

test: setup-dev ## every test; WORKERS=0 for one process
	@$(BIN)/python -m tests.browser.chromium
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder -m "not browser"
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder -m browser tests/browser

coverage: setup-dev ## every test, and the branches none of them takes
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder --cov

format: setup-dev ## write the code in the one layout
	$(BIN)/ruff format

lint: setup-dev ## is the code in the one layout, and does it follow the rules?
	$(BIN)/ruff format --check
	$(BIN)/ruff check

types: setup-dev ## do the types fit?
	$(BIN)/mypy

layers: setup-dev ## does every folder import only what it may?
	$(BIN)/lint-imports --no-cache

dependencies: setup-dev ## is every package that is imported declared, and the other way round?
	$(BIN)/deptry .

check: lint types layers dependencies test ## all that a change must pass

lock: setup-dev ## write the exact versions again; LOCK=--upgrade takes the newest ones
	$(COMPILE) $(LOCK) --output-file requirements.txt
	$(COMPILE) $(LOCK) --group dev --constraint requirements.txt --output-file requirements-dev.txt
	$(COMPILE) $(LOCK) --extra eeg --extra models --constraint requirements.txt --output-file requirements-extras.txt

sizes: setup-dev ## which functions have grown long or tangled? A report, never a gate
	$(BIN)/ruff check --select C901,PLR0912,PLR0913,PLR0915 --exit-zero

bench: setup-dev ## how fast, and beside whom
	$(BIN)/python -m benchmarks

clean: ## remove what the tools left behind; .venv stays
	rm -rf .coverage .coverage.* coverage.xml htmlcov .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache mutants test-results
	find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +

# A stamp is younger than what it stands for, so doing a thing twice costs nothing.

.venv/.stamp-python:
	@for python in $(PYTHON) python3.13 python3.12 python3.11; do \
	  if "$$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null; then \
	    echo "Making .venv with $$("$$python" --version)"; \
	    "$$python" -m venv --clear .venv && touch $@; exit; \
	  fi; \
	done; \
	echo "Antiphon needs Python 3.11, 3.12 or 3.13 and found none: install one, or name it with 'make setup PYTHON=/path/to/python3.12'." >&2; \
	exit 1

.venv/.stamp-runtime: .venv/.stamp-python requirements.txt .setup/install_command.py
	@echo 'Installing $(filter %.txt,$^) (a minute or two)'
	@$(INSTALL) requirements.txt
	@$(BIN)/python .setup/install_command.py
	@touch $@

.venv/.stamp-development: .venv/.stamp-runtime requirements-dev.txt requirements-extras.txt
	@echo 'Installing $(filter %.txt,$^) (a minute or two)'
	@$(INSTALL) requirements-dev.txt
	@$(INSTALL) requirements-extras.txt
	@touch $@
