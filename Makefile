# make run    set everything up and start the system
# make test   set everything up and run the tests
# make check  format, lint, types, import contracts, links in docs
# make pictures  take the handbook's pictures anew (needs Chromium)

PYTHON ?= python3
BIN := .venv/bin
# Three on two cores: a test in a browser or on PostgreSQL waits for the other process. A file stays
# in one process, so that what its tests share is made once.
JOBS ?= 3
PYTEST := $(BIN)/pytest -q -n $(JOBS) --dist loadfile --no-loadscope-reorder
PORT ?= 8000

# What is compiled is kept: each process of the tests would compile all modules anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run setup setup-dev test test-long check bench format pictures

run: setup
	@exec $(BIN)/award run --port $(PORT)

setup:
	@$(PYTHON) tools/setup.py

setup-dev:
	@$(PYTHON) tools/setup.py --dev

# Pages, reads, prints and commands ask both stores for the same; on PostgreSQL test-long walks them.
SAME := routes or queries or certificate or archives or letters or paper or commands or exports or \
	gallery or lists or navigation or bundle or messages or education or home or demo or signing or further
test: setup-dev
	$(PYTEST) -m "not long"
	$(PYTEST) -m "not long and not browser" -k "not ($(SAME))" --store postgres tests/award

test-long: setup-dev
	$(PYTEST) -m long
	$(PYTEST) -m "not browser" -k "$(SAME)" --store postgres tests/award

check: setup-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tools/check_links.py
	$(BIN)/python tools/texts.py --check

bench: setup-dev
	$(BIN)/python -m benchmarks

pictures: setup-dev
	$(BIN)/python tools/pictures.py

format: setup-dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
