# `make demo` indexes and searches a first library, `make test` runs the tests; both set everything up in .venv first.
# `make demo LEAN=1` leaves out the packages of the large model (torch and others), which the built-in one does not need.

PYTHON ?= python3
BIN := .venv/bin
SAMPLES ?=
LEAN ?=
INSTALLED := $(if $(LEAN),$(or $(wildcard .venv/ready),.venv/lean),.venv/ready)

.PHONY: demo test test-lean check bench train clean

demo: $(INSTALLED)
	$(BIN)/earmark demo $(if $(SAMPLES),--samples "$(SAMPLES)")

test: .venv/ready
	$(BIN)/python -m pytest -n 2 -q

# What the lean set-up promises, in a fresh environment without torch.
test-lean:
	rm -rf .venv-lean
	$(PYTHON) -m venv .venv-lean
	$(call install-lean,.venv-lean/bin)
	.venv-lean/bin/python -m tests.lean_smoke

check: .venv/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/ready
	$(BIN)/python -m benchmarks

train: .venv/ready
	$(BIN)/python -m pip install --quiet --group training
	$(BIN)/python -m training --recordings "$(RECORDINGS)" --impulse-responses "$(ROOMS)"

define new-environment
	$(PYTHON) -c 'import sys; sys.exit(None if (3, 11) <= sys.version_info < (3, 15) else "earmark needs Python 3.11 to 3.14; choose one with: make PYTHON=python3.12")'
	$(PYTHON) -m venv .venv
endef

define install-lean
	$(1)/python -m pip install --quiet --upgrade 'pip>=25.1'
	$(1)/python -m pip install --quiet --group lean
	$(1)/python -m pip install --quiet --no-deps --editable .
endef

# An interrupted install leaves no "ready" or "lean" behind and starts over.
.venv/ready: pyproject.toml
	$(new-environment)
	$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --editable . --group dev
	touch $@

.venv/lean: pyproject.toml
	$(new-environment)
	$(call install-lean,$(BIN))
	touch $@

clean:
	rm -rf .venv .venv-lean
