# Needs Python 3.11 or newer, make and the package index; everything else goes into .venv.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt
CHROMIUM := /usr/bin/chromium
DEMO := outreach-demo

.DEFAULT_GOAL := help
.PHONY: help demo test check picture schema rules constraints clean chromium

help:  ## this list
	@echo "make TARGET, with one of these targets:"
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  \1	\2/p' Makefile | expand -t 15

demo: $(VENV)/.runtime  ## plan the example month and draw its map
	@$(BIN)/outreach demo --output $(DEMO)
	@echo
	@echo "Done. Plan: $(DEMO)/plan.json  Map: $(DEMO)/map.html (open it in a browser)  Report: $(DEMO)/plan.txt"

test: $(VENV)/.dev chromium  ## run all tests and measure branch coverage
	@$(BIN)/python -m pytest --cov --cov-report=term
	@echo "make test: all tests passed, branch coverage is above its limit."

check: $(VENV)/.dev  ## linter, format, types and import contracts
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@echo "make check: nothing to complain about."

picture: $(VENV)/.dev chromium  ## docs/map.png from the map of the shipped month
	@$(BIN)/python docs/picture.py instances/month.json docs/map.png

schema: $(VENV)/.runtime  ## instances/schema.json from the models
	@$(BIN)/outreach --lang en schema --output instances/schema.json

rules: $(VENV)/.runtime  ## docs/rules.md from the texts
	@$(BIN)/outreach --lang en explain --all --markdown > docs/rules.md

constraints:  ## constraints.txt from a clean environment with the newest versions
	@rm -rf $(VENV)-new
	@$(PYTHON) -m venv $(VENV)-new
	@$(VENV)-new/bin/python -m pip install --quiet --disable-pip-version-check '.[bench,dev]'
	@$(VENV)-new/bin/python -m pip freeze --exclude outreach-optimizer > constraints.txt
	@rm -rf $(VENV)-new build

clean:  ## remove everything that make has made
	@rm -rf $(VENV) $(VENV)-new $(DEMO) build src/*.egg-info .coverage .coverage.* .hypothesis
	@rm -rf .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
	@find src tests docs benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed. Maybe: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 1; }
	@echo "Making $(VENV) ..."
	@$(PYTHON) -m venv $(VENV) || { echo "Maybe, on Debian: apt-get install python3-venv" >&2; rm -rf $(VENV); exit 1; }
	@touch $@

$(VENV)/.runtime: pyproject.toml constraints.txt | $(VENV)/.made
	@echo "Installing the program ..."
	@$(INSTALL) --editable .
	@touch $@

$(VENV)/.dev: pyproject.toml constraints.txt | $(VENV)/.made
	@echo "Installing the program and what its tests need ..."
	@$(INSTALL) --editable '.[dev]'
	@touch $(VENV)/.runtime $@

chromium:
	@if [ ! -x $(CHROMIUM) ]; then \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get > /dev/null; then \
	    echo "Installing chromium, in which the map is tested ..."; \
	    apt-get update -qq && \
	    DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends \
	      chromium fonts-dejavu-core < /dev/null > /dev/null; \
	  else \
	    echo "The map is tested in $(CHROMIUM), which is missing. On Debian, as root: apt-get install chromium" >&2; \
	    exit 1; \
	  fi; \
	fi
