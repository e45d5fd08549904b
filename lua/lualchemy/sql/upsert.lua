--- INSERT … ON CONFLICT and ON DUPLICATE KEY UPDATE: insert() of the dialects that have them.
local core = require "lualchemy.core"
local args = require "lualchemy.args"
local err = require "lualchemy.error"
local from = require "lualchemy.sql.selectable_from"

local NULL = core.null
local given = from.given
local DO_NOTHING, DO_UPDATE, DUPLICATE_KEY = 0, 1, 2
local upsert = {}

-- ---- the rows that could not be inserted ----

-- One alias for each table and name: it is by the alias that the compiler knows these columns.
local aliases = setmetatable({}, {__mode = "k"})

--- The columns of the table under another name ("excluded", "inserted").
local function columns_as(name)
  return function(insert)
    local table = core.get(insert, "table")
    local own = aliases[table] or {}
    aliases[table] = own
    own[name] = own[name] or core.alias(table, name)
    return core.columns(own[name])
  end
end

-- ---- what INSERT has of its dialect ----

local function dialect_of(insert)
  local node = core.get(insert, "dialect_insert")
  return node and core.get(node, "s")
end

local HINT = "%s() is a method of the insert() of %s: la.%s.insert(table)"

--- A method or getter that only the inserts of some dialects have.
local function only(dialects, name, fn)
  local set = {}
  for _, dialect in ipairs(dialects) do set[dialect] = true end
  return function(insert, ...)
    if not set[dialect_of(insert) or ""] then err.raise("InvalidRequestError", HINT, name, dialects[1], dialects[1]) end
    return fn(insert, ...)
  end
end

local function constructor(dialect)
  return function(table) return core.with(core.insert(table), {dialect_insert = core.new("STR", {s = dialect})}) end
end

--- What la.<dialect> has: insert(), and Insert, which tells what it makes.
local function names_of(dialect)
  local insert = constructor(dialect)
  local class = {is = function(_, x)
    return core.is_node(x) and core.kind(x) == "INSERT" and dialect_of(x) == dialect
  end}
  return {insert = insert, Insert = setmetatable(class, {__call = function(_, table) return insert(table) end})}
end

local function add(insert, text, fields)
  if core.has(insert, "on_conflict") then err.raise("InvalidRequestError", text) end
  return core.with(insert, {on_conflict = core.new("ON_CONFLICT", fields)})
end

-- ---- ON CONFLICT ----

-- What the methods take, in its places; only PostgreSQL knows constraints by their names.
local NOTHING = {sqlite = "index_elements index_where", postgresql = "constraint index_elements index_where"}
local UPDATE = {sqlite = NOTHING.sqlite .. " set_ where", postgresql = NOTHING.postgresql .. " set_ where"}

local function arguments(name, names, ...)
  local keywords = {}
  for word in names:gmatch("%S+") do keywords[word] = true end
  return args.merge(names, args.take(name, keywords, ...))
end

local function option(node, name)
  for _, pair in ipairs(core.get(node, "options")) do
    if core.get(core.get(pair, "key"), "s") == name then return core.get(pair, "value") end
  end
end

--- Columns and WHERE of an index or constraint that has no name to go by.
local function target_of_item(item)
  local kind = core.kind(item)
  if kind == "INDEX" then return item.expressions, option(item, "postgresql_where") end
  if kind ~= "CONSTRAINT" then
    err.raise("ArgumentError", "on_conflict: argument 'constraint' must be a constraint, an index or the name of one")
  end
  return item.columns:values(), core.get(item, "where") or option(item, "postgresql_where")
end

--- @param list table an array, a collection of columns, or what has one: a constraint
local function elements_of(list)
  local out = {}
  if core.is_node(list) then list = list.columns end
  for i, x in ipairs(args.is_plain(list) and list or list:values()) do
    out[i] = type(x) == "string" and x or core.coerce(core.roles.ddl, x)
  end
  return out
end

--- The fields of ON_CONFLICT that say when it applies.
local function target(o)
  local constraint, elements, where = given(o.constraint), given(o.index_elements), given(o.index_where)
  if constraint ~= nil and elements ~= nil then
    err.raise("ArgumentError", "'constraint' and 'index_elements' are mutually exclusive")
  end
  if core.is_node(constraint) and core.kind(constraint) ~= "STR" then
    local name = core.kind(constraint) == "CONSTRAINT" and core.schema.name(constraint, "name")
    if name then
      constraint = name
    else
      elements, where = target_of_item(constraint)
      constraint = nil
    end
  end
  if constraint ~= nil then return {constraint = constraint} end
  if elements == nil then return {} end
  return {elements = elements_of(elements), target_where = where and core.coerce(core.roles.where, where) or nil}
end

--- What is set, as PAIRs.
local function pairs_for(insert, values, name)
  local columns = core.is_columns(values)
  if not columns and not args.is_plain(values) then
    err.raise("ArgumentError", "%s parameter must be a non-empty dictionary or a ColumnCollection such as the `.c.` "
      .. "collection of a Table object", name)
  end
  if not columns and next(values) == nil then
    err.raise("ArgumentError", "%s parameter dictionary must not be empty", name)
  end
  return core.upsert_pairs(core.get(insert, "table"), values)
end

local CONFLICT = "This Insert construct already has an ON CONFLICT clause established"

local function do_nothing(insert, ...)
  local fields = target(arguments("on_conflict_do_nothing", NOTHING[dialect_of(insert)], ...))
  fields.style = DO_NOTHING
  return add(insert, CONFLICT, fields)
end

local function do_update(insert, ...)
  local o = arguments("on_conflict_do_update", UPDATE[dialect_of(insert)], ...)
  local fields = target(o)
  if dialect_of(insert) == "postgresql" and not fields.constraint and not fields.elements then
    err.raise("ArgumentError", "Either constraint or index_elements, but not both, must be specified unless DO NOTHING")
  end
  fields.style = DO_UPDATE
  fields.set = pairs_for(insert, given(o.set_), "set")
  local where = given(o.where)
  fields.where = where ~= nil and core.coerce(core.roles.where, where) or nil
  return add(insert, CONFLICT, fields)
end

local ON_CONFLICT = {"postgresql", "sqlite"}

core.methods({"INSERT"}, {
  --- `ON CONFLICT [target] DO NOTHING`, with {constraint or index_elements, index_where}.
  on_conflict_do_nothing = only(ON_CONFLICT, "on_conflict_do_nothing", do_nothing),
  --- `ON CONFLICT target DO UPDATE SET …`, with {constraint or index_elements, index_where, set_, where}.
  on_conflict_do_update = only(ON_CONFLICT, "on_conflict_do_update", do_update),
})
core.getters({"INSERT"}, {excluded = only(ON_CONFLICT, "excluded", columns_as "excluded")})

--- The names that a dialect with ON CONFLICT has.
function upsert.on_conflict(dialect) return names_of(dialect) end

-- ---- ON DUPLICATE KEY UPDATE ----

local DUPLICATE = "This Insert construct already has an ON DUPLICATE KEY clause present"

--- `ON DUPLICATE KEY UPDATE …`: {name = value}, or {{name, value}, …} in the order to render.
local function on_duplicate_key_update(insert, values, ...)
  if select("#", ...) > 0 then
    err.raise("ArgumentError", "Only a single dictionary or list of tuples is accepted positionally.")
  end
  return add(insert, DUPLICATE, {style = DUPLICATE_KEY, set = pairs_for(insert, given(values), "update")})
end

local ON_DUPLICATE = {"mysql"}

core.methods({"INSERT"}, {
  on_duplicate_key_update = only(ON_DUPLICATE, "on_duplicate_key_update", on_duplicate_key_update),
})
core.getters({"INSERT"}, {
  inserted = only(ON_DUPLICATE, "inserted", columns_as "inserted"),
  inserted_alias = only(ON_DUPLICATE, "inserted_alias", function(insert)
    return core.columns_parent(columns_as "inserted"(insert))
  end),
})

--- The names that a dialect with ON DUPLICATE KEY UPDATE has.
function upsert.on_duplicate_key(dialect) return names_of(dialect) end

upsert.NULL = NULL
return upsert
