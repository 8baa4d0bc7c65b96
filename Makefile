PYTHON ?= python3
STUDIO := .venv/bin/studio

.PHONY: demo test soak setup deploy bench lint

demo: setup            ## Deploy a private Studio onto the emulated AWS, and take it down again
	@$(STUDIO) demo

test:                  ## Every test there is
	@$(PYTHON) -m scripts.setup --checks
	@.venv/bin/python -m pytest -n 4 --dist loadfile --no-loadscope-reorder

soak: setup            ## Bad days of a deployment: 200 of them, or SEED=17, or SEEDS=1-20
	@.venv/bin/python -m tests.e2e.soak $(if $(SEED),--seed $(SEED),--seeds $(or $(SEEDS),1-200))

setup:                 ## What both of them need; does nothing when it is there
	@$(PYTHON) -m scripts.setup

deploy: setup          ## Deploy onto AWS, with the credentials of the environment
	@$(STUDIO) up

bench: setup           ## How much faster a synth is with the AWS bindings loaded lazily
	@.venv/bin/python -m benchmarks.synth

lint: setup
	@.venv/bin/ruff check . && .venv/bin/ruff format --check . && .venv/bin/mypy
