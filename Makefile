.DEFAULT_GOAL := help
.PHONY: help run test test-long setup check lint types layers migrations texts format lock bench bench-full load screenshots clean

# The Python that makes the environment; everything else runs in the environment's own.
PYTHON ?= python3
IN := .venv/bin/python
# PORT, HOST and DATA_DIR reach the site through the environment: make run PORT=8001

help:  ## Show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 14

run:  ## Serve the whole site at http://127.0.0.1:8000 (PORT=8001 HOST=0.0.0.0 DATA_DIR=...)
	@$(PYTHON) bootstrap.py run

test:  ## Run all tests; T="tests/house -k name" to choose
	@$(PYTHON) bootstrap.py test $(T)

test-long:  ## All tests, with the long batteries whole (an hour or more)
	@TEST_LONG=1 $(PYTHON) bootstrap.py test $(T)

setup:  ## Install what running, testing and checking need
	@$(PYTHON) bootstrap.py setup test

check: lint types layers migrations texts  ## All checks that need no running program

lint: setup  ## Find faults in Python and in the vote store's scripts
	$(IN) -m ruff check .
	$(IN) -m ruff format --check .
	@if command -v luacheck >/dev/null; then luacheck --quiet voting/hotpath/lua; \
	else echo "luacheck is not installed (Debian: apt install lua-check); scripts were not checked"; fi

types: setup  ## Check types
	$(IN) -m mypy .

layers: setup  ## Check which module imports which
	$(IN) -c "from importlinter.cli import lint_imports_command; lint_imports_command()"

migrations: setup  ## Check that models and migrations agree
	$(IN) manage.py makemigrations --check --dry-run

texts: setup  ## Check that every text has its Chinese translation
	$(IN) manage.py make_messages --check

format: setup  ## Rewrite the code in the house style
	$(IN) -m ruff check --fix-only .
	$(IN) -m ruff format .

lock:  ## Choose versions anew and write them down with their hashes (needs uv)
	@for set in run test load; do \
	  uv pip compile --upgrade --generate-hashes --universal --no-header --quiet \
	    --python-version 3.11 requirements/$$set.in --output-file requirements/$$set.txt || exit 1; \
	done

bench: setup  ## Measure this machine: ballots beside references, in five minutes (B=--quick for one)
	$(IN) -m loadtests.bench $(B)

bench-full: setup  ## Also sockets and growth, in about fifteen minutes (B=--quick for a few)
	$(IN) -m loadtests.bench_full $(B)

load: setup  ## A crowd of voters and viewers on a site of its own, then the count (B="--people 80 --seconds 30")
	$(IN) -m loadtests.run_load $(B)

screenshots: setup  ## Take the README's pictures anew (needs Chromium)
	$(IN) docs/take_screenshots.py

clean:  ## Remove what can be made again; the site's data in var/ stay
	rm -rf .venv .venv-load .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -not -path './var/*' -exec rm -rf {} +
	find config -name '*.mo' -delete
