PYTHON ?= python3
STUDIO := .venv/bin/studio
SCHEMA := .venv/bin/check-jsonschema -q --builtin-schema vendor.
PYTEST := .venv/bin/python -m pytest --no-loadscope-reorder

.DEFAULT_GOAL := help
.PHONY: help demo test test-fast soak setup deploy conformance bench compat docs lint

help:                  ## Show this list
	@sed -n 's/^\([a-z-]*\):[^#]*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 20

demo: setup            ## Deploy a private Studio onto an emulated AWS, connect, and destroy everything
	@$(STUDIO) demo

test: checks           ## Run all tests
	@$(PYTEST) -n 5

test-fast: checks      ## Run all tests but the slow ones and those with Terraform or containers
	@$(PYTEST) -n 3 -m 'not container and not slow' --ignore tests/e2e --ignore tests/plan \
		--ignore tests/upstream_configurations

soak: setup            ## Run 200 deployments with injected faults; SEED=17 or SEEDS=1-20 selects some
	@.venv/bin/python -m tests.e2e.soak $(if $(SEED),--seed $(SEED),--seeds $(or $(SEEDS),1-200))

setup:                 ## Install what the commands need into this folder
	@$(PYTHON) -m scripts.setup

.PHONY: checks
checks:
	@$(PYTHON) -m scripts.setup --checks

deploy: setup          ## Deploy onto AWS, with the credentials of the environment; FLAGS=--yes in CI
	@$(STUDIO) up $(FLAGS)

conformance: checks    ## Check docs/reference/claims.md on a real account; shows the cost first
	@.venv/bin/python -m tests.conformance

bench: setup           ## Compare lazy with eager bindings, and `studio up` and `review` with plain plans
	@.venv/bin/python -m benchmarks.synth
	@.venv/bin/python -m benchmarks.unchanged

compat: setup          ## Compare the synthesized configuration with AWS provider 6 and CDK Terrain
	@.venv/bin/python -m tools.compat

docs: checks           ## Build docs/ as a site in build/docs; fails at a dead link
	@.venv/bin/python -m sphinx -W --keep-going -q docs build/docs
	@echo build/docs/index.html

lint: checks           ## Check style, types, the direction of imports and the pipelines' files
	@.venv/bin/ruff check . && .venv/bin/ruff format --check . && .venv/bin/mypy
	@for app in examples/*/main.py; do .venv/bin/mypy "$$app" || exit 1; done
	@.venv/bin/lint-imports
	@$(SCHEMA)github-workflows .github/workflows/*.yml examples/github-actions/*.yml
	@$(SCHEMA)gitlab-ci examples/gitlab/.gitlab-ci.yml
	@$(SCHEMA)dependabot .github/dependabot.yml
