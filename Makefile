# ncash: every target works from a fresh clone with make and Python 3.11 or newer.
# The environment lives in .venv and is made again only when what it was made from has changed.

MAKEFLAGS += --no-print-directory
.SHELLFLAGS := -euc
# Tests start programs by the hundred: without bytecode each of them would compile all it imports.
unexport PYTHONDONTWRITEBYTECODE
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo test check bench mutants faults campaign clean

VENV := .venv
RUN := $(VENV)/bin/python
RECIPE := setup.cfg pyproject.toml constraints.txt
HOME_MARK := $(VENV)/.made-in
RUNTIME := $(VENV)/.runtime-installed
DEV := $(VENV)/.dev-installed
MUTMUT := $(VENV)/.mutmut-installed
INSTALL := $(RUN) -m pip --disable-pip-version-check install --quiet --constraint constraints.txt
SOURCES := ncash plugins tools tests docs/examples
EXAMPLES := agequestion loyalty stoplist
space := $(subst ,, )
WORKERS ?= 2
# Tests wait for other processes and for timeouts half of the time: three more of them than cores keep the cores busy.
TESTERS ?= $(shell echo $$(($$(getconf _NPROCESSORS_ONLN) + 3)))

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(RUNTIME) ## sell a short day on a shop folder of its own, and say what happened and why
	@$(RUN) -m ncash.cli.main demo

test: check ## everything `make check` does, then every test
	@$(RUN) -m pytest --numprocesses $(TESTERS) --dist worksteal

check: $(DEV) ## format, lint, types, floors, generated files
	@$(RUN) -m ruff format --check --quiet --diff $(SOURCES)
	@$(RUN) -m ruff check --quiet $(SOURCES)
	@$(RUN) -m mypy ncash tools
	@MYPYPATH=$(subst $(space),:,$(EXAMPLES:%=docs/examples/%)) $(RUN) -m mypy $(EXAMPLES:%=--package %)
	@$(VENV)/bin/lint-imports --no-logo --no-cache
	@for generator in tools/make_*.py; do $(RUN) $$generator --check; done

bench: $(DEV) ## the promised speed ratios, measured on this machine
	@$(RUN) tools/bench

mutants: $(MUTMUT) ## one small mistake at a time in the code that decides: do the quick tests notice?
	@$(RUN) tools/mutants.py --workers $(WORKERS)

faults: $(DEV) ## kill tills and fail their disks at every step for some minutes: is anything lost or doubled?
	@$(RUN) tools/faults --workers $(WORKERS)

campaign: $(DEV) ## every test at its full size, and a hundred thousand kills (hours)
	@NCASH_CAMPAIGN=1 $(RUN) -m pytest --numprocesses $(WORKERS) --dist worksteal
	@$(RUN) tools/faults kills=100000 errors=20000 pauses=5000 syscalls=25000 --workers $(WORKERS) --write

clean: ## forget everything that was made here
	@rm -rf $(VENV) build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .coverage
	@find ncash plugins tools tests -name __pycache__ -type d -prune -exec rm -rf {} +

$(RUNTIME): $(RECIPE) | $(HOME_MARK)
	@echo 'installing ncash into $(VENV)'
	@$(INSTALL) setuptools
	@$(INSTALL) --no-build-isolation --editable .
	@touch $@

$(DEV): $(RECIPE) | $(HOME_MARK)
	@echo 'installing ncash and its test tools into $(VENV)'
	@$(INSTALL) setuptools
	@$(INSTALL) --no-build-isolation --editable '.[dev]'
	@touch $(RUNTIME) $@

$(MUTMUT): $(DEV)
	@$(INSTALL) --no-build-isolation --editable '.[mutants]'
	@touch $@

# An environment does not survive being moved: the mark says where it was made.
ifneq ("$(shell cat $(HOME_MARK) 2>/dev/null)$(wildcard $(RUN))","$(CURDIR)$(RUN)")
.PHONY: $(HOME_MARK)
$(RUNTIME) $(DEV): $(HOME_MARK)
endif
$(HOME_MARK):
	@for python in $(PYTHON) python3.13 python3.12 python3.11 python3 python; do \
	  if "$$python" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	    echo "making $(VENV) with $$("$$python" --version)"; \
	    "$$python" -m venv --clear $(VENV); \
	    printf '%s' '$(CURDIR)' > $@; \
	    exit 0; \
	  fi; \
	done; \
	echo 'make: no Python 3.11 or newer with its venv module was found (tried: $(PYTHON) python3.13 python3.12 python3.11 python3 python).' >&2; \
	echo 'Install one (Debian, Ubuntu: apt install python3 python3-venv) or name yours: make PYTHON=/path/to/python test' >&2; \
	exit 1
