--- Keywords of one dialect ("postgresql_where"): checked, kept as nodes, read back.
local base = require "lualchemy.sql.schema_base"
local core = require "lualchemy.core"
local err = require "lualchemy.error"

local options = {}

local to_node

local function dict_to_node(t)
  local keys, pairs_ = {}, {}
  for k in pairs(t) do
    if type(k) ~= "string" then err.raise("ArgumentError", "keys of an option must be names, got %s", type(k)) end
    keys[#keys + 1] = k
  end
  table.sort(keys)
  for i, k in ipairs(keys) do
    pairs_[i] = core.new("PAIR", {key = core.new("STR", {s = k}), value = to_node(t[k])})
  end
  return core.new("LIST", {items = pairs_})
end

local function array_to_node(t)
  local items = {}
  for i, v in ipairs(t) do items[i] = to_node(v) end
  return core.new("LIST", {items = items})
end

--- Any value as a node that the core can read.
function to_node(v)
  local node = core.element(v)
  if node then return base.without_attributes(node) end
  if type(v) == "string" then return core.new("STR", {s = v}) end
  if type(v) == "table" and getmetatable(v) == nil then
    return next(v) ~= nil and #v == 0 and dict_to_node(v) or array_to_node(v)
  end
  return core.new("CONST", {value = v, repr = tostring(v)})
end
options.to_node = to_node

--- The Lua value of such a node.
local function from_node(node)
  local kind = core.kind(node)
  if kind == "STR" then return core.get(node, "s") end
  if kind == "CONST" then return core.get(node, "value") end
  if kind ~= "LIST" then return core.schema.hold(node) end
  local out = {}
  for i, item in ipairs(core.get(node, "items")) do
    if core.kind(item) == "PAIR" then
      out[core.get(core.get(item, "key"), "s")] = from_node(core.get(item, "value"))
    else
      out[i] = from_node(item)
    end
  end
  return out
end

--- PAIRs for a table of values, in the order of their names.
function options.pairs(t)
  local node = dict_to_node(t)
  return core.get(node, "items")
end

--- Options given by other names: user-added by argument_for().
local added = {}

local function check(class, key)
  local dialect, name = key:match("^(.-)_(.+)$")
  if not dialect then
    err.raise("ArgumentError", "Additional arguments should be named <dialectname>_<argument>, got '%s'", key)
  end
  local known = core.schema.option_known(dialect, class, name)
  if known == nil then
    err.warn(("Can't validate argument '%s'; can't locate any SQLAlchemy dialect named '%s'"):format(key, dialect))
  elseif not known and not (added[class] and added[class][key] ~= nil) then
    err.raise("ArgumentError", "Argument '%s' is not accepted by dialect '%s' on behalf of %s", key, dialect, class)
  end
end

--- Does a dialect take that option for the class?
function options.is_known(class, dialect, name)
  local key = dialect .. "_" .. name
  return core.schema.option_known(dialect, class, name) == true or added[class] ~= nil and added[class][key] ~= nil
end

--- Takes the keywords of dialects out of `given` and checks them for the class ("Index").
--- @return any[] PAIRs
function options.take(class, given, own)
  local found = {}
  for key, value in pairs(given) do
    if not own[key] then
      check(class, key)
      found[key] = value
    end
  end
  return options.pairs(found)
end

--- Options of an item (PAIRs) with others added or put in the place of those of the same name.
function options.merge(old, new)
  local out, at = {}, {}
  for _, list in ipairs{old, new} do
    for _, pair in ipairs(list) do
      local name = core.get(core.get(pair, "key"), "s")
      at[name] = at[name] or #out + 1
      out[at[name]] = pair
    end
  end
  return out
end

--- The options of an item as {postgresql_where = …}.
function options.read(list)
  local out = {}
  for _, pair in ipairs(list) do
    local value = from_node(core.get(pair, "value"))
    if value == nil then value = core.null end
    out[core.get(core.get(pair, "key"), "s")] = value
  end
  return out
end

--- The same by dialect: {postgresql = {where = …}}; a dialect of which nothing was given has its defaults.
function options.by_dialect(class, list)
  local given = options.read(list)
  return setmetatable({}, {__index = function(t, dialect)
    local out = {}
    for name, value in pairs(core.schema.option_defaults(dialect, class) or {}) do out[name] = value end
    for key, value in pairs(added[class] or {}) do
      local d, name = key:match("^(.-)_(.+)$")
      if d == dialect then out[name] = value end
    end
    for key, value in pairs(given) do
      local d, name = key:match("^(.-)_(.+)$")
      if d == dialect then out[name] = value end
    end
    rawset(t, dialect, out)
    return out
  end})
end

--- DialectKWArgs.argument_for: argument_for(dialect, name, default) makes the class accept the keyword `dialect_name`.
--- @param class string
function options.argument_for(class)
  return function(...)
    local given = {...}
    if type(given[1]) == "table" then table.remove(given, 1) end -- called with a colon
    local dialect, name, default = given[1], given[2], given[3]
    if type(dialect) ~= "string" or type(name) ~= "string" then
      err.raise("ArgumentError", "%s.argument_for: a dialect's name and that of an argument are needed", class)
    end
    if core.schema.option_known(dialect, class, name) == nil then
      err.raise("NoSuchModuleError", "Can't load plugin: sqlalchemy.dialects:%s", dialect)
    end
    added[class] = added[class] or {}
    added[class][dialect .. "_" .. name] = default == nil and core.null or default
  end
end

return options
