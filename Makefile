# make demo      the bundled sample of a policy, evaluated
# make test      everything that must hold: tests, style, types, layers
# make bench     how long things take, beside other ways to do the same: benchmarks/README.md
# make differential PAIRS=10000000   the engines held against each other on generated policies and records
# make grammar   the tables of the parser, after a change of grammar/expr.lark
# make messages  the English catalogue brought in step with the messages in the source

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test bench differential grammar messages clean
.DELETE_ON_ERROR:

demo: $(VENV)/.installed
	$(BIN)/policyrun evaluate --policy hebei-2023

test: $(VENV)/.installed-dev
	$(BIN)/pytest -n auto

# ROWS: sizes, such as "1000000 5000000" · MEMORY: also a run within a budget, such as 4GB · PEER_ROWS: 0 leaves the
# other engines out · WRITE=1: the tables of the README.
ROWS ?= 1000000
PEER_ROWS ?= 2000000
bench: $(VENV)/.installed
	$(BIN)/python benchmarks/bench.py --rows $(ROWS) --peer-rows $(PEER_ROWS) \
		$(if $(MEMORY),--memory $(MEMORY)) $(if $(WRITE),--write)

# PAIRS: (policy, record) pairs in all · SEED: of what is drawn · PROCESSES: at once. Stopped, it can be gone on with.
PAIRS ?= 10000000
SEED ?= 7
PROCESSES ?= 2
differential: $(VENV)/.installed-dev
	nice -n 19 $(BIN)/python -m tests.differential --pairs $(PAIRS) --seed $(SEED) --processes $(PROCESSES) \
		--kept .differential/seed-$(SEED).json

grammar: $(VENV)/.installed-dev
	$(BIN)/python scripts/grammar.py

messages: $(VENV)/.installed-dev
	$(BIN)/python scripts/messages.py

clean:
	rm -rf $(VENV)

# The project is installed in place, so only a change of its metadata needs another installation.
$(VENV)/.installed: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable . && $(BIN)/python -m compileall -q engine/policyrun
	@touch $@

$(VENV)/.installed-dev: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@ $(VENV)/.installed

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo 'policyrun needs Python 3.11 or newer; name one with: make PYTHON=/path/to/python3.11' >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
