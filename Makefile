# Every command sets up what it needs in .venv, with the releases that constraints.txt names.
# While one works: `make check`. What CI runs: `make test`. Before a version: `make test-all`.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
SOURCE ?= sample

# pip reads these, also the pip of a build and of a test. Up to 25.2 a build heeds the former, from 25.3 on the latter.
CONSTRAINTS = constraints.txt
export PIP_CONSTRAINT = $(CONSTRAINTS)
export PIP_BUILD_CONSTRAINT = $(CONSTRAINTS)

# What is installed beside what pyproject.toml asks for.
BUILD = setuptools>=77
SWEEPS = sweeps>=0.3
HOLOVIZ = panel
COMPILE = $(BIN)/uv pip compile --quiet --no-annotate --custom-compile-command 'make $@'

.PHONY: run hooks lists docs pictures check test test-all fuzz tests newest oldest lock lint audit scripts bench sample schema clean

run: $(VENV)/run
	$(BIN)/sweeplens $(SOURCE)

check: $(VENV)/dev
	$(BIN)/python -m pytest --quiet tests/unit -m 'not slow and not heavy' >$(VENV)/check.log 2>&1 & fast=$$!; \
	$(MAKE) --no-print-directory lint; lint=$$?; \
	wait $$fast; fast=$$?; cat $(VENV)/check.log; \
	exit $$((fast > lint ? fast : lint))

test: lint
	$(MAKE) --no-print-directory scripts >$(VENV)/scripts.log 2>&1 & scripts=$$!; \
	$(MAKE) --no-print-directory tests; tests=$$?; \
	wait $$scripts; scripts=$$?; cat $(VENV)/scripts.log; \
	exit $$((scripts > tests ? scripts : tests))

test-all: lint scripts
	$(MAKE) tests TESTS=
	$(MAKE) newest
	$(MAKE) oldest

TESTS = -m 'not slow'
# Both halves together have work for all cores.
tests: export OMP_NUM_THREADS = 1
tests: $(VENV)/dev
	CHROMIUM="$$($(BIN)/python tests/chromium.py)" || exit 1; export CHROMIUM; \
	$(BIN)/python -m pytest $(TESTS) tests/browser >$(VENV)/pages.log 2>&1 & pages=$$!; \
	$(BIN)/python -m pytest $(TESTS) tests/unit tests/app tests/contract tests/verdict tests/fuzz; parts=$$?; \
	wait $$pages; pages=$$?; cat $(VENV)/pages.log; \
	exit $$((parts > pages ? parts : pages))

# 2,000 odd tables and 500 damaged folders; a failure says how to repeat its example: make fuzz SEED=1 EXAMPLE=AXic…
SEED ?= 0
fuzz: $(VENV)/dev
	FUZZ_SEED=$(SEED) FUZZ_EXAMPLE='$(EXAMPLE)' $(BIN)/python -m pytest tests/fuzz -m slow -s --durations=0 $(FUZZ)

newest: RELEASES = highest
oldest: RELEASES = lowest-direct
newest oldest: $(VENV)/dev
	rm -rf $(VENV)/$@
	printf '%s\n' '$(BUILD)' '$(SWEEPS)' | \
	$(COMPILE) --resolution $(RELEASES) --python $(BIN)/python --extra dev --output-file $(VENV)/$@.txt - pyproject.toml
	$(MAKE) tests PYTHON=$(BIN)/python VENV=$(VENV)/$@ CONSTRAINTS=$(VENV)/$@.txt

lock: $(VENV)/dev
	printf '%s\n' '$(BUILD)' '$(SWEEPS)' '$(HOLOVIZ)' | \
	$(COMPILE) --upgrade --universal --python-version 3.11 --all-extras --output-file constraints.txt - pyproject.toml

lint: $(VENV)/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# The page's modules: form, mistakes, types, and what is pure by itself. The page needs neither Node nor npm.
scripts: $(VENV)/dev
	$(BIN)/python -m tools.scripts

# Known vulnerabilities of what constraints.txt names, where the list of them can be reached.
audit: $(VENV)/dev
	$(BIN)/python -m tools.audit

lists: $(VENV)/dev
	$(BIN)/python -m tools.lists

# The documentation, into build/site: it opens from disk.
docs: $(VENV)/dev
	$(BIN)/python -m tools.lists
	$(BIN)/python -m zensical build --clean --strict

pictures: $(VENV)/dev
	CHROMIUM="$$($(BIN)/python tests/chromium.py)" && export CHROMIUM && $(BIN)/python -m tools.pictures

hooks: $(VENV)/dev
	$(BIN)/pre-commit install

bench: $(VENV)/dev
	$(BIN)/pip install --quiet -e '.[bench]'
	CHROMIUM="$$($(BIN)/python tests/chromium.py)" && export CHROMIUM && $(BIN)/python -m benchmarks

sample: $(VENV)/run
	$(BIN)/python sample_data/run_sweep.py

schema: $(VENV)/run
	$(BIN)/python -m tools.schema
	$(BIN)/python -m tools.script_types

$(VENV)/created:
	@$(PYTHON) -c 'import sys; v = sys.version.split()[0]; sys.exit(sys.version_info < (3, 11) and f"SweepLens needs Python 3.11 or newer; $(PYTHON) is {v}. Try: make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)
	touch $@

$(VENV)/run: $(VENV)/created pyproject.toml $(CONSTRAINTS)
	$(BIN)/pip install --quiet -e .
	touch $@

$(VENV)/dev: $(VENV)/created pyproject.toml $(CONSTRAINTS)
	$(BIN)/pip install --quiet -e '.[dev]'
	$(BIN)/pip install --quiet --no-deps '$(SWEEPS)'  # W&B's own check of sweeps: works with the NumPy that it refuses
	touch $@ $(VENV)/run

clean:
	rm -rf $(VENV) build dist .cache *.egg-info
