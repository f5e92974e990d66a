# make nag       cdk-nag's AwsSolutions pack over the examples' kept templates; installs into examples/testdata/nag
# make cfn-lint  cfn-lint over the same, with the Python environment of make integ-prepare

.PHONY: nag
nag: node examples/testdata/nag/node_modules/prepared
	node examples/testdata/nag/nag.js examples/*/testdata/*.template.json

examples/testdata/nag/node_modules/prepared: examples/testdata/nag/package-lock.json
	cd examples/testdata/nag && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	find examples/testdata/nag/node_modules -name '*.go' -delete
	touch $@

.PHONY: cfn-lint
cfn-lint: integ/.venv/prepared
	@# The CDK itself writes dependencies that are there already (W3005).
	integ/.venv/bin/cfn-lint --ignore-checks W3005 --regions us-east-1 --template examples/*/testdata/*.template.json
