rockspec_format = "3.0"
package = "lualchemy"
version = "scm-1"
source = {
  url = "git+file://.",
}
description = {
  summary = "SQLAlchemy's design for Lua, on a core in C",
  detailed = [[
Expressions, schema, engine, connection pool and object-relational mapper after SQLAlchemy 2.0, for SQLite and
PostgreSQL, on Lua 5.1, LuaJIT, 5.2, 5.3 and 5.4.]],
  license = "MIT",
}
dependencies = {
  "lua >= 5.1, < 5.5",
}
-- libpq is wanted too, but not required: without it the driver for PostgreSQL is left out. The Makefile finds it where
-- Debian, Arch and Homebrew keep it; the environment's LIBPQ_DIR names another prefix.
external_dependencies = {
  SQLITE = {header = "sqlite3.h"},
  UUID = {header = "uuid/uuid.h"},
}
test = {
  type = "busted",
}
build = {
  type = "make",
  build_target = "all",
  install_target = "install",
  variables = {
    LUA = "$(LUA)",
    LUA_INCDIR = "$(LUA_INCDIR)",
    SQLITE3_DIR = "$(SQLITE_DIR)",
    UUID_DIR = "$(UUID_DIR)",
    LUADIR = "$(LUADIR)",
    LIBDIR = "$(LIBDIR)",
  },
}
