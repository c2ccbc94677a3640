# `make demo` hears a first library, `make test` proves the rest; both set everything up in .venv first.

PYTHON ?= python3
BIN := .venv/bin
SAMPLES ?=

.PHONY: demo test check bench train clean

demo: .venv/ready
	$(BIN)/earmark demo $(if $(SAMPLES),--samples "$(SAMPLES)")

test: .venv/ready
	$(BIN)/python -m pytest -n 2 -q

check: .venv/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/ready
	$(BIN)/python -m benchmarks

train: .venv/ready
	$(BIN)/python -m pip install --quiet --group training
	$(BIN)/python -m training

# An interrupted install leaves no "ready" behind and starts over.
.venv/ready: pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(None if (3, 11) <= sys.version_info < (3, 15) else "earmark needs Python 3.11 to 3.14; choose one with: make PYTHON=python3.12")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --editable . --group dev
	touch $@

clean:
	rm -rf .venv
