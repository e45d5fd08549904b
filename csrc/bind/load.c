/* load.c - rows to objects: the part of a load plan (orm/loading_program.lua) that needs no Lua.
 *
 *   loader = core.loader(program)
 *   loader:rows(cursor, n, wait, load, single) -> array, then what cursor:fetch answers
 *
 * A program is an array of integers, the parts of a row one after the other:
 *
 *   column   0, place                                        a value of the row
 *   entity   1, n, place, …, d, size, k, slot, place, …      an object: n places of its key, the place of its
 *                                                            discriminator or 0, k pairs of attribute slot and place
 *   bundle   2, k, then its k parts                          a row within the row
 *
 * The first number is how many parts make the row that is given; the parts behind them are objects joined to it, each
 * of which goes to an array of its own. What belongs to one load is in the table `load`:
 *
 *   env     for each entity: identity map, state, metatable, plan, variants; for each bundle: metatable
 *   sent    nil, or the sets of parameters that the rows were made of, which likely have the texts of these at the
 * names that `echoes` has for the columns (false: none) meta    metatable of the rows; known, raw: functions (below);
 * children: arrays; made: array of new objects, or nil
 *
 * An object that the identity map has is left alone if all that the row has of it is loaded; else
 * known(load, plan, object, row) is asked. load.distinct becomes false unless the elements (single) are objects that
 * this call has made. raw(value) makes a key of what is no plain key of a table, raw(values, n)
 * one of several values.
 *
 * With a discriminator its value tells the class: variants[value], or else variant(load, plan, value), is an array of
 * state, metatable, highest slot, and pairs of slot and place. variants has
 * these by metatable, too.
 */
#include "base/mem.h"
#include "bind/cursor.h"
#include "bind/meta.h"
#include "bind/orm.h"
#include "bind/raise.h"
#include "bind/rest.h"

static const char loader_name[] = "lualchemy.loader";

enum { COLUMN, ENTITY, BUNDLE };
enum { MAP, STATE, META, PLAN, VARIANTS, ENTITY_ENV };
enum { V_STATE = 1, V_META, V_SIZE, V_PLACES }; /* a variant */
enum { STACK = 20 };                            /* slots that one part needs, beside those of the load */

typedef struct place {
  int slot, column;
} place;

typedef struct part {
  int kind, column;  /* column: of the row (from 0); of an entity: its key's first */
  int keys, nkeys;   /* the places of an entity's key */
  int discriminator; /* column, -1: none */
  int first, n;      /* an entity's places; n: also the parts of a bundle */
  int size;          /* an entity's highest slot */
  int env;           /* where its values begin in env (from 0) */
} part;

typedef struct loader {
  int ntop, nparts, nplaces, nenv;
  bool columns; /* the row is the first columns of the statement, in their order */
  part *parts;
  place *places;
} loader;

/* ---- programs ---- */

typedef struct reader {
  lua_State *L;
  int at, end;
} reader;

static int next(reader *r, int min, int max) {
  if (r->at > r->end) return luaL_error(r->L, "loader: the program ends early");
  lua_rawgeti(r->L, 1, r->at++);
  lua_Number v = lua_tonumber(r->L, -1);
  lua_pop(r->L, 1);
  if (!(v >= min && v <= max)) return luaL_error(r->L, "loader: wrong number in the program");
  return (int)v;
}

enum { LIMIT = 1 << 20 };

static void read_entity(reader *r, loader *l, part *p) {
  p->nkeys = next(r, 1, LIMIT);
  p->keys = l->nplaces;
  for (int i = 0; i < p->nkeys; i++) l->places[l->nplaces++].column = next(r, 1, LIMIT) - 1;
  p->column = l->places[p->keys].column;
  p->discriminator = next(r, 0, LIMIT) - 1;
  p->size = next(r, 2, LIMIT);
  p->n = next(r, 0, LIMIT);
  p->first = l->nplaces;
  for (int i = 0; i < p->n; i++) {
    place *at = &l->places[l->nplaces++];
    at->slot = next(r, 3, p->size);
    at->column = next(r, 1, LIMIT) - 1;
  }
  l->nenv += ENTITY_ENV;
}

static void read_part(reader *r, loader *l) {
  part *p = &l->parts[l->nparts++];
  p->kind = next(r, COLUMN, BUNDLE);
  p->env = l->nenv;
  if (p->kind == COLUMN) {
    p->column = next(r, 1, LIMIT) - 1;
  } else if (p->kind == ENTITY) {
    read_entity(r, l, p);
  } else {
    p->n = next(r, 0, LIMIT);
    l->nenv++;
  }
}

static bool is_columns(const loader *l) {
  int i = 0;
  while (i < l->nparts && l->parts[i].kind == COLUMN && l->parts[i].column == i) i++;
  return i == l->nparts && i == l->ntop;
}

static int loader_gc(lua_State *L) {
  loader *l = lua_touserdata(L, 1);
  la_free(l->parts);
  la_free(l->places);
  l->parts = NULL;
  l->places = NULL;
  return 0;
}

/* core.loader(program) */
static int loader_new(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_settop(L, 1);
  reader r = {L, 1, (int)lua_rawlen(L, 1)};
  loader *l = la_push_userdata(L, sizeof *l, loader_name);
  l->parts = la_calloc(((size_t)r.end + 1) * sizeof *l->parts);
  l->places = la_calloc(((size_t)r.end + 1) * sizeof *l->places);
  if (!l->parts || !l->places) return luaL_error(L, "out of memory");
  l->ntop = next(&r, 1, LIMIT);
  while (r.at <= r.end) read_part(&r, l);
  l->columns = is_columns(l);
  return 1;
}

/* ---- one load ---- */

typedef struct run {
  lua_State *L;
  la_exec *c;
  const loader *l;
  int load, env, meta, known, raw, made, joined, processors; /* stack indexes; made, processors: 0 if there are none */
  int nmade, njoined;
  int sent, echoes, set; /* stack indexes; set: 0 if rows do not, or no longer, have what was sent */
  la_blanks blanks;      /* for the rows or, where they are single, for their objects */
  int blank;             /* the next one, 0: it is used, or there are none */
  bool fresh;            /* an object was made */
  bool distinct;         /* of single elements: each is an object that its row has made */
  la_error *e;
} run;

/* Pushes a value of the row, through its Lua function if it has one. 1: it is nil. */
static int push_cell(run *r, int column) {
  if (!r->set) return la_exec_push_cell(r->L, r->c, column, r->processors, r->e);
  lua_rawgeti(r->L, r->echoes, column + 1);
  if (!lua_toboolean(r->L, -1)) {
    lua_pop(r->L, 1);
    return la_exec_push_cell(r->L, r->c, column, r->processors, r->e);
  }
  lua_rawget(r->L, r->set);
  bool same;
  int rc = la_exec_push_likely(r->L, r->c, column, r->processors, &same, r->e);
  if (!same) r->set = 0;
  return rc;
}

/* Pushes all values of the row as an array. */
static int push_whole(run *r) {
  int n = r->c->cur ? r->c->cur->stmt->driver->ncols(r->c->cur->stmt) : 0;
  lua_createtable(r->L, n, 0);
  for (int i = 0; i < n; i++) {
    if (push_cell(r, i) < 0) return -1;
    lua_rawseti(r->L, -2, i + 1);
  }
  return 0;
}

/* Can the value on the stack, of that type, be a key of the identity map as it is? (orm/identity.lua) */
static bool is_plain_key(lua_State *L, int type) {
  if (type == LUA_TNUMBER || type == LUA_TBOOLEAN) return true;
  return type == LUA_TSTRING && lua_tostring(L, -1)[0] != '\0';
}

/* Has the object on the stack the attribute of that slot? */
static bool has_slot(lua_State *L, int slot) {
  lua_rawgeti(L, -1, slot);
  bool has = !lua_isnil(L, -1);
  lua_pop(L, 1);
  return has;
}

/* The n-th element of the variant at idx. */
static int variant_number(lua_State *L, int idx, int n) {
  lua_rawgeti(L, idx, n);
  int v = (int)lua_tointeger(L, -1);
  lua_pop(L, 1);
  return v;
}

/* Has the object on the stack, of whichever class, all that the row has of it? */
static bool is_complete_variant(run *r, const part *p) {
  lua_State *L = r->L;
  if (!lua_getmetatable(L, -1)) return false;
  lua_rawget(L, r->env + p->env + VARIANTS);
  bool complete = lua_istable(L, -1);
  int n = complete ? (int)lua_rawlen(L, -1) : 0;
  lua_insert(L, -2); /* variant object */
  int variant = lua_gettop(L) - 1;
  for (int i = V_PLACES; complete && i < n; i += 2) complete = has_slot(L, variant_number(L, variant, i));
  lua_remove(L, variant);
  return complete;
}

/* Is the object on the stack of that class, with all that the row has of it? */
static bool is_complete(run *r, const part *p) {
  lua_State *L = r->L;
  if (p->discriminator >= 0) return is_complete_variant(r, p);
  if (!lua_getmetatable(L, -1)) return false;
  bool complete = lua_rawequal(L, -1, r->env + p->env + META);
  lua_pop(L, 1);
  const place *at = &r->l->places[p->first];
  for (int i = 0; complete && i < p->n; i++) complete = has_slot(L, at[i].slot);
  return complete;
}

/* Calls what Lua knows of the load, with n arguments and one result. */
static void call(run *r, int n) {
  la_wake(r->L, r->c->conn);
  lua_call(r->L, n, 1);
}

/* The object on the stack, which the session had before, hears of the row. */
static int meet(run *r, const part *p) {
  lua_State *L = r->L;
  if (is_complete(r, p)) return 0;
  lua_pushvalue(L, r->known);
  lua_pushvalue(L, r->load);
  lua_pushvalue(L, r->env + p->env + PLAN);
  lua_pushvalue(L, -4);
  if (push_whole(r)) return -1;
  call(r, 4);
  lua_pop(L, 1);
  return 0;
}

/* Pushes a new table for the row. */
static void push_blank(run *r, int size) {
  if (r->blank)
    lua_pushvalue(r->L, r->blank);
  else
    lua_createtable(r->L, size, 0);
  r->blank = 0;
}

/* Where a new table for the object is whose key is on the stack: above or below that, which stays on top. */
static int place_object(run *r, int size) {
  int at = r->blank;
  r->blank = 0;
  if (at) return at;
  lua_createtable(r->L, size, 0);
  lua_insert(r->L, -2);
  return lua_gettop(r->L) - 1;
}

/* The object at that index gets its state and its key, which is on the stack. */
static void begin_object(lua_State *L, int object, int state) {
  lua_pushvalue(L, state);
  lua_rawseti(L, object, 1);
  lua_pushvalue(L, -1);
  lua_rawseti(L, object, 2);
}

/* The value of a column goes to the slot of the object at that index. */
static int fill(run *r, int object, int slot, int column) {
  int rc = push_cell(r, column);
  if (rc < 0) return -1;
  if (rc) {
    lua_pop(r->L, 1);
    lua_pushlightuserdata(r->L, NULL);
  }
  lua_rawseti(r->L, object, slot);
  return 0;
}

/* The session has the object at that index, whose key is on the stack: pushes it in the place of that. */
static void enter(run *r, const part *p, int object, int meta) {
  lua_State *L = r->L;
  lua_pushvalue(L, meta);
  lua_setmetatable(L, object);
  lua_pushvalue(L, object);
  lua_rawset(L, r->env + p->env + MAP);
  if (object <= r->blanks.end) lua_pushvalue(L, object);
  r->fresh = true;
  if (!r->made) return;
  lua_pushvalue(L, -1);
  lua_rawseti(L, r->made, ++r->nmade);
}

/* Pushes the object of the row in the place of its key, in its state. `plain`: the key is the value of its column. */
static int make(run *r, const part *p, bool plain) {
  lua_State *L = r->L;
  const place *at = &r->l->places[p->first];
  int object = place_object(r, p->size);
  begin_object(L, object, r->env + p->env + STATE);
  for (int i = 0; i < p->n; i++) {
    if (plain && at[i].column == p->column) {
      lua_pushvalue(L, -1);
      lua_rawseti(L, object, at[i].slot);
    } else if (fill(r, object, at[i].slot, at[i].column)) {
      return -1;
    }
  }
  enter(r, p, object, r->env + p->env + META);
  return 0;
}

/* Pushes the variant that the discriminator tells; the key of the row is on top. */
static int push_variant(run *r, const part *p) {
  lua_State *L = r->L;
  int rc = push_cell(r, p->discriminator);
  if (rc < 0) return -1;
  if (rc) {
    lua_pop(L, 1);
    lua_pushlightuserdata(L, NULL);
  }
  lua_pushvalue(L, -1);
  lua_rawget(L, r->env + p->env + VARIANTS);
  lua_insert(L, -2); /* variant value */
  if (lua_isnil(L, -2)) {
    lua_getfield(L, r->load, "variant");
    lua_pushvalue(L, r->load);
    lua_pushvalue(L, r->env + p->env + PLAN);
    lua_pushvalue(L, -4);
    lua_pushvalue(L, -7);
    call(r, 4);
    lua_replace(L, -3);
  }
  lua_pop(L, 1);
  return 0;
}

/* The same as make, of the class that the row tells. */
static int make_variant(run *r, const part *p) {
  lua_State *L = r->L;
  if (push_variant(r, p)) return -1;
  lua_insert(L, -2); /* variant key */
  int variant = lua_gettop(L) - 1, n = (int)lua_rawlen(L, variant);
  lua_rawgeti(L, variant, V_STATE);
  lua_insert(L, -2); /* variant state key */
  int object = place_object(r, variant_number(L, variant, V_SIZE));
  begin_object(L, object, variant + 1);
  for (int i = V_PLACES; i < n; i += 2)
    if (fill(r, object, variant_number(L, variant, i), variant_number(L, variant, i + 1) - 1)) return -1;
  lua_rawgeti(L, variant, V_META);
  lua_replace(L, variant + 1);
  enter(r, p, object, variant + 1);
  lua_replace(L, variant);
  lua_pop(L, 1);
  return 0;
}

/* Pushes the values of a key of several columns, and their number. */
static int push_keys(run *r, const part *p) {
  lua_createtable(r->L, p->nkeys, 0);
  for (int i = 0; i < p->nkeys; i++) {
    if (push_cell(r, r->l->places[p->keys + i].column) < 0) return -1;
    lua_rawseti(r->L, -2, i + 1);
  }
  lua_pushinteger(r->L, p->nkeys);
  return 0;
}

/* Pushes the key of an entity's row; 1: nil, for it has none. *plain: it is the value of its column. */
static int push_key(run *r, const part *p, bool *plain) {
  lua_State *L = r->L;
  *plain = false;
  if (p->nkeys > 1) {
    lua_pushvalue(L, r->raw);
    if (push_keys(r, p)) return -1;
    call(r, 2);
    return lua_isnil(L, -1);
  }
  int rc = push_cell(r, p->column);
  if (rc) return rc;
  *plain = is_plain_key(L, lua_type(L, -1));
  if (*plain) return 0;
  lua_pushvalue(L, r->raw);
  lua_insert(L, -2);
  call(r, 1);
  return lua_isnil(L, -1);
}

/* Pushes the object of an entity; nil if the row has none (outer joins). */
static int push_entity(run *r, const part *p) {
  lua_State *L = r->L;
  bool plain;
  int rc = push_key(r, p, &plain);
  if (rc) return rc < 0 ? -1 : 0;
  lua_pushvalue(L, -1);
  lua_rawget(L, r->env + p->env + MAP);
  if (lua_isnil(L, -1)) {
    lua_pop(L, 1);
    return p->discriminator >= 0 ? make_variant(r, p) : make(r, p, plain);
  }
  rc = meet(r, p);
  lua_remove(L, -2);
  return rc;
}

static int push_part(run *r, int *at);

/* Pushes a table of the next n parts. */
static int push_row(run *r, int *at, int n, int meta) {
  lua_State *L = r->L;
  luaL_checkstack(L, STACK, "load");
  push_blank(r, n);
  for (int i = 1; i <= n; i++) {
    if (push_part(r, at)) return -1;
    lua_rawseti(L, -2, i);
  }
  lua_pushvalue(L, meta);
  lua_setmetatable(L, -2);
  return 0;
}

static int push_part(run *r, int *at) {
  const part *p = &r->l->parts[(*at)++];
  if (p->kind == COLUMN) return push_cell(r, p->column) < 0 ? -1 : 0;
  if (p->kind == ENTITY) return push_entity(r, p);
  return push_row(r, at, p->n, r->env + p->env);
}

/* Objects joined to the row: array k of load.children gets the k-th, false where there is none. */
static int take_joined(run *r, int at) {
  r->njoined++;
  for (int k = 0; at < r->l->nparts; k++) {
    if (push_part(r, &at)) return -1;
    if (lua_isnil(r->L, -1)) {
      lua_pop(r->L, 1);
      lua_pushboolean(r->L, false);
    }
    lua_rawseti(r->L, r->joined + k, r->njoined);
  }
  return 0;
}

/* Pushes the only part of the current row. */
static int push_single(run *r, int *at) {
  r->fresh = false;
  if (push_part(r, at)) return -1;
  if (r->fresh) return 0;
  r->distinct = false;
  if (lua_isnil(r->L, -1)) {
    lua_pop(r->L, 1);
    lua_pushlightuserdata(r->L, NULL);
  }
  return 0;
}

/* Pushes a row of columns alone. */
static int push_columns(run *r) {
  int row = r->blank;
  r->blank = 0;
  if (la_exec_fill_row(r->L, r->c, row, r->l->ntop, r->processors, r->e)) return -1;
  lua_pushvalue(r->L, row);
  return 0;
}

/* Pushes what the current row gives; single: its only part, instead of a table of it. used, left: as for la_blank. */
static int push_next(run *r, bool single, int used, lua_Integer left) {
  int at = 0;
  if (r->blanks.size) r->blank = la_blank(r->L, &r->blanks, used, left);
  if (!single && r->l->columns) return push_columns(r);
  if (single ? push_single(r, &at) : push_row(r, &at, r->l->ntop, r->meta)) return -1;
  if (r->blank) r->blanks.at--; /* there was such an object already */
  r->blank = 0;
  return at < r->l->nparts ? take_joined(r, at) : 0;
}

/* ---- loader:rows ---- */

enum { LOADER = 1, CURSOR, MAX, WAIT, LOAD, SINGLE, ROWS };

static int push_field(lua_State *L, int table, const char *name) {
  lua_getfield(L, table, name);
  if (!lua_isnil(L, -1)) return lua_gettop(L);
  lua_pop(L, 1);
  return 0;
}

/* Pushes the n elements of the table `name` of the load, or raises if one of them is missing; where they begin. */
static int push_elements(lua_State *L, int load, const char *name, int n) {
  lua_getfield(L, load, name);
  luaL_checktype(L, -1, LUA_TTABLE);
  int list = lua_gettop(L);
  luaL_checkstack(L, n + STACK, "load");
  for (int i = 1; i <= n; i++) lua_rawgeti(L, list, i);
  return list + 1;
}

/* How many parts are joined to the row. */
static int count_joined(const loader *l) {
  int at = 0;
  for (int left = l->ntop; left > 0 && at < l->nparts; left--) {
    const part *p = &l->parts[at++];
    if (p->kind == BUNDLE) left += p->n;
  }
  return l->nparts - at;
}

static void begin(run *r, lua_State *L) {
  r->L = L;
  r->load = LOAD;
  r->processors = la_exec_push_ref(L, r->c->recipe->result);
  r->meta = push_field(L, r->load, "meta");
  r->known = push_field(L, r->load, "known");
  r->raw = push_field(L, r->load, "raw");
  r->made = push_field(L, r->load, "made");
  r->sent = push_field(L, r->load, "sent");
  if (r->sent) {
    r->echoes = push_field(L, r->load, "echoes");
    lua_pushnil(L);
    r->set = lua_gettop(L);
  }
  r->nmade = r->made ? (int)lua_rawlen(L, r->made) : 0;
  r->env = push_elements(L, r->load, "env", r->l->nenv);
  int joined = count_joined(r->l);
  if (!joined) return;
  r->joined = push_elements(L, r->load, "children", joined);
  r->njoined = (int)lua_rawlen(L, r->joined);
}

/* What the tables are like that rows begin with, where all begin with the same. */
static void begin_blanks(run *r, bool single) {
  const part *p = r->l->parts;
  r->blanks.base = lua_gettop(r->L);
  if (!single && r->l->columns) r->blanks.meta = r->meta;
  if (!single)
    r->blanks.size = r->l->ntop;
  else if (p->kind == ENTITY && p->discriminator < 0)
    r->blanks.size = p->size;
}

/* The set of that number is the one that the row was made of, where there is such a one. */
static void find_set(run *r, size_t at) {
  lua_rawgeti(r->L, r->sent, (int)at + 1);
  if (lua_istable(r->L, -1))
    lua_replace(r->L, r->set);
  else
    lua_pop(r->L, 1), r->set = 0;
}

/* The reader of loader:rows. */
static int read_rows(lua_State *L) {
  la_exec *c = la_exec_check(L, CURSOR);
  bool wait = lua_toboolean(L, WAIT), single = lua_toboolean(L, SINGLE);
  luaL_checkstack(L, STACK, "load");
  la_error e = LA_ERROR_INIT;
  run r = {.c = c, .l = la_check_userdata(L, LOADER, loader_name), .distinct = single, .e = &e};
  begin(&r, L);
  begin_blanks(&r, single);
  int n = (int)lua_rawlen(L, ROWS);
  la_step st = LA_STEP_ROW;
  lua_Integer left = c->left;
  for (; c->has_row && left; left--) {
    if (r.set) find_set(&r, c->batch_at + (size_t)n);
    if (push_next(&r, single, n, left)) {
      st = LA_STEP_FAIL;
      break;
    }
    lua_rawseti(L, ROWS, ++n);
    if (!c->cur) return luaL_error(L, "the result was closed while it was read");
    st = la_exec_next(L, c, wait, left, &e);
  }
  c->left = left;
  c->drawn = n;
  if (!r.distinct) {
    lua_pushboolean(L, false);
    lua_setfield(L, LOAD, "distinct");
  }
  lua_settop(L, ROWS);
  return 1 + la_push_step(L, c->conn, st, &e);
}

/* loader:rows(cursor, n, wait, load, single) */
static int loader_rows(lua_State *L) {
  la_check_userdata(L, LOADER, loader_name);
  la_exec *c = la_exec_check(L, CURSOR);
  lua_Integer max = luaL_optinteger(L, MAX, -1);
  luaL_checktype(L, LOAD, LUA_TTABLE);
  lua_settop(L, SINGLE);
  return la_exec_rows(L, c, max, WAIT, read_rows);
}

void la_open_load(lua_State *L, int core) {
  static const luaL_Reg methods[] = {{"rows", loader_rows}, {NULL, NULL}};
  la_new_meta(L, loader_name, loader_gc, methods);
  lua_pushcfunction(L, loader_new);
  lua_setfield(L, core, "loader");
}
