# SPDX-License-Identifier: GPL-3.0-or-later
# A door to Meson.  Plain `make` leaves build/ssme.
BUILD = build
# Seconds for each target of fuzz/.
FUZZ_SECONDS = 60
.PHONY: all run check soak asan fuzz bench format install deb clean setup

all: setup
	@tools/build.sh $(BUILD)

setup:
	@tools/setup.sh build

run: all
	@tools/run.sh $(BUILD)

check:
	@tools/setup.sh build check
	@tests/run.sh

# The server killed 3,000 times under load; its memory over 60,000 requests.
soak: all
	@tools/setup.sh build check
	@SSME=$(CURDIR)/$(BUILD)/ssme SSME_SOURCE=$(CURDIR) SSME_KILLS=3000 sh tests/serve-kill.t
	@SSME=$(CURDIR)/$(BUILD)/ssme SSME_SOURCE=$(CURDIR) SSME_REQUESTS=60000 sh tests/serve-memory.t

# The store and the end-to-end tests with a PostgreSQL server of their own.
postgresql:
	@tools/setup.sh build check
	@tests/run.sh postgresql

asan: setup
	@tools/build.sh $(BUILD)/asan --asan

fuzz:
	@tools/setup.sh build check
	@fuzz/run.sh $(BUILD)/fuzz $(FUZZ_SECONDS)

bench: all
	@bench/run.sh $(BUILD)/ssme
	@bench/rounds.sh $(BUILD)/ssme
	@bench/robustness.sh $(BUILD)/ssme
	@bench/serve.sh $(BUILD)/ssme
	@bench/form.sh $(BUILD)/ssme

format:
	@tools/setup.sh check
	@tests/format.sh --write

install: all
	meson install -C $(BUILD)

# Leaves build/ssme_VERSION_ARCHITECTURE.deb.
deb: all
	@packaging/deb.sh $(BUILD)/ssme $(BUILD)

clean:
	rm -rf $(BUILD)
