# The two commands: `make run` and `make test`. Everything they need is installed on the way; repeated runs start in seconds.
.PHONY: run test check build clean

run: build
	@asterisk/install-packages.sh espeak-ng:espeak-ng sox:sox
	@ulimit -c 0; exec node build/cli.js up

test: node_modules/.package-lock.json node_modules/.tap-built build/.server build/.console
	@tests/install.sh
	@asterisk/install.sh > /dev/null
	@node tests/run.mjs

check: node_modules/.package-lock.json
	npm run --silent check

build: node_modules/.package-lock.json build/.server build/.console

# npm writes this file at the end of each install.
node_modules/.package-lock.json: package.json package-lock.json
	npm ci --no-audit --no-fund
	@touch $@

# tap compiles its plugins once for the set named in package.json.
node_modules/.tap-built: node_modules/.package-lock.json
	npx tap build
	@touch $@

build/.server: package.json config/tsconfig.build.json config/bundle-server.mjs tsconfig.json $(shell find src -path src/console -prune -o -name '*.ts' -print)
	npm run --silent build:server
	@touch $@

# The console takes the client as it is in the package.
build/.console: package.json tsconfig.json config/vite.config.ts config/build-client.mjs $(shell find src/console src/client src/cti -type f)
	npm run --silent build:console
	@touch $@

clean:
	rm -rf build node_modules
