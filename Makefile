# Everything runs in .venv, made from the hashed lock; results lie in results/.
SHELL := /bin/bash
PYTHON ?= python3
CORES ?= 4
BIN := .venv/bin

ifneq ($(words $(CURDIR)),1)
$(error the path of this folder, "$(CURDIR)", holds a space, with which Snakemake starts no job: clone to a path without)
endif

.PHONY: table3 all test test-cluster test-kills test-networks check bench lock

table3: .venv/ready
	$(BIN)/snakemake --cores $(CORES) results/table3.csv results/table3_pruning.csv
	$(BIN)/python -m nodal.tables.show results/table3.csv results/table3_pruning.csv

all: .venv/ready
	$(BIN)/snakemake --cores $(CORES) all

test: check
	$(BIN)/python -m pytest

test-cluster: .venv/ready
	$(BIN)/python -m pytest -m cluster

# The long form of a test: a whole run killed at twenty random moments.
test-kills: .venv/ready
	$(BIN)/python -m pytest -m kills

# The larger examples, each from a data set and a model to the report; two small ones are in every test run.
test-networks: .venv/ready
	$(BIN)/python -m pytest -m networks

check: .venv/ready
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/snakefmt --check Snakefile workflow/Snakefile rules
	$(BIN)/snakemake --lint
	$(BIN)/mypy
	$(BIN)/lint-imports

# Speed on this machine, written to docs/performance.md.
bench: .venv/ready
	$(BIN)/python -m benchmarks.performance

.venv/ready: envs/installer.lock envs/requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python >= 3.11 is needed: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -m venv .venv || { echo "python3 -m venv failed: install python3-venv (apt-get install python3-venv)"; exit 1; }
	$(BIN)/python -m pip install --quiet --require-hashes -r envs/installer.lock
	$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r envs/requirements.lock
	touch $@

# The lock files are made with this; -U takes newer versions. One version of each package, whichever Python.
lock: .venv/ready
	echo 'uv==0.13.8' | $(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate - -o envs/installer.lock
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate --fork-strategy fewest --extra workflow --extra families --extra text --extra export --group dev pyproject.toml -o envs/requirements.lock
