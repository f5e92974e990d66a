# make integ          what integ/README.md says: the examples on an AWS emulator, and other people's linters
# make integ-prepare  only installs what that needs, into integ/.venv and integ/_node/node_modules
# make integ-update   writes the snapshots of the CDK's integ-runner anew
# make integ-aws      a real account, which costs money: says so and asks first
# make nag            cdk-nag's AwsSolutions rules over the examples' golden templates
# make cfn-lint       cfn-lint over the same
# make cdk-diff       what the CDK's own diff says about apps that move to our constructs, with the oldest and the newest CDK
# make user-modules   modules of users that require this one, with the oldest and the newest CDK and without it
# make public-templates CLONES=FOLDER   mends public templates, from git clones of their repositories

PYTHON ?= python3

# Not $(MAKE) itself, which make runs even when it is only asked what it would do (-n).
PREPARE = $(MAKE)

# What must hold for integ's tests to run: this module is not the root's, and a proxy's certificates are not AWS's.
INTEG := cd integ && env -u AWS_CA_BUNDLE -u AWS_PROFILE $(GO)

# The tests of users' modules need the network and those of public templates need clones, so that they have targets of their own.
INTEG_PACKAGES = $$(cd integ && $(GO) list -tags integ ./... | grep -v -e /usermodule -e /publictemplates)

.PHONY: integ
integ: node
	@if $(PYTHON) -c 'import sys, venv; sys.exit(sys.version_info < (3, 10))' 2>/dev/null; then \
		$(PREPARE) --no-print-directory integ-prepare site && \
		packages="$(INTEG_PACKAGES)" && $(INTEG) test -tags integ -count=1 -timeout 20m $(FLAGS) $$packages; \
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

integ/_node/node_modules/prepared: integ/_node/package-lock.json
	cd integ/_node && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	touch $@

.PHONY: integ-update
integ-update: node integ-prepare
	cd integ && _node/node_modules/.bin/integ-runner --language go --directory snapshots --dry-run --update-on-failed

.PHONY: integ-aws
integ-aws: node integ-prepare
	cd integ && $(GO) run ./awsrun $(ARGS)

.PHONY: nag
nag: node integ/_node/node_modules/prepared
	cd integ && $(GO) run ./lint cdk-nag

.PHONY: cfn-lint
cfn-lint: integ/.venv/prepared
	cd integ && $(GO) run ./lint cfn-lint

.PHONY: cdk-diff
cdk-diff: node integ/_node/node_modules/prepared
	$(GO) test -tags integ -count=1 -timeout 20m -run '^TestCDKDiff' ./constructs/fanout $(FLAGS)
	$(GO) test -modfile=$(NEWEST) -tags integ -count=1 -timeout 20m -run '^TestCDKDiff' ./constructs/fanout $(FLAGS)

.PHONY: user-modules
user-modules: node
	cd integ && $(GO) test -tags integ -count=1 -timeout 20m $(FLAGS) ./usermodule

.PHONY: public-templates
public-templates: integ/.venv/prepared
	cd integ && HOPGRANT_CLONES=$(if $(CLONES),$(abspath $(CLONES))) $(GO) test -tags integ -count=1 -timeout 20m $(FLAGS) ./publictemplates
