/* fill.c - the floor under every layer in Lua: C that steps through SQLite's rows and makes a keyed Lua table of each.
 *   open(statements) -> database in memory;  rows(database, sql) -> array of {id =, name =, description =} */
#include <lauxlib.h>
#include <lua.h>
#include <sqlite3.h>

static const char NAME[] = "bench.database";

static sqlite3 *check(lua_State *L, sqlite3 *db, int rc) {
  if (rc != SQLITE_OK && rc != SQLITE_DONE) luaL_error(L, "%s", sqlite3_errmsg(db));
  return db;
}

static int close_database(lua_State *L) {
  sqlite3_close(*(sqlite3 **)luaL_checkudata(L, 1, NAME));
  return 0;
}

static int open_database(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  sqlite3 **db = lua_newuserdata(L, sizeof *db);
  *db = NULL;
  luaL_getmetatable(L, NAME);
  lua_setmetatable(L, -2);
  check(L, *db, sqlite3_open(":memory:", db));
  lua_pushnil(L);
  while (lua_next(L, 1)) {
    check(L, *db, sqlite3_exec(*db, lua_tostring(L, -1), NULL, NULL, NULL));
    lua_pop(L, 1);
  }
  return 1;
}

static void push_row(lua_State *L, sqlite3_stmt *stmt) {
  lua_createtable(L, 0, 3);
  lua_pushinteger(L, (lua_Integer)sqlite3_column_int64(stmt, 0));
  lua_setfield(L, -2, "id");
  lua_pushlstring(L, (const char *)sqlite3_column_text(stmt, 1), (size_t)sqlite3_column_bytes(stmt, 1));
  lua_setfield(L, -2, "name");
  lua_pushlstring(L, (const char *)sqlite3_column_text(stmt, 2), (size_t)sqlite3_column_bytes(stmt, 2));
  lua_setfield(L, -2, "description");
}

static int rows(lua_State *L) {
  sqlite3 *db = *(sqlite3 **)luaL_checkudata(L, 1, NAME);
  sqlite3_stmt *stmt = NULL;
  check(L, db, sqlite3_prepare_v2(db, luaL_checkstring(L, 2), -1, &stmt, NULL));
  lua_newtable(L);
  for (int i = 1; sqlite3_step(stmt) == SQLITE_ROW; i++) {
    push_row(L, stmt);
    lua_rawseti(L, -2, i);
  }
  check(L, db, sqlite3_finalize(stmt));
  return 1;
}

__attribute__((visibility("default"))) int luaopen_bench_fill(lua_State *L);
int luaopen_bench_fill(lua_State *L) {
  luaL_newmetatable(L, NAME);
  lua_pushcfunction(L, close_database);
  lua_setfield(L, -2, "__gc");
  lua_createtable(L, 0, 2);
  lua_pushcfunction(L, open_database);
  lua_setfield(L, -2, "open");
  lua_pushcfunction(L, rows);
  lua_setfield(L, -2, "rows");
  return 1;
}
