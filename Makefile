# Everything runs in .venv/ of this checkout; nothing but python3 (3.11 or newer) and make is needed beforehand.
PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 7860
VENV := .venv
ifeq ($(OS),Windows_NT)
BIN := $(VENV)/Scripts
else
BIN := $(VENV)/bin
endif
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes
SOURCES := corpus ingest rag eval ui tests

.PHONY: setup run test lint format eval bench lock clean

setup: $(VENV)/.ready
run: $(VENV)/.ready
	$(BIN)/rolewright serve --host $(HOST) --port $(PORT)
test: $(VENV)/.ready-dev
	$(BIN)/python -m pytest $(ARGS)
lint: $(VENV)/.ready-dev
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/mypy
format: $(VENV)/.ready-dev
	$(BIN)/ruff check --fix $(SOURCES)
	$(BIN)/ruff format $(SOURCES)
eval: $(VENV)/.ready
	$(BIN)/rolewright eval --library .cache/eval --out .cache/eval-report --baseline eval/baseline.json
bench: $(VENV)/.ready-dev
	$(BIN)/python tests/bench.py
	$(BIN)/python -m tests.bench_ingest
	$(BIN)/python -m tests.bench_retrieval
	$(BIN)/python -m tests.bench_checker
clean:
	rm -rf $(VENV) .cache

# A stamp is written only after the step has ended well, so an interrupted set-up starts over where it stopped.
$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "error: Python 3.11 or newer is needed" >&2; echo "hint: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@echo "making $(VENV) ..." >&2
	$(PYTHON) -m venv --clear $(VENV)
	@touch $@
$(VENV)/.ready: $(VENV)/.made requirements.lock pyproject.toml
	@echo "installing locked dependencies (about two minutes the first time) ..." >&2
	$(PIP) -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@
$(VENV)/.ready-dev: $(VENV)/.ready requirements-dev.lock
	@echo "installing locked development dependencies ..." >&2
	$(PIP) -r requirements-dev.lock
	@touch $@

# Needs uv; both files hold hashes and no index or download addresses.
lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --group setup pyproject.toml -o requirements.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --group setup --group dev -c requirements.lock pyproject.toml -o requirements-dev.lock
