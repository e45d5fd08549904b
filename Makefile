# Makefile - builds, checks, tests and installs Lualchemy. `make help` lists what it can do.
#
#   build/core/...                      the core's objects, compiled once for all Luas
#   build/liblualchemy.a                the core (no Lua, no client library in it)
#   build/libdrivers.a                  the drivers, for programs that link them
#   build/<lua>/lualchemy/core.so       the binding for one Lua, with the core linked in
#   build/<lua>/lualchemy/precompiled   the library's Lua, compiled
#   build/<lua>/lualchemy/driver/*.so   the drivers, each a module of its own
#   build/<lua>/embed                   a C program with all of that and Lua in it
#
# Sources are found by their folder. Adding a driver takes a line in DRIVERS and the library that it links.

BUILD ?= build
PREFIX ?= /usr/local
AR ?= ar

# LUA names one interpreter to build for; without it all that are found are.
LUAS ?= $(if $(LUA),$(LUA),$(shell scripts/luas))
names := $(notdir $(LUAS))

# Where headers are kept that are not found by themselves, as the scripts want to be told.
places = LUA_INCDIR='$(LUA_INCDIR)' SQLITE3_DIR='$(SQLITE3_DIR)' SQLCIPHER_DIR='$(SQLCIPHER_DIR)' \
  LIBPQ_DIR='$(LIBPQ_DIR)' UUID_DIR='$(UUID_DIR)'
flags_of = $(shell $(places) scripts/library $1 $2 2>/dev/null)

DRIVERS ?= sqlite3 sqlcipher libpq mock hosted
library.sqlite3 = sqlite3
library.sqlcipher = sqlcipher
library.libpq = libpq
# SQLCipher's driver is SQLite's, compiled a second time: it is there where the library is, and is a module always, for
# the two libraries have the same names.
driver_src.sqlcipher = $(wildcard csrc/driver/sqlite3*.c) csrc/driver/sqlcipher.c

# Plain builds are for use; `make debug` and `make oom` set MODE and build elsewhere.
MODE ?= release
flags.release = -O3 -g -DNDEBUG
flags.debug = -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer -DLA_DEBUG
flags.oom = $(flags.debug) -DLA_TEST_ALLOC
# Warnings are errors where the specification is built (WERROR), not with compilers that we have yet to meet.
WARNINGS = -Wall -Wextra -Wshadow -Wpointer-arith -Wstrict-prototypes $(WERROR)

CPPFLAGS += -Icsrc -D_POSIX_C_SOURCE=200809L
# V=1 shows the commands in full.
quiet = $(if $(V),,@echo "  $1 $@";)
compile = $(CC) -std=c99 -fPIC -fvisibility=hidden $(WARNINGS) $(flags.$(MODE)) $(CPPFLAGS) $(CFLAGS) -MMD -MP

# Modules stay loaded to the end of the process: one Lua state may close while another uses a driver it brought.
ifeq ($(shell uname),Darwin)
  module = -bundle -undefined dynamic_lookup
else
  module = -shared -pthread -Wl,--as-needed -Wl,-z,nodelete
endif
module += $(flags.$(MODE)) $(LDFLAGS)

core_src := $(foreach room,base sql compile dialect engine orm,$(wildcard csrc/$(room)/*.c))
bind_src := $(filter-out csrc/bind/driver_module.c,$(wildcard csrc/bind/*.c))
# Compiled Lua is kept beside the binding; the program and what declares types for editors are not.
lua_src := $(filter-out lua/lualchemy/init.lua lua/lualchemy/precompiled.lua,$(sort $(shell find lua -name '*.lua' -not -path '*/meta/*')))
core_obj := $(core_src:csrc/%.c=$(BUILD)/core/%.o)
archive := $(BUILD)/liblualchemy.a

uuid_cflags := $(call flags_of,cflags,uuid)
uuid_libs := $(call flags_of,libs,uuid)

# Drivers whose library is missing are left out, with a word on what to install.
missing := $(foreach d,$(DRIVERS),$(if $(library.$d),$(if $(call flags_of,libs,$(library.$d)),,$d)))
drivers := $(foreach d,$(filter-out $(missing),$(DRIVERS)),$(if $(wildcard csrc/driver/$d*.c),$d))
linked := $(filter-out sqlcipher,$(drivers))

.PHONY: all core
## all: build for every Lua that is found (LUA=lua5.4: for that one)
all: core $(patsubst %,missing-%,$(filter-out sqlcipher,$(missing))) $(if $(bind_src),$(names:%=bind-%))
	@$(if $(names),:,echo "no Lua with its headers is found: install one (Debian: lua5.4 liblua5.4-dev)" >&2; exit 1)

core: $(archive)

missing-%:
	@$(places) scripts/library libs $(library.$*) 2>&1 >/dev/null | sed 's/^/the driver $* is not built: /' >&2

$(archive): $(core_obj)
$(BUILD)/lib%.a:
	@rm -f $@
	$(call quiet,AR)$(AR) rcs $@ $^

$(BUILD)/core/base/uuid.o: CPPFLAGS += $(uuid_cflags)
$(BUILD)/core/%.o: csrc/%.c
	@mkdir -p $(@D)
	$(call quiet,CC)$(compile) -c $< -o $@

# driver_rules NAME: a driver's objects know the client library, not Lua.
driver_obj = $(if $(driver_src.$1),$(driver_src.$1:csrc/driver/%.c=$(BUILD)/core/$1/%.o),$(patsubst \
  csrc/%.c,$(BUILD)/core/%.o,$(wildcard csrc/driver/$1*.c)))
driver_libs = $(if $(library.$1),$(call flags_of,libs,$(library.$1)))
driver_archive := $(BUILD)/libdrivers.a
all_driver_obj := $(foreach d,$(linked),$(call driver_obj,$d))
all_libs := $(foreach d,$(linked),$(call driver_libs,$d)) $(uuid_libs) -pthread -lm
define driver_rules
$(call driver_obj,$1): CPPFLAGS += $(if $(library.$1),$(call flags_of,cflags,$(library.$1)))
endef
$(foreach d,$(drivers),$(eval $(call driver_rules,$d)))
$(driver_archive): $(all_driver_obj)
$(BUILD)/core/sqlcipher/%.o: CPPFLAGS += -DLA_SQLCIPHER
$(BUILD)/core/sqlcipher/%.o: csrc/driver/%.c
	@mkdir -p $(@D)
	$(call quiet,CC)$(compile) -c $< -o $@

# binding_rules LUA NAME: all that is built once per Lua.
define binding_rules
.PHONY: bind-$2
bind-$2: $(BUILD)/$2/lualchemy/core.so $(BUILD)/$2/lualchemy/precompiled $(drivers:%=$(BUILD)/$2/lualchemy/driver/%.so)

include.$2 := $(shell $(places) scripts/luas --include $1 2>/dev/null)
$(BUILD)/$2/%.o $(BUILD)/$2/embed: include = $$(or $$(include.$2),$$(error $2 or its headers are not found: \
  install both, or set LUA_INCDIR))
$(BUILD)/$2/bind/%.o: csrc/bind/%.c
	@mkdir -p $$(@D)
	$$(call quiet,CC)$$(compile) -I$$(include) -c $$< -o $$@

$(BUILD)/$2/lualchemy/core.so: $(bind_src:csrc/%.c=$(BUILD)/$2/%.o) $(archive)
	@mkdir -p $$(@D)
	$$(call quiet,LD)$$(CC) $$(filter %.o,$$^) $(archive) $$(module) $(uuid_libs) -o $$@

$(BUILD)/$2/lualchemy/precompiled: $(BUILD)/$2/lualchemy/core.so scripts/precompile $(lua_src)
	$$(call quiet,LUA)BUILD=$(BUILD) MODE=$(MODE) scripts/precompile $1 $$@ $(lua_src)

$(BUILD)/$2/driver/%.o: csrc/bind/driver_module.c
	@mkdir -p $$(@D)
	$$(call quiet,CC)$$(compile) -I$$(include) -DLA_DRIVER=$$* -c $$< -o $$@
$(foreach d,$(drivers),
$(BUILD)/$2/lualchemy/driver/$d.so: $(BUILD)/$2/driver/$d.o $(call driver_obj,$d) $(archive)
	@mkdir -p $$(@D)
	$$(call quiet,LD)$$(CC) $$(filter %.o,$$^) $(archive) $$(module) $(call driver_libs,$d) $(uuid_libs) -o $$@)

$(BUILD)/$2/embed: examples/embed/host.c $(bind_src:csrc/%.c=$(BUILD)/$2/%.o) $(linked:%=$(BUILD)/$2/driver/%.o) \
    $(driver_archive) $(archive)
	$$(call quiet,LD)$$(compile) -I$$(include) -DDRIVERS='$(foreach d,$(linked),DRIVER($d))' -MF $$@.d $$(filter %.c %.o,$$^) \
	  $(driver_archive) $(archive) $$(LDFLAGS) -rdynamic $$(shell $$(places) scripts/luas --library $1) $(all_libs) -o $$@
endef
$(foreach lua,$(LUAS),$(eval $(call binding_rules,$(lua),$(notdir $(lua)))))

# ---- the specification ----

# Programs in C, with the drivers in them: spec/core/x_test.c -> build/oom/test/x_test.
programs := $(patsubst spec/core/%.c,$(BUILD)/test/%,$(wildcard spec/core/*_test.c))
.PHONY: programs
programs: $(programs)
$(BUILD)/test/%: spec/core/%.c $(driver_archive) $(archive)
	@mkdir -p $(@D)
	$(call quiet,LD)$(compile) -Ispec -MF $@.d $< $(driver_archive) $(archive) $(LDFLAGS) $(all_libs) -o $@

again = @+$(MAKE) --no-print-directory
build_oom = WERROR=-Werror MODE=oom BUILD=build/oom programs
build_debug = WERROR=-Werror MODE=debug BUILD=build/debug

$(BUILD)/test/fuzz_test: CPPFLAGS += $(call flags_of,cflags,libpq)

.PHONY: test spec oom debug
## test: install what is missing, build, run the whole specification on every Lua
test:
	@scripts/deps test
	$(again) WERROR=-Werror spec
## spec: the same without installing anything
spec: all
	$(again) $(build_oom)
	@PROGRAMS=build/oom/test scripts/test $(LUAS)
## oom: only the C programs, in which every allocation fails in turn
oom:
	$(again) $(build_oom)
	@BUILD=build/oom PROGRAMS=build/oom/test scripts/test
## suite: what a database must do to be a dialect's, on one that is emptied for it: URL=postgresql://… (WITHOUT="cte upsert")
.PHONY: suite
suite: all
	@$(if $(URL),,echo "make suite: URL=… names the database, which is emptied" >&2; exit 2)
	@LA_TEST_URL='$(URL)' LA_TEST_WITHOUT='$(WITHOUT)' scripts/spec $(lastword $(LUAS)) $(addprefix spec/suite/,types_spec.lua \
	  functions_spec.lua selects_spec.lua changes_spec.lua connections_spec.lua schema_spec.lua)
## fuzz: broken input for all parsers, hostile strings for the databases (SEED=1 COUNT=20000), under ASan and UBSan
.PHONY: fuzz
SEED ?= 1
COUNT ?= 20000
fuzz:
	$(again) $(build_debug) LUAS=$(lastword $(LUAS)) all build/debug/test/fuzz_test
	@build/debug/test/fuzz_test $(SEED) $(COUNT)
	@LA_FUZZ_SEED=$(SEED) LA_FUZZ_COUNT=$(COUNT) LA_FUZZ_EVERY=1 MODE=debug BUILD=build/debug \
	  scripts/postgres scripts/spec $(lastword $(LUAS)) spec/suite/fuzz_spec.lua spec/suite/hostile_spec.lua
## debug: the whole specification under ASan and UBSan, with asserts, tiny buffers and maps
debug:
	$(again) $(build_debug) all programs
	@MODE=debug BUILD=build/debug PROGRAMS=build/debug/test scripts/test $(LUAS)


.PHONY: oracle
SEED ?= 1
COUNT ?= 1000
## oracle: random statements, as Lua and as Python, against SQLAlchemy 2.0 (SEED=1 COUNT=1000; SQLALCHEMY=its lib folder)
# Its programs use the operators of Lua 5.3.
oracle_lua = $(lastword $(filter %5.3 %5.4,$(LUAS)))
oracle: all
	@$(if $(SQLALCHEMY),PYTHONPATH="$(SQLALCHEMY):$$PYTHONPATH") python3 -B spec/oracle/oracle.py --seed $(SEED) \
	  --count $(COUNT) $(ORACLE) -- scripts/with-lua $(oracle_lua) $(oracle_lua)

# ---- the sources ----

.PHONY: check embed
## embed: the program of examples/embed, for every Lua (LUA=lua5.4: for that one)
embed: $(names:%=$(BUILD)/%/embed)
## check: formatting, static analysis, luacheck, arrows, sizes
check:
	@scripts/check

# ---- the benchmark ----

bench_luas := $(filter lua5.4 luajit,$(names))
bench_libs = $(call flags_of,libs,sqlite3) $(call flags_of,libs,libpq)
hand_src := $(wildcard bench/c/hand*.c)

.PHONY: bench bench-build counts counts-pin
## bench: install what is compared with, build, measure, write bench/RESULTS.md (bench/run --help)
bench:
	@scripts/deps bench || echo "going on without" >&2
	@bench/run --write
## counts: compare the instructions of some operations with bench/instructions.txt (counts-pin: write it)
counts counts-pin:
	@scripts/deps bench || echo "going on without" >&2
	$(again) LUA=lua5.4 bench-build
	@bench/count $(if $(filter %-pin,$@),--pin)
bench-build: $(bench_luas:%=bind-%) $(BUILD)/bench/hand $(if $(filter lua5.4,$(names)),$(BUILD)/bench/lua) $(bench_luas:%=$(BUILD)/%/bench/probe.so) $(bench_luas:%=$(BUILD)/%/bench/fill.so)
$(BUILD)/bench/hand: $(hand_src) bench/c/hand.h
	@mkdir -p $(@D)
	$(call quiet,LD)$(compile) -fPIE $(call flags_of,cflags,libpq) -MF $@.d $(hand_src) $(bench_libs) -o $@
$(BUILD)/bench/lua: bench/c/lua.c
	@mkdir -p $(@D)
	$(call quiet,LD)$(compile) -I$(include.lua5.4) -MF $@.d $< -rdynamic $(shell scripts/luas --library lua5.4) -o $@
$(BUILD)/%/bench/probe.so $(BUILD)/%/bench/fill.so: include = $(include.$*)
$(BUILD)/%/bench/probe.so: bench/c/probe.c
	@mkdir -p $(@D)
	$(call quiet,LD)$(compile) -D_DEFAULT_SOURCE -I$(include) -MF $@.d $< $(module) -o $@
$(BUILD)/%/bench/fill.so: bench/c/fill.c
	@mkdir -p $(@D)
	$(call quiet,LD)$(compile) -I$(include) -MF $@.d $< $(module) $(call flags_of,libs,sqlite3) -o $@

# ---- the machine ----

.PHONY: demo run-demo install help clean
## demo: install what is missing, build, show the main example
demo:
	@scripts/deps demo || echo "going on without" >&2
	$(again) run-demo
run-demo: all
	@scripts/with-lua $(lastword $(LUAS)) $(lastword $(LUAS)) examples/debian_packages.lua
## install: into PREFIX (/usr/local) for LUA (an interpreter; default: all that are found); DESTDIR as usual
install: all
	@for lua in $(LUAS); do \
	  BUILD=$(BUILD) PREFIX=$(PREFIX) DESTDIR=$(DESTDIR) LUADIR=$(LUADIR) LIBDIR=$(LIBDIR) scripts/install "$$lua" || exit; \
	done
## clean: remove all that was built
clean:
	rm -rf build
## help: this
help:
	@sed -n 's/^## /make /p' Makefile

.SECONDARY:
-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
