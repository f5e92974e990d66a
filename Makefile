# make demo   build, print policies, synthesize examples/fanout, explain its hops
# make test   every test; needs Node for the constructs
# The other targets are listed in CONTRIBUTING.md.

GO    ?= go
FAST  := ./policygen/... ./internal/... ./cmd/...
FLAGS ?=

# Tools are in a module of their own, so that users do not get what they require.
STATICCHECK := $(GO) tool -modfile=$(CURDIR)/tools/go.mod staticcheck

# jsii warns on every start under a Node version past its end of life, unless the version is named here.
export JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION := 20

.DEFAULT_GOAL := build

.PHONY: build
build: ## bin/hopgrant; does not compile the CDK
	$(GO) build -o bin/hopgrant ./cmd/hopgrant

.PHONY: demo
demo: build node
	@for args in \
		'producer --queue arn:aws:sqs:us-east-1:111122223333:orders --key $(DEMO_KEY)' \
		'consumer --queue arn:aws:sqs:us-east-1:111122223333:orders --key $(DEMO_KEY)' \
		'sns --topic arn:aws:sns:us-east-1:111122223333:sales --queue arn:aws:sqs:us-east-1:111122223333:orders --key $(DEMO_KEY)'; do \
		printf '\n$$ hopgrant policy %s\n' "$$args"; \
		bin/hopgrant policy $$args || exit 1; \
	done
	@printf '\n$$ CDK_OUTDIR=cdk.out go run ./examples/fanout\n'
	@rm -rf cdk.out
	@CDK_OUTDIR=cdk.out $(GO) run ./examples/fanout
	@for template in cdk.out/*.template.json; do printf 'synthesized %s\n' "$$template"; done
	@printf '\n$$ hopgrant explain cdk.out\n'
	@bin/hopgrant explain cdk.out

DEMO_KEY := arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab

.PHONY: node
node:
	@command -v node >/dev/null || { echo 'node: not found; install Node 22 or newer, the CDK runs on it' >&2; exit 1; }

.PHONY: test
test: node ## every test
	$(GO) test $(FLAGS) ./...

.PHONY: test-fast
test-fast: ## without Node and without the CDK
	$(GO) test $(FLAGS) $(FAST)

# go.mod requires the oldest CDK that is supported, so that users are not forced up; this is the same with the newest.
NEWEST := go.newest.mod
WITH_CDK := ./constructs/... ./examples/...

.PHONY: cdk-matrix
cdk-matrix: cdk-oldest cdk-newest ## what imports the CDK, tested with the oldest and the newest that is supported

.PHONY: cdk-oldest
cdk-oldest: node
	$(GO) test $(FLAGS) $(WITH_CDK)

.PHONY: cdk-newest
cdk-newest: node
	$(GO) vet -modfile=$(NEWEST) $(WITH_CDK)
	$(GO) test -modfile=$(NEWEST) $(FLAGS) $(WITH_CDK)

.PHONY: tidy
tidy: ## every go.mod; go.newest.mod is go.mod with the CDK's versions that it has
	$(GO) mod tidy
	@newest=$$(awk '$$1 ~ /awscdk\/v2$$|constructs\/v10$$|jsii-runtime-go$$/ { print $$1 "@" $$2 }' $(NEWEST)); \
		cp go.mod $(NEWEST); cp go.sum $(NEWEST:.mod=.sum); \
		$(GO) get -modfile=$(NEWEST) $$newest && $(GO) mod tidy -modfile=$(NEWEST)
	cd integ && $(GO) mod tidy
	cd tools && $(GO) mod tidy

.PHONY: race
race: ## the pure Go packages under the race detector
	$(GO) test -race $(FLAGS) $(FAST)

FUZZTIME ?= 20s
# A target that hardly runs tests nothing.
FUZZRUNS ?= 200
# What go test says if the time ends at an unlucky moment. It is no finding: a finding has an input.
FUZZOVER := context deadline exceeded

.PHONY: fuzz
fuzz: ## every fuzz target for FUZZTIME; what fails is kept in testdata/fuzz
	@for directory in $$(grep -rlE '^func Fuzz' --include='*_test.go' policygen internal | xargs -n 1 dirname | sort -u); do \
		for target in $$(grep -hoE '^func Fuzz[A-Za-z]+' $$directory/*_test.go | cut -c 6-); do \
			log=$$($(GO) test ./$$directory -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 10x 2>&1) || { printf '%s\n' "$$log" | grep -qE '^ +$(FUZZOVER)$$' && ! printf '%s\n' "$$log" | grep -q 'Failing input'; } || { \
				printf '%s\n' "$$log"; \
				git ls-files --others --exclude-standard '*/testdata/fuzz/*' | while read -r input; do echo "$$input:"; cat "$$input"; done; \
				exit 1; \
			}; \
			runs=$$(printf '%s\n' "$$log" | sed -n 's/.*execs: \([0-9]*\).*/\1/p' | tail -n 1); \
			echo "$$directory $$target: $$runs runs in $(FUZZTIME)"; \
			if [ "$${runs:-0}" -lt $(FUZZRUNS) ]; then echo "fuzz: want at least $(FUZZRUNS)" >&2; exit 1; fi; \
		done; \
	done

.PHONY: lint
lint: ## gofmt, go vet, staticcheck with its checks of doc comments, every go.mod tidy
	@unformatted=$$(gofmt -l $$(git ls-files '*.go')); \
		if [ -n "$$unformatted" ]; then printf 'gofmt: not formatted:\n%s\n' "$$unformatted" >&2; exit 1; fi
	$(GO) vet ./...
	$(GO) vet -tags integ ./constructs/fanout
	GOOS=js GOARCH=wasm $(GO) vet ./site/...
	$(STATICCHECK) -tags integ ./...
	cd integ && $(GO) vet -tags integ ./... && $(STATICCHECK) -tags integ ./...
	$(GO) tool -modfile=$(CURDIR)/tools/go.mod actionlint .github/workflows/*.yml
	@for dir in . integ tools; do \
		(cd $$dir && $(GO) mod tidy -diff) || { echo "$$dir/go.mod: not tidy; make tidy" >&2; exit 1; }; \
	done
	@$(GO) mod tidy -modfile=$(NEWEST) -diff || { echo '$(NEWEST): not tidy; make tidy' >&2; exit 1; }

.PHONY: bench
bench: node ## figures of the README; on a quiet machine
	@$(MAKE) --no-print-directory integ/_node/node_modules/prepared || echo 'bench: iam-simulate cannot be installed, so there is no ratio to it'
	$(GO) test -run '^$$' -bench . -benchmem $(FLAGS) $(FAST) ./constructs/fanout

.PHONY: update
update: ## golden files, generated docs and the README's blocks, from what the code prints now
	$(GO) test ./internal/readme -update
	@echo 'golden templates: see CONTRIBUTING.md'

# Archives, packages, checksums and SBOMs, without what is published elsewhere. The newest goreleaser that Go 1.26 compiles is GORELEASER.
GORELEASER := github.com/goreleaser/goreleaser/v2@v2.14.3
CYCLONEDX := github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod@v1.10.0

.PHONY: release-snapshot
release-snapshot: ## what a release holds, into dist, and the archive for this machine tried
	@command -v goreleaser >/dev/null || { echo 'goreleaser: not found; go install $(GORELEASER)' >&2; exit 1; }
	@command -v cyclonedx-gomod >/dev/null || { echo 'cyclonedx-gomod: not found; go install $(CYCLONEDX)' >&2; exit 1; }
	goreleaser release --snapshot --clean --skip docker
	packaging/try dist

.PHONY: vulncheck
vulncheck: ## known vulnerabilities in what is called; needs the network
	$(GO) run golang.org/x/vuln/cmd/govulncheck@v1.9.0 ./cmd/... $(FAST)

.PHONY: clean
clean:
	rm -rf bin cdk.out dist .cache site/build site/public

include integ/integ.mk
include site/site.mk
