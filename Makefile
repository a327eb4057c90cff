# make run: set up and open the dashboard on the seed reports. make test: set up and run every check.
PYTHON ?= python3
BIN := .venv/bin
SEEDS := $(wildcard seeds/*.md)
export STREAMLIT_BROWSER_GATHER_USAGE_STATS := false

.PHONY: run test journeys bench lint format clean

run: data/store/.seeded
	$(BIN)/python -m streamlit run dashboard/app.py

test: .venv/.tested lint
	$(BIN)/python -m geo build
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder

# The long journeys through timeline, filters, border profile and access: ten more minutes of Chromium.
journeys: .venv/.tested
	$(BIN)/python -m geo build
	$(BIN)/python -m pytest -m journey -n 2 --dist loadfile

bench: .venv/.tested data/store/.seeded
	$(BIN)/python -m tests.bench

lint: .venv/.tested
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: .venv/.tested
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf .venv data/build data/store

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Borderwatch needs Python 3.11 or newer; try: make PYTHON=python3.11")'
	$(PYTHON) -m venv .venv

.venv/.installed: requirements.txt pyproject.toml .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt -e .
	@touch $@

.venv/.tested: .venv/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[test]'
	@touch $@

# The store is filled once, and again when a seed or the reading of reports changes.
data/store/.seeded: .venv/.installed $(SEEDS) $(wildcard data/*.csv) $(wildcard geo/*.py)
	$(BIN)/python -m geo build
	$(BIN)/python -m geo ingest seeds
	$(BIN)/python -c "from dashboard import layers, place_names; layers.load_basemap(); place_names.prepare()"
	@touch $@
