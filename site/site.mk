# make site   the documentation, the generator and the playground, as files for any static host, in site/public
# make serve  the same at http://localhost:8000

# Without symbols, and the same bytes for the same sources.
SITE_GO = GOOS=js GOARCH=wasm $(GO) build -trimpath -buildvcs=false -ldflags='-s -w'

.PHONY: site
site: site/.venv/prepared site-wasm
	rm -rf site/public
	NO_MKDOCS_2_WARNING=1 site/.venv/bin/mkdocs build --quiet --config-file site/mkdocs.yml

# go build decides itself what is up to date.
.PHONY: site-wasm
site-wasm:
	mkdir -p site/build
	for program in site/generator site/languages cmd/hopgrant; do \
		$(SITE_GO) -o site/build/$${program##*/}.wasm ./$$program && gzip -9 -n -f site/build/$${program##*/}.wasm || exit 1; \
	done
	cp "$$($(GO) env GOROOT)/lib/wasm/wasm_exec.js" site/build/

.PHONY: serve
serve: site
	$(PYTHON) -m http.server --directory site/public --bind 127.0.0.1 8000

# Exactly the versions and the bytes of requirements.txt, or nothing.
site/.venv/prepared: site/requirements.txt
	rm -rf site/.venv
	$(PYTHON) -m venv site/.venv
	site/.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r site/requirements.txt
	touch $@
