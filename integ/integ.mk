# make integ          what integ/README.md says: the examples on an AWS emulator, and other people's linters
# make integ-prepare  only installs what that needs, into integ/.venv and integ/_node/node_modules
# make integ-update   writes the snapshots of the CDK's integ-runner anew
# make integ-aws      a real account, which costs money: says so and asks first

PYTHON ?= python3

# Not $(MAKE) itself, which make runs even when it is only asked what it would do (-n).
PREPARE = $(MAKE)

.PHONY: integ
integ: node
	@if $(PYTHON) -c 'import sys, venv; sys.exit(sys.version_info < (3, 10))' 2>/dev/null; then \
		$(PREPARE) --no-print-directory integ-prepare && \
		env -u AWS_CA_BUNDLE -u AWS_PROFILE $(GO) test -tags integ -count=1 -timeout 20m $(FLAGS) ./integ/...; \
	elif [ "$$CI" = true ]; then \
		echo 'integ: $(PYTHON) is missing or older than 3.10, and with CI=true nothing is skipped' >&2; exit 1; \
	else \
		echo 'skip integ: $(PYTHON) is missing or older than 3.10, so there is no emulator'; \
	fi

.PHONY: integ-prepare
integ-prepare: integ/.venv/prepared integ/_node/node_modules/prepared

# Exactly the versions and the bytes of requirements.txt, or nothing.
integ/.venv/prepared: integ/requirements.txt
	rm -rf integ/.venv
	$(PYTHON) -m venv integ/.venv
	integ/.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r integ/requirements.txt
	touch $@

# The CDK's command line brings templates of Go programs, over which go list ./... and gofmt would stumble.
integ/_node/node_modules/prepared: integ/_node/package-lock.json
	cd integ/_node && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	find integ/_node/node_modules -name '*.go' -delete
	touch $@

.PHONY: integ-update
integ-update: node integ-prepare
	integ/_node/node_modules/.bin/integ-runner --language go --directory integ/snapshots --dry-run --update-on-failed

.PHONY: integ-aws
integ-aws: node integ-prepare
	$(GO) run ./integ/awsrun $(ARGS)
