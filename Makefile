# HeartSense. `make help` lists all targets.
.DEFAULT_GOAL := help
.PHONY: help deps build server mpi demo serve build-tests test fuzz fuzz-readers lint layering consumer sanitize gate golden golden-update distributed browser clients replicas image image-test check bench notebooks examples models figures clean

DEBIAN_PACKAGES := libopenblas-dev liblapacke-dev libpng-dev libdeflate-dev libturbojpeg0-dev libhdf5-dev libssl-dev \
	libsqlite3-dev libcrypt-dev libcurl4-openssl-dev libgnuplot-iostream-dev libboost-iostreams-dev \
	libboost-system-dev libboost-filesystem-dev gnuplot-nox fonts-dejavu-core libflac-dev zlib1g-dev pkg-config \
	poppler-utils libvips-tools tesseract-ocr dcmtk biosig-tools
# Tests run against optimized code, because a debug build is ten times slower, and use internal declarations.
TEST_BUILD := -c release -Xswiftc -enable-testing --scratch-path .build-tests
BUILD := -c release
PROGRAMS = .build/release
HEARTSENSE = $(PROGRAMS)/heartsense

# One build for everything that CI runs.
check: BUILD := $(TEST_BUILD)
check: PROGRAMS = .build-tests/release

help: ## Print this list.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

deps: ## Install missing Debian packages, or print the command to run.
	@missing=""; for package in $(DEBIAN_PACKAGES); do \
		dpkg-query -W -f '$${Status}' $$package 2>/dev/null | grep -q 'ok installed' || missing="$$missing $$package"; \
	done; \
	if [ -z "$$missing" ]; then exit 0; fi; \
	line="apt-get install -y --no-install-recommends$$missing"; \
	if [ "$$(id -u)" = 0 ]; then sudo=""; elif sudo -n true 2>/dev/null; then sudo="sudo"; else \
		echo "Packages are missing. Run this command, then try again:"; \
		echo "  sudo $$line"; exit 1; \
	fi; \
	echo "Installing:$$missing"; \
	$$sudo apt-get update -q && DEBIAN_FRONTEND=noninteractive $$sudo $$line

build: deps ## Build .build/release/heartsense (make serve builds the server).
	@swift build $(BUILD) --product heartsense

server: build
	@swift build $(BUILD) --product heartsense-server

# Only this bridge needs MPI. The program loads it when mpirun or srun starts several processes.
mpi: build ## Build the bridge to MPI, for jobs of several processes (docs/distributed.md).
	@mpicc -O2 -Wall -Wextra -fPIC -shared -o $(PROGRAMS)/libheartsense-mpi.so Sources/C/MPI/mpi_bridge.c

demo: build ## Read a real ECG page, then train and evaluate an ensemble on synthetic ECG images.
	@mkdir -p runs
	@$(HEARTSENSE) analyze datasets/sample-page/page.jpg --plot runs/demo-page.svg
	@$(HEARTSENSE) predict twelve-lead.h5 datasets/sample-page/page.jpg
	@[ -d runs/demo-data ] || $(HEARTSENSE) dataset synthesize --output runs/demo-data --as beats --per-class 200 --seed 1
	@$(HEARTSENSE) train experiments/demo.yaml

serve: deps ## Serve the models of weights/ on http://127.0.0.1:8080/ (MODEL=FILE adds one).
	@swift build -c release --product heartsense-server
	@.build/release/heartsense-server $(if $(MODEL),--model twelve-lead --model "$(MODEL)")

build-tests: deps
	@swift build --build-tests $(TEST_BUILD)

# The server tests run last and alone, because they are sensitive to load.
test: build-tests ## Run all Swift tests (make browser runs those of the web pages).
	@swift test --skip-build $(TEST_BUILD) --skip '^ServingTests'
	@swift test --skip-build $(TEST_BUILD) --filter '^ServingTests'

fuzz: deps ## Test the multipart parser with random damage (SECONDS=60, SEED=1).
	@HEARTSENSE_TEST_FUZZ_SECONDS=$(or $(SECONDS),60) HEARTSENSE_TEST_FUZZ_SEED=$(or $(SEED),1) \
		swift test $(TEST_BUILD) --filter MultipartFuzzTests

fuzz-readers: deps ## Fuzz the readers of recordings with libFuzzer for SECONDS each (default 60).
	@for target in $$(ls Tests/Fuzz/corpus); do Tests/Fuzz/run.sh $$target $(or $(SECONDS),60) || exit 1; done

lint: ## Check the format of the code, the language of comments and docs, tables of results and manifests.
	@swift format lint --strict --recursive --parallel Sources Tests Benchmarks Package.swift
	@python3 Tests/language.py
	@python3 docs/figures.py --check
	@python3 Tests/manifests.py

layering: deps ## Check imports against Package.swift and ARCHITECTURE.md, and that tests mirror sources.
	@python3 Tests/layering.py
	@Tests/mirror.sh

consumer: deps ## Build a package that depends on this one, and run a program with each library product.
	@Tests/consumer.sh

sanitize: ## Run the C kernels under the address and undefined behavior sanitizers.
	@Tests/KernelSanitizers/run.sh

# Creates the data each time, so that the gate also covers the synthesis of beats.
gate: build ## Train the small experiments and compare them with experiments/baselines/.
	@rm -rf runs/ci runs/ci-data
	@$(HEARTSENSE) dataset synthesize --output runs/ci-data --as beats --per-class 60 --seed 7 >/dev/null
	@$(HEARTSENSE) train experiments/ci.yaml --output runs/ci >/dev/null
	@$(HEARTSENSE) gate runs/ci --baseline experiments/baselines/ci.json --markdown runs/ci-gate.md --junit runs/ci-gate.xml
	@rm -rf runs/ci-recordings
	@$(HEARTSENSE) train experiments/ci-recordings.yaml --output runs/ci-recordings >/dev/null
	@$(HEARTSENSE) gate runs/ci-recordings --baseline experiments/baselines/ci-recordings.json

GOLDEN = Tests/golden.sh --digests Tests/Golden/digests.txt --last .build/golden $(if $(FULL),--full)

golden: server ## Compare outputs and responses with stored digests (FULL=1 includes the public data set).
	@$(GOLDEN) $(PROGRAMS)

golden-update: server ## Store new digests after an intended change of results or messages.
	@$(GOLDEN) --update $(PROGRAMS)

check golden golden-update: DEBIAN_PACKAGES += hdf5-tools
check replicas: DEBIAN_PACKAGES += nginx-light

# Without root, the checks with two hosts in network namespaces are skipped.
distributed: mpi ## Check that jobs of several processes give the same bytes, and how they fail.
	@python3 Tests/distributed.py --programs $(PROGRAMS)

check mpi distributed: DEBIAN_PACKAGES += libopenmpi-dev openmpi-bin iproute2

# Screenshots go to $ARTEFACTS, by default .build/browser. Without Chromium or selenium the tests are skipped.
browser: server ## Test the web pages in Chromium (needs Tests/requirements.txt).
	@[ -f runs/ci/model.h5 ] || $(MAKE) gate
	@python=.venv-tests/bin/python; [ -x $$python ] || python=python3; \
	for test in Tests/Browser/test_*.py; do \
		$$python $$test --server $(PROGRAMS)/heartsense-server --model runs/ci/model.h5 --pictures runs/ci-data \
			--artefacts "$${ARTEFACTS:-.build/browser}" || exit 1; \
	done

# A client that is not installed is skipped with a message. kserve is not in Tests/requirements.txt, because it is large.
clients: server ## Test the server with public clients (needs Tests/requirements.txt, curl and node).
	@[ -f runs/ci/model.h5 ] || $(MAKE) gate
	@python=.venv-tests/bin/python; [ -x $$python ] || python=python3; \
	for test in Tests/Clients/test_*.py; do \
		$$python $$test --server $(PROGRAMS)/heartsense-server --model runs/ci/model.h5 --pictures runs/ci-data || exit 1; \
	done

# Without nginx the test is skipped with a message.
replicas: server ## Test two servers behind nginx during restarts (REQUESTS=10000).
	@[ -f runs/ci/model.h5 ] || $(MAKE) gate
	@python3 Tests/replicas.py --server $(PROGRAMS)/heartsense-server --model runs/ci/model.h5 --model weights/twelve-lead.h5 \
		--pictures runs/ci-data --page datasets/sample-page/page.jpg --requests $(or $(REQUESTS),10000)

image: ## Build container images with docker, podman or buildah (IMAGE=server or workbench for one).
	@deploy/build.sh $(or $(IMAGE),workbench server)

# Without PROGRAMS=DIR a stage of the build compiles the programs.
image-test: ## Build the images on a new base, and test them (needs root, buildah and debootstrap).
	@python3 Tests/image.py $(if $(filter command,$(origin PROGRAMS)),--programs $(PROGRAMS))

# The linters run beside the build of the tests. What needs the built programs runs two at a time, because much of it waits.
# The server tests run alone.
check: deps ## Run everything that CI runs.
	@$(MAKE) --no-print-directory --jobs 2 --output-sync=target BUILD='$(BUILD)' lint layering build-tests
	@$(MAKE) --no-print-directory BUILD='$(BUILD)' PROGRAMS='$(PROGRAMS)' test gate
	@$(MAKE) --no-print-directory --jobs 2 --output-sync=target BUILD='$(BUILD)' PROGRAMS='$(PROGRAMS)' REQUESTS=3000 \
		browser consumer golden sanitize distributed replicas clients

bench: deps ## Compare the speed with other software (ONLY=network, classifiers, pretrain, serving, signals, digitization or distributed).
	@for product in heartsense heartsense-server measure; do swift build -c release --product $$product; done
	@! command -v mpicc >/dev/null || $(MAKE) --no-print-directory mpi
	@python3 Benchmarks/run.py $(if $(ONLY),--only $(ONLY))

notebooks: build ## Run the notebooks, update their output, and fail if the output changed.
	@python3 notebooks-md/refresh.py --heartsense $(HEARTSENSE) notebooks-md/*.md

examples: build ## Run the examples of README.md and docs/.
	@swift build -c release --product heartsense-server
	@python3 Tests/examples.py --programs .build/release

# The same arithmetic on every x86-64 processor, as in Tests/golden.sh.
models: export HEARTSENSE_INSTRUCTIONS = portable
models: export OPENBLAS_CORETYPE = Nehalem
models: export GLIBC_TUNABLES = glibc.cpu.hwcaps=-AVX2,-FMA,-FMA4
models: build ## Rebuild the models in weights/ (DATA=DIR with ptbxl-100hz, ecg-image-data/dev-train.tar, mitdb-ds1 and svdb).
	@rm -rf runs/models && mkdir -p runs/models/dev-train
	@tar -xf $(DATA)/ecg-image-data/dev-train.tar -C runs/models/dev-train
	@$(HEARTSENSE) dataset import $(DATA)/ptbxl-100hz --labels datasets/labels/conditions.yaml --suffix _lr \
		--without-fold 10 --copy --output runs/models/twelve-lead-data
	@$(HEARTSENSE) train experiments/ptbxl-conditions.yaml \
		dataset.path=runs/models/twelve-lead-data --output runs/models/twelve-lead
	@$(HEARTSENSE) train experiments/beat-picture.yaml \
		dataset.path=runs/models/dev-train --output runs/models/beat-picture
	@$(HEARTSENSE) train experiments/aami-beats.yaml \
		dataset.path=$(DATA)/mitdb-ds1:$(DATA)/svdb --output runs/models/beats
	@for model in twelve-lead beat-picture beats; do \
		cp runs/models/$$model/model.h5 weights/$$model.h5; cp runs/models/$$model/model-card.md weights/$$model.md; done

figures: build ## Measure the results in README.md and docs/ again (DATA=DIR, IMAGENET=FILE.h5, ONLY=NAME).
	@python3 docs/figures.py --heartsense $(HEARTSENSE) $(if $(DATA),--data $(DATA)) \
		$(if $(IMAGENET),--imagenet $(IMAGENET)) $(if $(ONLY),--only $(ONLY))

clean: ## Delete the build; runs and data are kept.
	@rm -rf .build .build-tests .build-sanitize
