# Makefile - builds, checks, tests and installs Lualchemy. `make help` lists what it can do.
#
#   build/core/...                      the core's objects, compiled once for all Luas
#   build/liblualchemy.a                the core (no Lua, no client library in it)
#   build/<lua>/lualchemy/core.so       the binding for one Lua, with the core linked in
#   build/<lua>/lualchemy/driver/*.so   the drivers, each a module of its own
#
# Sources are found by their folder. Adding a driver takes a line in DRIVERS and the library that it links.

BUILD ?= build
PREFIX ?= /usr/local
AR ?= ar

# LUA names one interpreter to build for; without it all that are found are.
LUAS ?= $(if $(LUA),$(LUA),$(shell scripts/luas))
names := $(notdir $(LUAS))

DRIVERS ?= sqlite3 libpq mock
library.sqlite3 = sqlite3
library.libpq = libpq

# Plain builds are for use; `make debug` and `make oom` set MODE and build elsewhere.
MODE ?= release
flags.release = -O2 -g -DNDEBUG
flags.debug = -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer -DLA_DEBUG
flags.oom = $(flags.debug) -DLA_TEST_ALLOC
WERROR ?= -Werror
WARNINGS = -Wall -Wextra -Wshadow -Wpointer-arith -Wstrict-prototypes $(WERROR)

CPPFLAGS += -Icsrc -D_POSIX_C_SOURCE=200809L
compile = $(CC) -std=c99 -fPIC -fvisibility=hidden $(WARNINGS) $(flags.$(MODE)) $(CPPFLAGS) $(CFLAGS) -MMD -MP

ifeq ($(shell uname),Darwin)
  module = -bundle -undefined dynamic_lookup
else
  module = -shared -Wl,--as-needed
endif
module += $(flags.$(MODE)) $(LDFLAGS)

core_src := $(foreach room,base sql compile dialect engine orm,$(wildcard csrc/$(room)/*.c))
bind_src := $(filter-out csrc/bind/driver_module.c,$(wildcard csrc/bind/*.c))
core_obj := $(core_src:csrc/%.c=$(BUILD)/core/%.o)
archive := $(BUILD)/liblualchemy.a

uuid_cflags := $(shell scripts/library cflags uuid 2>/dev/null)
uuid_libs := $(shell scripts/library libs uuid 2>/dev/null)

# Drivers whose library is missing are left out, with a word on what to install.
missing := $(foreach d,$(DRIVERS),$(if $(library.$d),$(if $(shell scripts/library libs $(library.$d) 2>&1 >/dev/null),$d)))
drivers := $(foreach d,$(filter-out $(missing),$(DRIVERS)),$(if $(wildcard csrc/driver/$d*.c),$d))

.PHONY: all core missing
all: core $(missing:%=missing-%) $(if $(bind_src),$(names:%=bind-%))
	@$(if $(names),:,echo "no Lua with its headers is found: install one (Debian: lua5.4 liblua5.4-dev)" >&2; exit 1)

core: $(archive)

missing-%:
	@scripts/library libs $(library.$*) 2>&1 >/dev/null | sed 's/^/the driver $* is not built: /' >&2

$(archive): $(core_obj)
	@rm -f $@
	$(AR) rcs $@ $(core_obj)

$(BUILD)/core/base/uuid.o: CPPFLAGS += $(uuid_cflags)
$(BUILD)/core/%.o: csrc/%.c
	@mkdir -p $(@D)
	$(compile) -c $< -o $@

# driver_rules NAME: its objects know the client library, not Lua.
driver_obj = $(patsubst csrc/%.c,$(BUILD)/core/%.o,$(wildcard csrc/driver/$1*.c))
driver_libs = $(if $(library.$1),$(shell scripts/library libs $(library.$1)))
define driver_rules
$(call driver_obj,$1): CPPFLAGS += $(if $(library.$1),$(shell scripts/library cflags $(library.$1)))
endef
$(foreach d,$(drivers),$(eval $(call driver_rules,$d)))

# binding_rules LUA NAME: all that is built once per Lua.
define binding_rules
.PHONY: bind-$2
bind-$2: $(BUILD)/$2/lualchemy/core.so $(drivers:%=$(BUILD)/$2/lualchemy/driver/%.so)

$(BUILD)/$2/%.o: include := $(shell scripts/luas --include $1)
$(BUILD)/$2/bind/%.o: csrc/bind/%.c
	@mkdir -p $$(@D)
	$$(compile) -I$$(include) -c $$< -o $$@

$(BUILD)/$2/lualchemy/core.so: $(bind_src:csrc/%.c=$(BUILD)/$2/%.o) $(archive)
	@mkdir -p $$(@D)
	$$(CC) $$(filter %.o,$$^) $(archive) $$(module) $(uuid_libs) -o $$@

$(BUILD)/$2/driver/%.o: csrc/bind/driver_module.c
	@mkdir -p $$(@D)
	$$(compile) -I$$(include) -DLA_DRIVER=$$* -c $$< -o $$@
$(foreach d,$(drivers),
$(BUILD)/$2/lualchemy/driver/$d.so: $(BUILD)/$2/driver/$d.o $(call driver_obj,$d) $(archive)
	@mkdir -p $$(@D)
	$$(CC) $$(filter %.o,$$^) $(archive) $$(module) $(call driver_libs,$d) $(uuid_libs) -o $$@)
endef
$(foreach lua,$(LUAS),$(eval $(call binding_rules,$(lua),$(notdir $(lua)))))

.PHONY: clean
clean:
	rm -rf build

.SECONDARY:
-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
