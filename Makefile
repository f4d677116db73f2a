# make iso     build the image of RECIPE (coen, the desktop) into build/
# make test    install what the tests need where that is possible, then run everything
# make help    the other targets

RECIPE ?= coen

# The image's programs and their bytes depend on the toolchain that go.mod
# names, on nothing in the environment.
export GOTOOLCHAIN := $(filter go1.%,$(file <go.mod))
PURE := CGO_ENABLED=0 GOFLAGS= GOEXPERIMENT= GOAMD64=v1 GOARM64=v8.0
PAYLOAD := $(PURE) GOOS=linux GOARCH=amd64
GOBUILD := go build -trimpath -buildvcs=false -ldflags='-s -w -buildid='

# What is read from strangers, and how long each parser gets.
HOSTILE = ./attest/... ./bundle ./fsimage/... ./inspect/... ./medium ./overlay
FUZZTIME ?= 10s

.PHONY: iso test fuzz quick bench reproduce container coen payload clean help

iso: coen
	build/bin/coen build -r $(RECIPE) || { status=$$?; test $$status = 3 || exit $$status; \
	  echo >&2; \
	  echo >&2 "make: THE SHIPPED LOCK CAN NO LONGER BE FETCHED. Building from a lock of today instead:"; \
	  echo >&2 "make: the result will NOT have the hash of the release."; \
	  echo >&2; \
	  build/bin/coen lock -r $(RECIPE) -o build/$(RECIPE).lock && \
	  build/bin/coen build -r $(RECIPE) -l build/$(RECIPE).lock; }

# Tests that boot machines under emulation come last, one after another: a machine
# that shares the processors with everything else misses the times of its own system.
BOOTS = ^TestBoot
test: coen
	.ci/prepare
	go vet ./...
	go test -timeout 60m -skip '$(BOOTS)' ./...
	go test -timeout 60m -p 1 -run '$(BOOTS)' $$(grep -rl --include='*_test.go' '^func TestBoot' . | xargs -n1 dirname | sort -u)

fuzz: payload
	@set -e; mkdir -p build; for p in $$(go list $(HOSTILE)); do \
	  for f in $$(go test -list '^Fuzz' $$p | sed -n '/^Fuzz/p'); do \
	    echo "$$p $$f"; go test -run '^$$' -fuzz "^$$f\$$" -fuzztime $(FUZZTIME) $$p >build/fuzz.log 2>&1 || { cat build/fuzz.log; exit 1; }; \
	  done; done

quick: payload
	go vet ./...
	go test -short ./...

bench: coen
	build/bin/coen fetch -r $(RECIPE)
	go run ./internal/bench -recipe $(RECIPE)

# How long the variations may take; what does not fit is skipped and said.
TIME ?= 40m

reproduce: payload
	go test -count=1 -v -timeout $(TIME) -run '^TestReproducible$$' ./cmd/coen -reproduce $(CURDIR)/recipes/$(RECIPE).yaml

CONTAINER ?= $(firstword $(notdir $(shell command -v podman docker)) podman)

container: coen
	$(CONTAINER) build -t coen -f Containerfile build/bin
	@sed -n 's/^# \?//p' Containerfile

coen: payload
	$(PURE) $(GOBUILD) -o build/bin/ ./cmd/coen ./cmd/kskm ./cmd/ceremony

payload:
	$(PAYLOAD) $(GOBUILD) -o payload/bin/ ./cmd/coen-init ./cmd/kskm ./cmd/ceremony
	rm -f payload/man/*.gz
	$(PURE) go run ./cmd/kskm man payload/man
	$(PURE) go run ./cmd/ceremony man payload/man

clean:
	rm -rf build payload/bin/* payload/man/*.gz

help:
	@echo 'make iso [RECIPE=console]   build the image (the desktop, or the small one) into build/'
	@echo 'make test                   prepare the machine and run every test'
	@echo 'make fuzz [FUZZTIME=10s]    throw bytes at every parser of what strangers send'
	@echo 'make quick                  tests without QEMU and network'
	@echo 'make bench                  what an image costs, beside the way of the predecessor (15 minutes, root)'
	@echo 'make reproduce [TIME=40m]   one hash over users, hosts, clocks, processors, caches, architectures'
	@echo 'make container              coen as a container image'
	@echo 'make coen                   only the programs, into build/bin'
	@echo 'make clean                  remove what was built'
