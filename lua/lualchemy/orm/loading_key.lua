--- Objects by their primary key: Session:get, refresh.
local args = require "lualchemy.args"
local compat = require "lualchemy.compat"
local core = require "lualchemy.core"
local entities = require "lualchemy.orm.entities"
local err = require "lualchemy.error"
local identity = require "lualchemy.orm.identity"
local option_tree = require "lualchemy.orm.option_tree"
local state = require "lualchemy.orm.state"

local NULL, NONE = core.null, {}
--- Modules that need this one, loaded on first use.
local execute, mappers
local loading = {}

local function names_of(mapper, name_of)
  local names = {}
  for i, column in ipairs(mapper.primary_key) do names[i] = "'" .. name_of(column) .. "'" end
  return table.concat(names, ",")
end

function loading.column_names(mapper)
  return names_of(mapper, tostring)
end

local function check_number(mapper, given)
  if given == #mapper.primary_key then return end
  err.raise("InvalidRequestError",
    "Incorrect number of values in identifier to formulate primary key for session.get(); primary key columns are %s",
    loading.column_names(mapper))
end

--- The value that is given under a synonym of the attribute `name`.
local function by_synonym(mapper, key, name)
  for given, value in pairs(key) do
    local prop, steps = mapper.props[given], 0
    while prop and prop.kind == "synonym" and steps < 10 do
      if prop.name == name then return value end
      prop, steps = mapper.props[prop.name], steps + 1
    end
  end
end

local function key_values(mapper, key)
  local values = {}
  if type(key) ~= "table" or getmetatable(key) ~= nil then
    check_number(mapper, 1)
    return {key}
  end
  if #key > 0 then
    check_number(mapper, #key)
    for i = 1, #key do values[i] = key[i] end
    return values
  end
  local given = 0
  for _ in pairs(key) do given = given + 1 end
  check_number(mapper, given)
  local function name_of(column) return mapper.column_to_property[column].key end
  for i, column in ipairs(mapper.primary_key) do
    values[i] = key[name_of(column)]
    if values[i] == nil then values[i] = by_synonym(mapper, key, name_of(column)) end
    if values[i] == nil then
      err.raise("InvalidRequestError",
        "Incorrect names of values in identifier to formulate primary key for session.get(); primary key attribute "
        .. "names are %s (synonym names are also accepted)", names_of(mapper, name_of))
    end
  end
  return values
end

--- A statement's rows with the primary key that binds pk_1, pk_2 … give.
--- @param values any[]? of a key of which parts are NULL
function loading.where_key(stmt, mapper, values)
  local la = require "lualchemy.sql.api"
  for i, column in ipairs(mapper.primary_key) do
    local own = entities.adapt(mapper.entity, column)
    if values and values[i] == NULL then
      stmt = stmt:where(own:is_(nil))
    else
      stmt = stmt:where(own:eq(la.bindparam("pk_" .. i, nil, {type_ = core.get(column, "type")})))
    end
  end
  return stmt
end

--- SELECT … WHERE the primary key is that of binds pk_1, pk_2 …: one statement for each mapper.
--- @param plain? boolean its columns have their own names, as in select()
--- @param values any[]? of a key of which parts are NULL, for a statement of its own
local function by_key(mapper, plain, values)
  local memo = plain and "_by_key_plain" or "_by_key"
  local stmt = not values and rawget(mapper, memo)
  if stmt then return stmt end
  local la = require "lualchemy.sql.api"
  stmt = la.select(mapper.entity)
  if not plain then stmt = stmt:set_label_style(la.LABEL_STYLE_TABLENAME_PLUS_COL) end
  stmt = loading.where_key(stmt, mapper, values)
  if not values then rawset(mapper, memo, stmt) end
  return stmt
end

local function pk_params(values)
  local params = {pk_1 = values[1]}
  for i = 2, #values do params["pk_" .. i] = values[i] end
  return params
end

local function lock_of(o)
  local lock = o.with_for_update
  if lock ~= NULL then return lock end
end

local function with_lock(stmt, lock)
  if lock == nil or lock == false then return stmt end
  return stmt:with_for_update(type(lock) == "table" and lock or {})
end

local GET = {options = true, populate_existing = true, with_for_update = true, identity_token = true,
  execution_options = true, bind_arguments = true}

--- The raw identity that a key means; its values, where it is none by itself.
local function raw_of(mapper, key)
  if not mapper.primary_key[2] and identity.is_raw(key) then return key end
  local values = key_values(mapper, key == nil and NULL or key)
  return identity.raw(values, #values, true), values
end

--- The values where parts of them are NULL, else nil.
local function with_nulls(values)
  local n = 0
  for i = 1, values and #values or 0 do n = values[i] == NULL and n + 1 or n end
  if n == 0 then return nil end
  if n == #values then
    err.warn("fully NULL primary key identity cannot load any object.  This condition may raise an error in a future "
      .. "release.")
  end
  return values
end

--- An object of the session that get() found: it, or false if it is of another class, or nil if its row is gone; then
-- it leaves the session.
local function present(obj, st, mapper)
  if not st.mapper:isa(mapper) then return false end
  if st.expired then
    local ok, e = compat.pcall(require("lualchemy.orm.lazy").refresh, obj)
    if not ok then
      if not err.exc.ObjectDeletedError:is(e) then error(e, 0) end
      st.session:_register_deleted(obj)
      return nil
    end
  end
  return obj
end

--- Has the version of the object of that key expired? It is read by itself then, to be compared with the row's.
local function without_version(session, mapper, raw)
  local obj = raw ~= nil and identity.get(session, mapper, raw)
  local prop = mapper.column_to_property[mapper.version_id_col]
  return obj and rawget(obj, prop.slot) == nil
end

--- Session:get
function loading.get(session, class, key, ...)
  local o, lock = NONE, nil
  if ... ~= nil then
    local _
    _, o = args.take("get", GET, ...)
    lock = lock_of(o)
  end
  mappers = mappers or require "lualchemy.orm.mapper"
  local mapper = mappers.of(class)
  local raw, values = key, nil
  if type(key) ~= "number" or mapper.primary_key[2] then raw, values = raw_of(mapper, key) end
  if raw ~= nil and not lock and not o.populate_existing and not mapper.always_refresh then
    local map = session._identity[mapper.identity_mapper]
    local obj = map and map[raw]
    if session._shards then obj = session:_find(mapper, values or {key}, o) end
    if obj then
      local st = rawget(obj, 1)
      if st.mapper == mapper and not st.expired then return obj end
      obj = present(obj, st, mapper)
      if obj ~= nil then return obj or nil end
    end
  end
  session:_autoflush()
  local wide = session._ways.execution_options
  if wide then
    execute = execute or require "lualchemy.orm.execute"
    o = execute.merged(o, {execution_options = execute.merged(wide, o.execution_options)})
  end
  local stmt = with_lock(by_key(mapper, false, values and with_nulls(values)), lock)
  for _, option in ipairs(o.options or NONE) do stmt = stmt:options(option) end
  local unversioned = lock and mapper.version_id_col and without_version(session, mapper, raw)
  local obj = loading.only(session, stmt, values or {key}, o ~= NONE and {populate_existing = o.populate_existing
    or (lock and true) or nil, version_check = lock and true or nil,
    execution_options = o.execution_options, token = o.identity_token,
    bind_arguments = o.bind_arguments} or nil)
  if obj and unversioned then loading.refresh(session, obj) end
  return obj
end

--- The object that a statement by key gives, or nil.
function loading.only(session, stmt, values, o)
  execute = execute or require "lualchemy.orm.execute"
  local obj = execute.list(session, stmt, pk_params(values), o or NONE)[1]
  if obj == NULL then return nil end
  return obj
end

--- The columns among attributes; where there are none, but relationships, the primary key.
local function column_keys(mapper, keys)
  local columns, related = {}, false
  for _, key in ipairs(keys) do
    local prop = mapper.props[key]
    if prop and prop.kind == "column" then columns[#columns + 1] = key end
    related = related or prop and prop.kind == "relationship"
  end
  if related then
    for _, column in ipairs(mapper.primary_key) do columns[#columns + 1] = mapper.column_to_property[column].key end
  end
  return columns
end

--- The options for those attributes alone, where relationships among them are loaded by a join; nil where none is.
local function tree_of_joined(obj, keys)
  local mapper, tree = state.mapper(obj), obj[1].load
  tree = type(tree) == "table" and option_tree.for_refresh(tree, false) or nil
  local known, name = tree or mapper.collected, "refresh\0" .. table.concat(keys, "\0")
  if known[name] ~= nil then return known[name] or nil end
  local out, any = option_tree.new(), false
  out.only, out.criteria = {}, tree and tree.criteria or {}
  out.of["*"] = {strategy = "select", sub = option_tree.new()}
  for _, key in ipairs(keys) do
    local prop = mapper.props[key]
    if prop and prop.kind == "relationship" then
      local strategy, entry = option_tree.strategy(tree, prop)
      out.of[key] = entry or {strategy = strategy, sub = option_tree.new()}
      any = any or strategy == "joined"
    else
      out.only[key] = true
    end
  end
  known[name] = any and out
  return known[name] or nil
end

--- @param keys? string[] the attributes that the options are about
local function reread(session, obj, o, tree, keys)
  local mapper = state.mapper(obj)
  local values = identity.values(rawget(obj, 2))
  local stmt = with_lock(by_key(mapper, o.plain, with_nulls(values)), lock_of(o))
  if not option_tree.is_empty(tree) then
    stmt = stmt:options(require("lualchemy.orm.strategies").option_of(mapper.entity, tree),
      compat.unpack(require("lualchemy.orm.criteria").of_others(tree.criteria, mapper.entity)))
  end
  local result = require("lualchemy.orm.execute").objects(session, stmt, pk_params(values),
    {only = obj, keys = keys, loads = "column"})
  return #result:all() > 0
end

--- What a relationship that is named gets: what its mapper says, but for noload().
local function read_relationship(obj, impl)
  local tree = obj[1].load
  if type(tree) == "table" and option_tree.strategy(tree, impl.prop) == "noload" then
    return impl.set_committed(obj, impl, impl.collection and {} or nil)
  end
  impl.get(obj, impl, state.AS_MAPPED)
end

--- The columns that options kept out of a refresh have expired: the next access reads them together.
local function still_expired(obj)
  for _, prop in ipairs(state.mapper(obj).column_attrs) do
    if not prop.deferred and rawget(obj, prop.slot) == nil then
      local st = state.own(obj)
      st.expired_attributes = st.expired_attributes or {}
      st.expired_attributes[prop.key] = true
    end
  end
end

--- Reads an object again, or those attributes of it; InvalidRequestError, unless quiet, if its row is gone.
-- @param o? {quiet, with_for_update, plain: for Session:refresh, which reads relationships that are named too}
function loading.refresh(session, obj, keys, o)
  o = o or {}
  local found
  local tree = o.plain and keys and tree_of_joined(obj, keys)
  if tree then
    found = reread(session, obj, o, tree, keys)
  elseif keys then
    found = require("lualchemy.orm.loading_columns").read(session, obj, column_keys(state.mapper(obj), keys),
      {plain = o.plain, lock = function(stmt) return with_lock(stmt, lock_of(o)) end})
  else
    tree = obj[1].load
    found = reread(session, obj, o, type(tree) == "table" and option_tree.for_refresh(tree, not o.plain), o.told)
  end
  if not found and not o.quiet then
    err.raise("InvalidRequestError", "Could not refresh instance '%s'", state.describe(obj))
  end
  if o.plain and not keys then still_expired(obj) end
  for _, key in ipairs(o.plain and keys or {}) do
    local impl = state.impl(obj, key)
    if not impl.column then read_relationship(obj, impl) end
  end
  return found
end

loading.by_key, loading.pk_params, loading.with_nulls = by_key, pk_params, with_nulls
return loading
