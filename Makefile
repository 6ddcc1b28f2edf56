# `make demo` and `make test` set up what they need by themselves. `make help` lists the rest.

VENV   := .venv
BIN    := $(VENV)/bin
# The first Python here that is new enough; say `make PYTHON=/path/to/python …` to choose another.
PYTHON ?= $(shell for python in python3.11 python3 python3.13 python3.12; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
UV     := $(shell command -v uv 2>/dev/null)
# Both refuse a file whose hash the lock does not name; uv is only quicker.
PIP    := $(if $(UV),$(UV) pip install --python $(BIN)/python,$(BIN)/python -m pip install --disable-pip-version-check) --quiet
LOCK   := uv pip compile pyproject.toml --no-config --quiet --universal --generate-hashes --python-version 3.11 \
	--custom-compile-command "make lock" $(UPGRADE)

.PHONY: help demo test test-mail soak screenshots check format docs bench venv lock clean
.DEFAULT_GOAL := help

help:                       ## this list
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/make \1\t\2/p' Makefile | expand -t 18

demo: $(VENV)/.run-stamp    ## a season of weekly mails, without an account: the last one is shown here
	$(BIN)/coachd demo --once

test: $(VENV)/.dev-stamp    ## the tests
	$(BIN)/pytest -q -n auto

test-mail: $(VENV)/.dev-stamp ## a digest through a real mail server (Debian: postfix dovecot-imapd openssl; as root)
	$(BIN)/pytest -q --real-mail tests/mail/test_real_mail.py tests/mail/test_real_answers.py

soak: $(VENV)/.dev-stamp    ## tests that take many minutes: damaged files at every 1,000th byte, huge ones
	$(BIN)/pytest -q -n auto --soak -m soak

screenshots: $(VENV)/.dev-stamp ## picture the demo's mail for the documentation (needs Chromium)
	PYTHONPATH=tests $(BIN)/python -m mail.screenshots docs/pictures

check: $(VENV)/.dev-stamp   ## lint, format, types, import directions
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.dev-stamp  ## put the code into shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: $(VENV)/.run-stamp    ## write the pages that come from the code: the reference of the rule language
	$(BIN)/python -m coachd.reference docs
	$(BIN)/coachd rules schema > rules/rule-v1.schema.json

bench: $(VENV)/.run-stamp   ## the benchmarks, each beside its bar
	$(BIN)/python -m bench

venv: $(VENV)/.dev-stamp    ## the set-up alone, with everything the other targets use

lock:                       ## write both lock files anew (needs uv; UPGRADE=--upgrade takes newer versions)
	$(LOCK) --extra build --output-file requirements.lock
	$(LOCK) --extra dev --constraint requirements.lock --output-file requirements-dev.lock

clean:                      ## remove the set-up and everything that was built
	rm -rf $(VENV) dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# Run time and development share one environment: the second lock contains the first.
$(VENV)/.run-stamp: requirements.lock pyproject.toml | $(BIN)/pip
	$(PIP) --require-hashes -r requirements.lock
	$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev-stamp: requirements-dev.lock requirements.lock pyproject.toml | $(BIN)/pip
	$(PIP) --require-hashes -r requirements-dev.lock
	$(PIP) --no-deps --no-build-isolation -e .
	@touch $(VENV)/.run-stamp $@

$(BIN)/pip:
	@test -n "$(PYTHON)" || { echo "coachd needs Python 3.11 or newer, and none was found." \
		"On Debian or Ubuntu: apt-get install python3 python3-venv; or name one: make PYTHON=/path/to/python"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "$(PYTHON) cannot make a virtual environment." \
		"On Debian or Ubuntu: apt-get install python3-venv"; exit 1; }
	$(PYTHON) -m venv $(VENV)
