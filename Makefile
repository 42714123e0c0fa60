# Each target works on a bare Debian 12 machine with Python 3.11, make and git. `make help` lists them.

PYTHON ?= $(shell for p in python3.11 python3; do \
	$$p -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null && echo $$p && exit; done; echo python3)
VENV := .venv/bin
BOOTSTRAP := $(PYTHON) -m deploy.local.bootstrap
CODE := contracts chassis services deploy tests conftest.py
SERVICES := auth mail calendar contacts gateway

.DEFAULT_GOAL := help
.PHONY: help tools run stop reset test test-unit lint types format attack bench chaos timing corpus agent manifests lock

help: ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## Bring the whole system up on this machine, until Ctrl-C; keeps the data
	@$(BOOTSTRAP) run

stop: tools ## Stop a system that runs in the background
	@$(VENV)/python -m deploy.local.down

reset: tools ## Stop it, and erase all its data
	@$(VENV)/python -m deploy.local.down erase

test: ## Every test, with servers and a browser of its own; leaves nothing behind (ARGS=… for pytest)
	@$(BOOTSTRAP) test $(ARGS)

test-unit: tools ## Unit tests only: seconds, no server
	@$(VENV)/python -m pytest -q -m unit $(ARGS)

lint: tools ## ruff, formatting, and who may import whom
	@$(VENV)/ruff check
	@$(VENV)/ruff format --check
	@$(VENV)/lint-imports

types: tools ## mypy --strict
	@$(VENV)/mypy $(CODE)

format: tools ## Put the Python code into its form
	@$(VENV)/ruff check --fix
	@$(VENV)/ruff format

chaos: tools ## Send mail while processes are killed; prove that nothing is lost (ARGS=…)
	@$(VENV)/python -m tests.chaos.run $(ARGS)

timing: tools ## Whether auth's time tells who exists, on a private system: 200 tries of each kind (ARGS=…)
	@$(VENV)/python -m tests.timing.run $(ARGS)

attack: tools ## Guess passwords from many places while their owners sign in; none is found, every owner gets in (ARGS=…)
	@$(VENV)/python -m tests.attack.run $(ARGS)

bench: tools ## What each operation costs in CPU and SQL, on a private system with full mailboxes (ARGS=--only list…)
	@$(VENV)/python -m tests.bench.run $(ARGS)

corpus: tools ## Send a corpus of real mail to the running system: CORPUS=file.tar.xz (ARGS=…)
	@test -n "$$CORPUS" || { echo 'make corpus CORPUS=fichier.tar.xz' >&2; exit 2; }
	@$(VENV)/python -m deploy.local.within tests.corpus.send "$$CORPUS" $(ARGS)

agent: tools ## Make an active account in the running system: ADDRESS=… PASSWORD=…
	@test -n "$$ADDRESS" -a -n "$$PASSWORD" || { echo 'make agent ADDRESS=prenom.nom@domaine PASSWORD=…' >&2; exit 2; }
	@$(VENV)/python -m deploy.local.within services.auth.cli agent --address "$$ADDRESS"

manifests: tools ## Render the Kubernetes manifests, and validate them strictly
	@$(VENV)/python -m deploy.k8s.check

lock: tools ## Pin requirements/*.in again, with hashes
	@set -e; for name in dev interop interop-build $(SERVICES); do \
		$(VENV)/uv pip compile --quiet --universal --generate-hashes --no-annotate --no-header --no-emit-index-url \
			--no-emit-find-links --python-version 3.11 --output-file requirements/$$name.txt requirements/$$name.in; done
	@if grep -En '(https?|file)://' requirements/*.txt; then echo 'An address stands in a lock file.' >&2; exit 1; fi

tools:
	@$(BOOTSTRAP) tools
