# Shortcuts for people. Everything here is one go command that can as well be
# typed; the one test command is "go run ./internal/ci".

.DEFAULT_GOAL := help
.PHONY: help sandbox build test quick lint fuzz torture clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  %-10s%s\n", $$1, $$2 }' $(MAKEFILE_LIST)

sandbox: ## Start a sandbox on http://127.0.0.1:8080
	go run ./cmd/covernote sandbox

build: ## Build bin/covernote, one static file
	CGO_ENABLED=0 go build -trimpath -o bin/covernote ./cmd/covernote

test: ## Run every check and every test
	go run ./internal/ci

quick: ## Vet, and the tests that need neither PostgreSQL, browser nor poppler
	go vet ./...
	COVERNOTE_TEST_WITHOUT=postgres,browser,pdf go test -short ./...

lint: ## Check format, imports and style
	go run ./internal/ci --only=format,vet,imports,lint

fuzz: ## Search with every fuzz target for a few seconds
	go run ./internal/ci --only=fuzz

torture: ## Break everything around it for hours; ARGS="--seed 7 --scale short" and more
	go run ./cmd/torture --scale long $(ARGS)

clean: ## Remove what was built
	go clean ./...
	rm -rf bin
