# `make` alone says what there is. Each target installs what it lacks first (scripts/setup.sh).
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

# Compiled things live in the user's cache, so that a fresh checkout does not compile 600 crates again.
export MILLRACE_CACHE ?= $(HOME)/.cache/millrace
export CARGO_TARGET_DIR ?= $(MILLRACE_CACHE)/target
export PATH := $(PATH):$(HOME)/.cargo/bin
# Queries are checked against .sqlx/, never against whatever database happens to run; see `prepare`.
export SQLX_OFFLINE := true

# One selection of crates and features for check, test and e2e, so that nothing is compiled twice.
# The frontend is built for wasm, by scripts/frontend.sh.
crates := --workspace --exclude frontend --features app/ssr
locked := $(if $(CI),--locked)
site := $(CURDIR)/site

.PHONY: help run dev build dist check fmt test unit e2e api-fuzz bench bench-console prepare clean

help: ## this list
	@echo "Millrace. make …"
	@sed -nE 's/^([a-z0-9-]+):[^#]*## (.*)/\1|\2/p' Makefile | while IFS='|' read -r name what; do \
		printf '  %-13s %s\n' "$$name" "$$what"; done

run: build ## build everything and start it with demo data: http://127.0.0.1:3000
	@MILLRACE_SITE=$(site) exec $(CARGO_TARGET_DIR)/release/millrace serve --seed-demo

dev: ## the same with quick, unoptimised builds
	@scripts/setup.sh run
	@scripts/frontend.sh --dev
	@cargo build -p server
	@MILLRACE_SITE=$(site) exec $(CARGO_TARGET_DIR)/debug/millrace serve --seed-demo

build: ## the release binary and site/
	@scripts/setup.sh run
	@scripts/frontend.sh
	@cargo build --release -p server $(locked)

dist: build ## dist/: binary, site and a commented default configuration; runs from anywhere
	@new=$(CARGO_TARGET_DIR)/dist.new; rm -rf $$new dist; mkdir $$new; \
	cp $(CARGO_TARGET_DIR)/release/millrace LICENSE $$new/; \
	cp -R site $$new/site; rm -f $$new/site/.*.stamp; \
	$$new/millrace config default >$$new/millrace.toml; \
	mv $$new dist
	@echo "dist/ is ready ($$(du -sh dist | cut -f1)): dist/millrace serve"

check: ## formatting and lints
	@cargo fmt --all --check
	@cargo clippy $(crates) --all-targets $(locked) -- -D warnings
	@if command -v cargo-deny >/dev/null; then cargo deny --log-level error check bans licenses sources; fi

fmt: ## format the Rust code
	@cargo fmt --all

test: ## everything CI runs: check, unit and integration tests, browser tests, API fuzzing
	@scripts/setup.sh test
	@$(if $(CI),scripts/prepare.sh --check)
	@$(MAKE) --no-print-directory check
	@$(MAKE) --no-print-directory unit
	@$(MAKE) --no-print-directory e2e
	@$(MAKE) --no-print-directory api-fuzz

# ARGS goes to the test runner: make unit ARGS='-p spool torn'
unit: ## unit and integration tests beside a throw-away Postgres and Redis
	@if command -v cargo-nextest >/dev/null; then \
		cargo nextest run $(crates) $(locked) --no-run; \
		scripts/with-services.sh cargo nextest run $(crates) $(locked) $(ARGS); \
	else \
		scripts/with-services.sh cargo test $(crates) $(locked) $(ARGS); \
	fi

# ARGS goes to Playwright: make e2e ARGS='tests/login.spec.ts'
e2e: ## browser tests
	@scripts/setup.sh test
	@scripts/frontend.sh
	@cargo build $(crates) $(locked)
	@cd end2end && MILLRACE_BIN=$(CARGO_TARGET_DIR)/debug/millrace MILLRACE_SITE=$(site) \
		CHROMIUM_BIN=$$(bash -c 'source ../scripts/lib.sh && chromium_bin') \
		node_modules/.bin/playwright test $(ARGS)

# ARGS: seconds for each key
api-fuzz: ## hostile and random requests to the REST API, from its own description
	@scripts/setup.sh test
	@cargo build $(crates) $(locked)
	@MILLRACE_BIN=$(CARGO_TARGET_DIR)/debug/millrace scripts/api-fuzz.sh $(ARGS)

bench: ## our edge beside nginx: throughput, latency, CPU per request
	@scripts/setup.sh bench
	@cargo build --release -p server $(locked)
	@bench/run.sh

bench-console: ## twenty people loading the overview: pages a second, p50, p95, p99; one person's time to hydration
	@scripts/setup.sh bench
	@scripts/setup.sh test
	@scripts/frontend.sh
	@cargo build --release -p server $(locked)
	@bench/console.sh

prepare: ## regenerate .sqlx/ after a change of a query or a migration
	@scripts/prepare.sh

clean: ## remove what was built here; the compile cache and your data stay
	@rm -rf dist site end2end/test-results end2end/playwright-report end2end/screenshots
	@echo "kept: the compile cache in $(MILLRACE_CACHE) and your data in .millrace"
