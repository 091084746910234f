# `make run` opens the panel on the sample project; `make test` checks everything. Both set up what they need in .venv.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
SOURCE ?= sample

.PHONY: run test lint bench sample schema clean

run: $(VENV)/run
	$(BIN)/sweeplens $(SOURCE)

test: lint
	CHROMIUM="$$($(BIN)/python tests/chromium.py)" || exit 1; export CHROMIUM; \
	$(BIN)/python -m pytest tests/browser --ignore=tests/browser/runs >$(VENV)/browser.log 2>&1 & browser=$$!; \
	$(BIN)/python -m pytest tests/unit tests/contract tests/app tests/browser/runs; others=$$?; \
	wait $$browser; browser=$$?; cat $(VENV)/browser.log; \
	exit $$((others > browser ? others : browser))

lint: $(VENV)/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/dev
	$(BIN)/pip install --quiet -e '.[bench]'
	CHROMIUM="$$($(BIN)/python tests/chromium.py)" && export CHROMIUM && $(BIN)/python -m benchmarks

sample: $(VENV)/run
	$(BIN)/python sample_data/run_sweep.py

schema: $(VENV)/run
	$(BIN)/python -m tools.schema

$(VENV)/created:
	@$(PYTHON) -c 'import sys; v = sys.version.split()[0]; sys.exit(sys.version_info < (3, 11) and f"SweepLens needs Python 3.11 or newer; $(PYTHON) is {v}. Try: make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)
	touch $@

$(VENV)/run: $(VENV)/created pyproject.toml
	$(BIN)/pip install --quiet -e .
	touch $@

$(VENV)/dev: $(VENV)/created pyproject.toml
	$(BIN)/pip install --quiet -e '.[dev]'
	$(BIN)/pip install --quiet --no-deps 'sweeps>=0.3'  # W&B's own check of sweeps: works with the NumPy that it refuses
	touch $@ $(VENV)/run

clean:
	rm -rf $(VENV) build dist *.egg-info
