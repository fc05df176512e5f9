# HeartSense. `make help` lists what can be done.
.DEFAULT_GOAL := help
.PHONY: help deps build demo serve test fuzz lint layering sanitize gate browser check bench notebooks clean

DEBIAN_PACKAGES := libopenblas-dev liblapacke-dev libpng-dev libdeflate-dev libturbojpeg0-dev libhdf5-dev libssl-dev \
	libsqlite3-dev libcrypt-dev libcurl4-openssl-dev libgnuplot-iostream-dev libboost-iostreams-dev \
	libboost-system-dev libboost-filesystem-dev gnuplot-nox fonts-dejavu-core libflac-dev pkg-config
HEARTSENSE := .build/release/heartsense

help: ## This list.
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

deps: ## Install the Debian packages that HeartSense is built on (prints the line when it may not).
	@missing=""; for package in $(DEBIAN_PACKAGES); do \
		dpkg-query -W -f '$${Status}' $$package 2>/dev/null | grep -q 'ok installed' || missing="$$missing $$package"; \
	done; \
	if [ -z "$$missing" ]; then exit 0; fi; \
	line="apt-get install -y --no-install-recommends$$missing"; \
	if [ "$$(id -u)" = 0 ]; then sudo=""; elif sudo -n true 2>/dev/null; then sudo="sudo"; else \
		echo "These packages are missing and may not be installed from here. Run this line, then try again:"; \
		echo "  sudo $$line"; exit 1; \
	fi; \
	echo "Installing:$$missing"; \
	$$sudo apt-get update -q && DEBIAN_FRONTEND=noninteractive $$sudo $$line

build: deps ## Build the program (release) into .build/release/heartsense.
	@swift build -c release --product heartsense

demo: build ## Make synthetic ECG images, train the ensemble on them and evaluate it.
	@[ -d runs/demo-data ] || $(HEARTSENSE) dataset synthesize --output runs/demo-data --as beats --per-class 200 --seed 1
	@$(HEARTSENSE) train experiments/demo.yaml

serve: demo ## Serve the newest demo model on http://127.0.0.1:8080/ (MODEL=FILE for another).
	@swift build -c release --product heartsense-server
	@model="$(MODEL)"; .build/release/heartsense-server \
		--model "$${model:-$$(ls -t runs/demo/*/model.h5 | head -n 1)}"

# Those that start servers come after the others: what they wait for should not depend on who else has the cores.
test: deps ## Run all tests.
	@swift build --build-tests
	@swift test --skip-build --skip '^ServingTests'
	@swift test --skip-build --filter '^ServingTests'

fuzz: deps ## Break multipart bodies at random for SECONDS (60 unless said), from SEED.
	@HEARTSENSE_FUZZ_SECONDS=$(or $(SECONDS),60) HEARTSENSE_FUZZ_SEED=$(or $(SEED),1) \
		swift test --filter MultipartFuzzTests

lint: ## Check the format of the Swift code.
	@swift format lint --strict --recursive --parallel Sources Tests Benchmarks Package.swift

# Hummingbird's Metrics is swift-metrics, which goes by another name in Package.swift: the check takes it for ours.
layering: deps ## Check that no target imports what its row in Package.swift does not name.
	@log=$$(mktemp); swift build --explicit-target-dependency-import-check warn >$$log 2>&1 || { cat $$log; exit 1; }; \
	! grep 'imports another target' $$log | grep -v 'Target \(Hummingbird\|MetricsTestKit\) imports another target (Metrics)'

sanitize: ## Run the C kernels under the address and undefined-behaviour sanitizers, on every path of this machine.
	@Tests/KernelSanitizers/run.sh

# The data are made anew each time: the gate is about this revision, the maker of synthetic beats included.
gate: build ## Train the small experiment and hold it to experiments/baselines/ci.json.
	@rm -rf runs/ci runs/ci-data
	@$(HEARTSENSE) dataset synthesize --output runs/ci-data --as beats --per-class 60 --seed 7 >/dev/null
	@$(HEARTSENSE) train experiments/ci.yaml --output runs/ci >/dev/null
	@$(HEARTSENSE) gate runs/ci --baseline experiments/baselines/ci.json --markdown runs/ci-gate.md --junit runs/ci-gate.xml

# Screenshots go to $ARTEFACTS, else .build/browser. Without Chromium or selenium it says so and passes.
browser: deps ## Test the web pages in Chromium with the gate's model (selenium, aiosmtpd from Tests/requirements.txt).
	@swift build --product heartsense-server && swift build --product heartsense
	@[ -f runs/ci/model.h5 ] || $(MAKE) gate
	@python=.venv-tests/bin/python; [ -x $$python ] || python=python3; \
	for test in Tests/Browser/test_*.py; do \
		$$python $$test --server .build/debug/heartsense-server --model runs/ci/model.h5 --pictures runs/ci-data \
			--artefacts "$${ARTEFACTS:-.build/browser}" || exit 1; \
	done

check: lint layering sanitize test gate browser ## What CI runs: format, layering, sanitizers, tests, the gate, the page in a browser.

bench: deps ## Measure HeartSense beside its peers (ONLY=network, classifiers, pretrain or serving for one part).
	@for product in heartsense heartsense-server measure; do swift build -c release --product $$product; done
	@python3 Benchmarks/run.py $(if $(ONLY),--only $(ONLY))

notebooks: build ## Run the notebooks' code blocks, refresh their output and fail where it has changed.
	@python3 notebooks-md/refresh.py --heartsense $(HEARTSENSE) notebooks-md/*.md

clean: ## Remove what was built (runs and data stay).
	@rm -rf .build .build-sanitize
