# The commands of this project. Each sets up what it needs: python3 with venv, and make, are enough.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV_COMPILE = $(BIN)/uv pip compile pyproject.toml --group build --universal --python-version 3.11 \
	--generate-hashes --no-annotate --custom-compile-command "make lock" --quiet --upgrade

# Several processes run the tests (tests/conftest.py says which runs what). They all import the same modules, so these
# are compiled once, whatever the environment says.
IN_PARALLEL = -n auto --durations=10
COMPILED = env -u PYTHONDONTWRITEBYTECODE

.PHONY: help try test test-long bench chart chaos attack format lock migration catalog model vectors screenshots clean
.DEFAULT_GOAL := help

help: ## Show this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST)

# One environment; the stamps tell which lock file it was last brought to. The lock files name every package, so pip has
# nothing to resolve: left to it, an old pip takes the newest release for a name with an extra, and finds it unpinned.
# Each step says first what it does, because the first time takes a minute or two.
$(VENV)/run.stamp: requirements.lock pyproject.toml
	@test -x $(BIN)/python || echo "Creating a Python environment in $(VENV). Rounds installs nothing outside it."
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing the $$(grep -c '^[a-z].*==' requirements.lock) packages that Rounds needs. It takes a minute or two, only once."
	@$(BIN)/python -m pip install --quiet --no-deps --require-hashes -r requirements.lock
	@echo "Installing Rounds itself."
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/dev.stamp: $(VENV)/run.stamp requirements-dev.lock
	@echo "Installing what the tests need. It takes about a minute, only once."
	@$(BIN)/python -m pip install --quiet --no-deps --require-hashes -r requirements-dev.lock
	@$(BIN)/python -m pip check | (! grep -v -e "huggingface-hub" -e "No broken requirements")
	@touch $@

try: $(VENV)/run.stamp ## Open the local Slack with the bot in it (ARGS=--once: deliver, answer once, exit)
	@$(BIN)/rounds try $(ARGS)

test: $(VENV)/dev.stamp ## Lint, types, import contracts, and tests, in a few minutes (ARGS="tests/web -k signed")
	@$(MAKE) --no-print-directory --jobs=2 lint tests

test-long: $(VENV)/dev.stamp ## All tests at full length, on both databases (ARGS=--beyond: only what make test leaves out)
	@$(COMPILED) $(BIN)/python -m pytest $(IN_PARALLEL) --long $(ARGS)

.PHONY: lint tests coverage
lint: $(VENV)/dev.stamp
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports
	@$(BIN)/rounds packs lint lessons
	@$(BIN)/mypy

tests: $(VENV)/dev.stamp
	@$(COMPILED) $(BIN)/python -m pytest $(IN_PARALLEL) $(ARGS)

coverage: $(VENV)/dev.stamp ## The tests of make test, and what of bot/ they run: at least 90 percent
	@$(BIN)/coverage erase
	@$(COMPILED) $(BIN)/coverage run -m pytest $(IN_PARALLEL) $(ARGS)
	@$(BIN)/coverage combine --quiet
	@$(BIN)/coverage report --fail-under=90

bench: $(VENV)/dev.stamp ## Measure, and write docs/benchmarks.md (ARGS=name for one benchmark alone)
	@$(BIN)/python -m tests.bench $(ARGS)

chaos: $(VENV)/dev.stamp ## Kill workers and break Slack for ten minutes; fail if a lesson was lost or doubled (ARGS="--seed 7")
	@$(BIN)/python -m tests.bench.chaos $(ARGS)

attack: $(VENV)/dev.stamp ## Attack the web process for some minutes; fail if one calm person noticed (ARGS="--only long-texts")
	@$(BIN)/python -m tests.bench.attack $(ARGS)

chart: $(VENV)/dev.stamp ## Simulate learners, and draw what they remember into docs/benchmarks.md
	@$(BIN)/python -m tests.bench.chart

format: $(VENV)/dev.stamp ## Format the code
	@$(BIN)/ruff check --fix . ; $(BIN)/ruff format .

migration: $(VENV)/dev.stamp ## Write the migration that a change of bot/storage/tables/ needs (m="Add a nickname")
	@$(BIN)/python -m bot.storage.new_migration "$(m)"
	@$(BIN)/ruff check --quiet --fix bot/storage/migrations ; $(BIN)/ruff format --quiet bot/storage/migrations

catalog: $(VENV)/dev.stamp ## Bring bot/language/ up to date with the sentences in the source; then translate what is new
	@mkdir -p build
	@$(BIN)/pybabel --quiet extract -F pyproject.toml -o build/rounds.pot -k _ -k mark -c "Translators:" --no-location -s .
	@for language in de; do $(BIN)/pybabel --quiet update -D rounds -i build/rounds.pot -d bot/language -l $$language \
		--no-fuzzy-matching --ignore-obsolete --no-wrap --omit-header; done

lock: $(VENV)/dev.stamp ## Update the lock files, with hashes and without hosts
	@$(UV_COMPILE) -o requirements.lock
	@$(UV_COMPILE) --extra postgres -c requirements.lock -o requirements-postgres.lock
	@$(UV_COMPILE) --extra dev -c requirements-postgres.lock -o requirements-dev.lock

TRAINING := .venv-training
$(TRAINING)/stamp: training/requirements.txt pyproject.toml
	@test -x $(TRAINING)/bin/python || $(PYTHON) -m venv $(TRAINING)
	@$(TRAINING)/bin/python -m pip install --quiet -r training/requirements.txt -e .
	@touch $@

model: $(TRAINING)/stamp ## Train the coach's sentence encoder (BASE=folder with all-MiniLM-L6-v2); an hour
	@$(TRAINING)/bin/python -m training.train "$(BASE)" build/encoder --without days-questions --fold 0
	@$(TRAINING)/bin/python -m training.export build/encoder bot/retrieval/model
	@$(TRAINING)/bin/python -m training.patient_details bot/retrieval/model --example tests/retrieval/patient_heads.npz

vectors: $(TRAINING)/stamp ## Encode the lessons' texts again, with the encoder as it is
	@$(TRAINING)/bin/python -m training.export --vectors-only bot/retrieval/model

clean: ## Remove the environment and everything generated
	@rm -rf $(VENV) $(TRAINING) build .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage*

screenshots: $(VENV)/dev.stamp ## Retake the pictures in README and docs by clicking in Chromium
	@mkdir -p docs/images
	@ROUNDS_SCREENSHOTS=docs/images $(BIN)/pytest -q tests/browser
