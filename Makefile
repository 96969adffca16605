# Everything runs in .venv, made from the hashed lock; results lie in results/.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
CORES ?= 4
BIN := .venv/bin

ifneq ($(words $(CURDIR)),1)
$(error the path of this folder, "$(CURDIR)", holds a space, with which Snakemake starts no job: clone to a path without)
endif

.PHONY: help table3 all test test-cluster test-kills test-networks check bench docs picture lock

help: ## what can be made
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "%-15s %s\n", $$1, $$2}' Makefile

table3: .venv/ready ## Table 3 of the embedded default, with all controls
	$(BIN)/snakemake --cores $(CORES) results/table3.csv results/table3_pruning.csv
	$(BIN)/python -m nodal.tables.show results/table3.csv results/table3_pruning.csv
	@echo "made results/table3.csv and table3_pruning.csv; make all makes the rest and results/report.html"

all: .venv/ready ## every table, figure, claim and the report
	$(BIN)/snakemake --cores $(CORES) all
	@echo "made all tables (results/*.csv) and figures (results/*.png); open results/report.html"

# The tests of a file share runs of the workflow; in the order of the folders the longest files come early.
test: check ## format, lint, types and all tests
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

test-cluster: .venv/ready ## a real SLURM cluster on the loopback interface (as root)
	$(BIN)/python -m pytest -m cluster

test-kills: .venv/ready ## a whole run killed at twenty random moments
	$(BIN)/python -m pytest -m kills

# Two small ones are in every test run.
test-networks: .venv/ready ## the larger examples, each from a data set and a model to the report
	$(BIN)/python -m pytest -m networks

check: .venv/ready ## format, lint, types, order of the rooms
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/snakefmt --check Snakefile workflow/Snakefile rules
	$(BIN)/snakemake --lint
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/ready ## speed on this machine, written to docs/performance.md
	$(BIN)/python -m benchmarks.performance

docs: .venv/ready ## the documentation as pages that are read offline
	PYTHONPATH=. $(BIN)/python docs/house.py
	$(BIN)/mkdocs build --quiet
	@echo "open results/docs/index.html"

.venv/ready: envs/installer.lock envs/requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python >= 3.11 is needed: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -m venv .venv || { echo "python3 -m venv failed: install python3-venv (apt-get install python3-venv)"; exit 1; }
	$(BIN)/python -m pip install --quiet --require-hashes -r envs/installer.lock
	$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r envs/requirements.lock
	touch $@

picture: results/glyphs/headline.png ## the picture of the README, from a finished run
	cp $< docs/headline.png

# -U takes newer versions. One version of each package, whichever Python.
lock: .venv/ready ## the lock files anew
	echo 'uv==0.13.8' | $(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate - -o envs/installer.lock
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate --fork-strategy fewest --extra workflow --extra families --extra text --extra export --group dev pyproject.toml -o envs/requirements.lock
