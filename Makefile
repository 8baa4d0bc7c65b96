PYTHON ?= python3
STUDIO := .venv/bin/studio
SCHEMA := .venv/bin/check-jsonschema -q --builtin-schema vendor.
PYTEST := .venv/bin/python -m pytest --no-loadscope-reorder

.DEFAULT_GOAL := help
.PHONY: help demo test test-fast soak setup deploy conformance bench compat docs lint

help:                  ## This list
	@sed -n 's/^\([a-z-]*\):[^#]*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 20

demo: setup            ## Deploy a private Studio onto the emulated AWS, and destroy it again
	@$(STUDIO) demo

test: checks           ## Run every test there is
	@$(PYTEST) -n 4

test-fast: checks      ## Run the tests that need neither Terraform nor a container
	@$(PYTEST) -n 2 -m 'not container' --ignore tests/e2e --ignore tests/plan \
		--ignore tests/upstream_configurations

soak: setup            ## Run 200 deployments that meet faults; SEED=17 or SEEDS=1-20 chooses
	@.venv/bin/python -m tests.e2e.soak $(if $(SEED),--seed $(SEED),--seeds $(or $(SEEDS),1-200))

setup:                 ## Install what the commands need into this folder; nothing the second time
	@$(PYTHON) -m scripts.setup

.PHONY: checks
checks:
	@$(PYTHON) -m scripts.setup --checks

deploy: setup          ## Deploy onto AWS, with the credentials of the environment; FLAGS=--yes in CI
	@$(STUDIO) up $(FLAGS)

conformance: checks    ## Ask a real account about each claim of docs/reference/claims.md; says the cost, asks
	@.venv/bin/python -m tests.conformance

bench: setup           ## Compare lazy with eager bindings, and `studio up` and `review` with bare plans
	@.venv/bin/python -m benchmarks.synth
	@.venv/bin/python -m benchmarks.standing

compat: setup          ## Compare what is synthesized with AWS provider 6, and with CDK Terrain
	@.venv/bin/python -m tools.compat

docs: checks           ## Build the pages of docs/ as a site in build/docs; fails at a dead link
	@.venv/bin/python -m sphinx -W --keep-going -q docs build/docs
	@echo build/docs/index.html

lint: checks           ## Check style, types, the direction of imports and the pipelines' files
	@.venv/bin/ruff check . && .venv/bin/ruff format --check . && .venv/bin/mypy
	@for app in examples/*/main.py; do .venv/bin/mypy "$$app" || exit 1; done
	@.venv/bin/lint-imports
	@$(SCHEMA)github-workflows .github/workflows/*.yml examples/github-actions/*.yml
	@$(SCHEMA)gitlab-ci examples/gitlab/.gitlab-ci.yml
	@$(SCHEMA)dependabot .github/dependabot.yml
