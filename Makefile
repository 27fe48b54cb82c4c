# Needs Python 3.11 or newer with venv, and make. Uses uv where it is installed, else pip.
PYTHON ?= python3
BIN := .venv/bin
UV := $(shell command -v uv 2>/dev/null)

.PHONY: help demo explore test test-slow soak lint coverage audit sbom format eval bench bench-load bench-tagging bench-retag bench-search bench-day lock install install-dev
help:  ## What can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "make %-12s %s\n", $$1, $$2 }'

demo: install  ## Install, and run two simulated days of an invented newsroom through every stage into ./data
	$(BIN)/bilateral ingest --demo

explore: .venv/installed-explore  ## Install the explorer, and open it on ./data
	$(BIN)/bilateral explore

test: install-dev  ## Install, and run the tests
	$(BIN)/python -m pytest

test-slow: install-dev  ## The tests that take minutes: faults, upkeep, a fortnight, ten killed runs, the schedule, pages in a browser
	$(BIN)/python -m pytest -m slow

soak: install-dev  ## A hundred runs killed at random moments, each followed by a normal one (takes half an hour)
	PYTHONPATH=. $(BIN)/python tests/soak.py 100

lint: install-dev  ## Ruff, mypy and sqlfluff
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/sqlfluff lint --disable-progress-bar warehouse

coverage: install-dev  ## Run all tests and report which lines of flows, spiders and warehouse they run; at least 90 %
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -m "slow or not slow"
	$(BIN)/coverage combine -q
	$(BIN)/coverage report --skip-covered --fail-under=90

# One package whose metadata names no licence is left out: its LICENSE file is MIT's.
LICENCES := MIT;BSD;Apache;ISC;MPL;PSF;Python Software Foundation;Mozilla Public;Zope;ZPL;Artistic

audit: install-dev  ## Known vulnerabilities of the locked packages (asks the package index), and their licences
	$(BIN)/pip-licenses --partial-match --allow-only="$(LICENCES)" --ignore-packages bilateral axe-playwright-python > /dev/null
	$(BIN)/pip-audit --strict --disable-pip --require-hashes -r requirements.txt

sbom: install-dev  ## Write a bill of materials of what is installed, build/bom.json (CycloneDX)
	mkdir -p build
	$(BIN)/cyclonedx-py environment --pyproject pyproject.toml --output-format JSON --output-file build/bom.json $(BIN)/python

format: install-dev  ## Format Python and SQL
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix-only .
	$(BIN)/sqlfluff format --disable-progress-bar warehouse

eval: install-dev  ## Score extraction, copies, stories, tags and search, beside others, against the floors (needs the real data)
	PYTHONPATH=. $(BIN)/python tests/eval/extraction.py
	PYTHONPATH=. $(BIN)/python tests/eval/copies.py
	PYTHONPATH=. $(BIN)/python tests/eval/stories.py
	PYTHONPATH=. $(BIN)/python tests/eval/relevance.py
	PYTHONPATH=. $(BIN)/python tests/eval/topics.py
	PYTHONPATH=. $(BIN)/python tests/eval/frames.py
	PYTHONPATH=. $(BIN)/python tests/eval/entities.py
	PYTHONPATH=. $(BIN)/python tests/eval/search.py

bench: install-dev  ## Measure feed reading against feedparser (needs the real data)
	PYTHONPATH=. $(BIN)/python tests/bench_feeds.py

bench-load: install-dev  ## Measure a bulk load of 20,000 pages (needs the real data, and minutes)
	PYTHONPATH=. $(BIN)/python tests/bench_load.py

bench-tagging: install-dev  ## Measure how many articles a core judges in a second (needs the real data)
	PYTHONPATH=. $(BIN)/python tests/bench_tagging.py

bench-retag: install-dev  ## Measure judging 100,000 stored articles again (needs minutes)
	PYTHONPATH=. $(BIN)/python tests/bench_retag.py

bench-search: install-dev  ## Measure search, views and publishing on 1,000,000 articles (needs the real data, 15 GB and an hour)
	PYTHONPATH=. $(BIN)/python tests/bench_search.py

bench-day: install-dev  ## Measure the daily run on 300,000 articles and on none (needs the real data, 5 GB and twenty minutes)
	PYTHONPATH=. $(BIN)/python tests/bench_day.py

lock:  ## Resolve the dependencies anew (needs uv)
	uv pip compile -q --universal --generate-hashes --no-annotate --no-header -p 3.11 --extra build pyproject.toml -o requirements.txt
	uv pip compile -q --universal --generate-hashes --no-annotate --no-header -p 3.11 --extra build --extra explore -c requirements.txt pyproject.toml -o requirements-explore.txt
	uv pip compile -q --universal --generate-hashes --no-annotate --no-header -p 3.11 --extra build --extra dev --extra explore -c requirements-explore.txt pyproject.toml -o requirements-dev.txt

install: .venv/installed
install-dev: .venv/installed-dev

.venv/bin/python:
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed; this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
ifdef UV
	uv venv -q --python $(PYTHON) .venv
else
	$(PYTHON) -m venv .venv
endif

# The locks name every package: nothing is left to resolve, which an older pip does wrongly where not the newest version is
# pinned. The package is installed as a link to this checkout; its build backend comes from the lock too.
ifdef UV
PIP := uv pip install -q --compile-bytecode --python .venv/bin/python
else
PIP := .venv/bin/python -m pip install -q --disable-pip-version-check
endif

.venv/installed: requirements.txt pyproject.toml | .venv/bin/python
	$(PIP) --no-deps --require-hashes -r requirements.txt
	$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

.venv/installed-explore: requirements-explore.txt .venv/installed
	$(PIP) --no-deps --require-hashes -r requirements-explore.txt
	@touch $@

.venv/installed-dev: requirements-dev.txt .venv/installed
	$(PIP) --no-deps --require-hashes -r requirements-dev.txt
	@touch $@
