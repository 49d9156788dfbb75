# `make run` and `make test` install what is missing first; done again, they skip what has not changed.
# PYTHON names the Python to build with, GATEHOUSE_HOME where data goes, PORT the web address.

PYTHON ?= python3
export GATEHOUSE_HOME ?= var
export PIP_DISABLE_PIP_VERSION_CHECK = 1

VENV := .venv
PY := $(VENV)/bin/python
# Servers may run as another user (PostgreSQL under root does) and have to read what is installed.
SHARED := umask 022 &&

PAGE_SOURCES := $(wildcard verification/agent/*.js verification/agent/*/*.js verification/console/*.js verification/console/page/*.js)
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard verification/locale/*/LC_MESSAGES/*.po))
BENCHES := $(subst _,-,$(patsubst bench/%.py,bench-%,$(wildcard bench/[a-z]*.py)))

.DEFAULT_GOAL := run
.DELETE_ON_ERROR:
.PHONY: setup packages setup-dev intel run test lint types contracts migrations messages pictures faults hostile bench lock sbom audit clean

setup: packages
	@echo "Preparing the database ..."
	@$(PY) manage.py migrate --no-input --verbosity 0

# All but the database: `make run` prepares it on the way, and the tests have one of their own.
packages: $(VENV)/.installed build/agent/v1.js $(CATALOGUES) intel

setup-dev: packages $(VENV)/.installed-dev

$(VENV)/.made:
	@command -v "$(PYTHON)" >/dev/null || { echo "Gatehouse needs Python 3.11 or later, and $(PYTHON) was not found. Install it, or name yours: make run PYTHON=/path/to/python3" >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Gatehouse needs Python 3.11 or later, and $(PYTHON) is $$("$(PYTHON)" -V 2>&1). Install a later one and name it: make run PYTHON=python3.11" >&2; exit 1; }
	@"$(PYTHON)" -c 'import venv, ensurepip' 2>/dev/null || { echo "$(PYTHON) lacks the venv module. Install it (Debian and Ubuntu: apt-get install python3-venv), then run make again." >&2; exit 1; }
	@echo "Making $(VENV) ..."
	@$(SHARED) "$(PYTHON)" -m venv $(VENV)
	@touch $@

$(VENV)/.installed: requirements.txt | $(VENV)/.made
	@echo "Installing Python packages ..."
	@$(SHARED) $(PY) -m pip install -qq --no-input -r requirements.txt
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt $(VENV)/.installed
	@echo "Installing the packages of the tests ..."
	@$(SHARED) $(PY) -m pip install -qq --no-input -r requirements-dev.txt
	@touch $@

build/agent/v1.js: package.json package-lock.json .npmrc $(PAGE_SOURCES) | $(VENV)/.installed
	@echo "Building the pages' scripts ..."
	@$(SHARED) $(PY) -m verification.agent.build
	@touch $@

verification/locale/%.mo: verification/locale/%.po | $(VENV)/.installed
	@$(PY) -m verification.catalogues compile

# After words for people were changed: brings the files of translations up to date.
messages: $(VENV)/.installed
	@$(PY) -m verification.catalogues extract

intel: | $(VENV)/.installed
	@if [ ! -e "$$GATEHOUSE_HOME/intel/.built" ] || [ requirements.txt -nt "$$GATEHOUSE_HOME/intel/.built" ]; then \
		echo "Building network data ..." && $(PY) -m risk.intel.build --home "$$GATEHOUSE_HOME" && touch "$$GATEHOUSE_HOME/intel/.built"; fi

# `exec`, so that a signal to make reaches the supervisor and not a shell between them.
run: packages
	@exec $(PY) -m config.supervise

test: setup-dev
	@$(MAKE) --no-print-directory lint types contracts migrations
	@# Browsers and whole services want the machine to themselves; all else shares it. A failure among the first hides none
	@# among the second.
	@$(PY) -m pytest -n 2 -m "not browser and not processes"; quick=$$?; \
		$(PY) -m pytest -m "browser or processes" && exit $$quick

lint: $(VENV)/.installed-dev
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .

types: $(VENV)/.installed-dev
	@# The settings are read for the types of models; these are nobody's secrets.
	DJANGO_SECRET_KEY=types GATEHOUSE_DATA_KEYS=types GATEHOUSE_PEPPER=types $(PY) -m mypy .

contracts: $(VENV)/.installed-dev
	@PYTHONPATH=clients/python $(VENV)/bin/lint-imports

# What looks at packages has an environment of its own: what it brings along would change what the tests run on.
$(VENV)-audit/.installed: requirements-audit.txt | $(VENV)/.made
	@echo "Installing what looks at packages ..."
	@$(SHARED) "$(PYTHON)" -m venv $(VENV)-audit
	@$(SHARED) $(VENV)-audit/bin/python -m pip install -qq --no-input -r requirements-audit.txt
	@touch $@

# After requirements.txt was changed: every package that it brings, each with the hashes of all files of its release.
lock: $(VENV)-audit/.installed
	@$(VENV)-audit/bin/uv pip compile requirements.txt --universal --python-version 3.11 --generate-hashes --no-annotate \
		--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" --quiet -o requirements.lock

# CycloneDX, of what is locked.
sbom: $(VENV)-audit/.installed
	@mkdir -p build && $(VENV)-audit/bin/cyclonedx-py requirements requirements.lock --output-reproducible --of JSON -o build/sbom.cdx.json
	@echo "Wrote build/sbom.cdx.json."

audit: $(VENV)-audit/.installed
	@$(PY) -m config.auditing $(VENV)-audit/bin/pip-audit

# In a home of its own, which goes with it.
migrations: $(VENV)/.installed
	@home=$$(mktemp -d) && trap 'rm -rf "$$home"' EXIT && \
		GATEHOUSE_HOME="$$home" $(PY) manage.py makemigrations --check --dry-run

# The pictures of the README; needs Debian's chromium. With EVERYWHERE=folder, whole pages in every look as well.
pictures: setup-dev
	@$(PY) -m docs.make_pictures $(if $(EVERYWHERE),--everywhere "$(EVERYWHERE)")

# Does every fault to a site under load, and prints what was lost: nothing. As root the disk is filled too.
faults: setup-dev
	@$(PY) -m tests.faults

# A million made-up hostile inputs through the HTTP door, and every parser that meets strangers' bytes under a fuzzer for a minute.
hostile: setup-dev
	@$(PY) -m tests.hostile
	@$(PY) -m tests.hostile.parsers

bench: $(BENCHES)

bench-%: setup-dev
	$(PY) -m bench.$(subst -,_,$*)

# Not the data: that is $(GATEHOUSE_HOME), and for you to remove.
clean:
	rm -rf $(VENV) node_modules build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .schemathesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
