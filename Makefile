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

.PHONY: iso test quick bench coen payload clean help

iso: coen
	build/bin/coen build -r $(RECIPE) || { status=$$?; test $$status = 3 || exit $$status; \
	  echo >&2; \
	  echo >&2 "make: THE SHIPPED LOCK CAN NO LONGER BE FETCHED. Building from a lock of today instead:"; \
	  echo >&2 "make: the result will NOT have the hash of the release."; \
	  echo >&2; \
	  build/bin/coen lock -r $(RECIPE) -o build/$(RECIPE).lock && \
	  build/bin/coen build -r $(RECIPE) -l build/$(RECIPE).lock; }

test: coen
	.ci/prepare
	go vet ./...
	go test -timeout 60m ./...

quick: payload
	go vet ./...
	go test -short ./...

bench:
	go test -run '^$$' -bench . -benchmem ./...

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
	@echo 'make quick                  tests without QEMU and network'
	@echo 'make bench                  benchmarks'
	@echo 'make coen                   only the programs, into build/bin'
	@echo 'make clean                  remove what was built'
