--- Loading what is not there when it is asked for: expired and deferred columns, relationships.
local annotate = require "lualchemy.orm.annotate"
local compat = require "lualchemy.compat"
local core = require "lualchemy.core"
local entities = require "lualchemy.orm.entities"
local err = require "lualchemy.error"
local identity = require "lualchemy.orm.identity"
local loading = require "lualchemy.orm.loading_key"
local option_tree = require "lualchemy.orm.option_tree"
local options = require "lualchemy.orm.options"
local relate = require "lualchemy.orm.relate"
local state = require "lualchemy.orm.state"

local NULL = core.null
local lazy = {}
--- A module that needs this one, loaded on first use.
local execute

-- ---- columns ----

local function raise_deleted(obj)
  err.raise("ObjectDeletedError", "Instance '%s' has been deleted, or its row is otherwise not present.",
    state.describe(obj))
end

--- The names to be read where `keys` have expired: nil, all that belongs to the object, if none of it is there.
local function unless_all(obj, keys)
  local missing = {}
  for _, key in ipairs(keys) do missing[key] = true end
  for _, prop in ipairs(state.mapper(obj).column_attrs) do
    if not missing[prop.key] and not prop.deferred then return keys end
  end
end

--- The attributes of an object that is read as a whole, for those who listen to that.
local function told(obj)
  local mapper, keys = state.mapper(obj), {}
  if not mapper.dispatch.refresh then return nil end
  for _, impl in ipairs(mapper.impl_list) do
    local is_read = rawget(obj, impl.slot) == nil and not impl.prop.deferred and not impl.composite
    if is_read then keys[#keys + 1] = impl.key end
  end
  return keys
end

--- Reads what has expired of an object.
local function reread(session, obj, keys)
  keys = unless_all(obj, keys)
  return loading.refresh(session, obj, keys, {quiet = true, told = not keys and told(obj) or nil})
end

--- Reads all that is expired of an object.
--- @param passive? table what is allowed (orm/state.lua)
function lazy.refresh(obj, passive)
  local session = state.session(obj)
  local keys = state.expired_keys(obj)
  if #keys == 0 then return end
  if not (passive and passive.no_autoflush) then session:_autoflush() end
  if not reread(session, obj, keys) then raise_deleted(obj) end
end

local function deferred_keys(obj, impl)
  local prop = impl.prop
  if not prop.group then return {impl.key} end
  local keys = {}
  for _, p in ipairs(state.mapper(obj).column_attrs) do
    if p.group == prop.group and rawget(obj, p.slot) == nil then keys[#keys + 1] = p.key end
  end
  return keys
end

--- Is the column not to be read when it is asked for? What has expired forgets what options said.
local function is_refused(prop, tree, expired)
  if expired or not tree then return prop.raiseload end
  local raise, columns = tree.raise, tree.columns
  if raise and (raise[prop.key] or tree.only and not tree.only[prop.key]) then return true end
  if raise and raise["*"] and not columns[prop.key] then return true end
  return prop.raiseload and columns[prop.key] ~= "undefer"
end

local function load_column(obj, impl, passive)
  local st = obj[1]
  local tree = type(st.load) == "table" and st.load
  local expired = st.expired or st.expired_attributes and st.expired_attributes[impl.key]
  if expired and impl.prop.strategy == "query_expression" then return NULL end
  if is_refused(impl.prop, tree, expired) then
    err.raise("InvalidRequestError", "'%s' is not available due to raiseload=True", tostring(impl.prop))
  end
  local keys, whole
  if impl.prop.deferred then
    keys = deferred_keys(obj, impl)
  elseif expired then
    keys = state.expired_keys(obj)
    local there = false
    for _, k in ipairs(keys) do there = there or k == impl.key end
    if not there then
      keys[#keys + 1] = impl.key
    else
      whole = st.expired
    end
  elseif tree and option_tree.is_deferred(tree, impl.prop) then
    keys = deferred_keys(obj, impl)
  else
    -- columns of a subclass, or left out by load_only: all that is missing
    keys = {}
    for _, p in ipairs(st.mapper.column_attrs) do
      if rawget(obj, p.slot) == nil and not p.deferred and not state.is_unset(st, st.mapper.impls[p.key]) then
        keys[#keys + 1] = p.key
      end
    end
  end
  if st.session and not passive.no_autoflush then st.session:_autoflush() end
  local found
  if whole then
    found = reread(st.session, obj, keys)
  else
    found = loading.refresh(st.session, obj, keys, {quiet = true})
  end
  if not found then raise_deleted(obj) end
  return rawget(obj, impl.slot)
end

-- ---- relationships ----

--- Are the rows found by the target's primary key alone?
local function uses_key(prop)
  if prop._uses_key ~= nil then return prop._uses_key end
  local found = false
  if not prop.uselist and not prop.secondary and not entities.is_alias(prop.entity) then
    local by_remote = {}
    for _, pair in ipairs(prop.local_remote_pairs) do by_remote[pair[2]] = pair[1] end
    local columns = {}
    found = #prop.local_remote_pairs == #prop.mapper.primary_key and lazy.only_equalities(prop)
    for i, column in ipairs(prop.mapper.primary_key) do
      columns[i] = by_remote[column]
      if not columns[i] then found = false end
    end
    if found then prop._key_columns = columns end
  end
  prop._uses_key = found
  return found
end
lazy.uses_key = uses_key

local function is_column(node)
  return core.kind((annotate.read(node))) == "COLUMN"
end

--- Is the condition nothing but equalities of its pairs of columns?
function lazy.only_equalities(prop)
  local n = 0
  local function walk(node)
    local kind = core.kind(node)
    if kind == "CLAUSE_LIST" then
      for _, child in ipairs(core.children(node)) do
        if not walk(child) then return false end
      end
      return core.get(node, "op") == core.ops.and_
    end
    if kind ~= "BINARY" or core.get(node, "op") ~= core.ops.eq or not is_column(core.get(node, "left"))
      or not is_column(core.get(node, "right")) then return false end
    n = n + 1
    return true
  end
  return walk(prop.primaryjoin) and n == #prop.local_remote_pairs
end

local function column_value(obj, column, passive)
  local mapper = state.mapper(obj)
  local prop = mapper.column_to_property[column]
  local impl = mapper.impls[prop.key]
  local st = obj[1]
  if passive.committed and not st.fresh then
    local before = state.before(st, obj, impl)
    if before ~= nil and before ~= state.NO_VALUE then return before end
  end
  local raw = rawget(obj, impl.slot)
  if raw ~= nil then return raw end
  local value, available = impl.get(obj, impl, passive)
  if available == false then return nil, false end
  if value == nil then return NULL end
  return value
end

--- The strategies that load when they are asked for, or refuse to.
local WHEN_ASKED = {select = true, raise = true, raise_on_sql = true}

--- The way back is there already: many-to-one relationships that mean the object itself are not loaded with it.
local function without_way_back(stmt, prop)
  for _, rev in ipairs(prop.reverse_property) do
    if rev.direction.name == "MANYTOONE" and not WHEN_ASKED[rev.lazy] and uses_key(rev) then
      stmt = stmt:options(options.public.lazyload(rev.parent.class_[rev.key]))
    end
  end
  return stmt
end

--- SELECT of the target where the parent's columns are binds: one statement for each relationship.
--- @return any statement, table columns
local function build_statement(prop, prefix)
  local la = require "lualchemy.sql.api"
  local columns, names = {}, {}
  local function bind(column)
    if not names[column] then
      columns[#columns + 1] = column
      names[column] = la.bindparam(prefix .. #columns, nil, {type_ = core.get(column, "type")})
    end
    return names[column]
  end
  local primary, second = relate.of_parent(prop, prop.entity, bind)
  local stmt = la.select(prop.entity):set_label_style(la.LABEL_STYLE_TABLENAME_PLUS_COL)
  if prop.secondary then stmt = stmt:select_from(prop.entity, prop.secondary) end
  stmt = stmt:where(primary)
  if second then stmt = stmt:where(second) end
  if prop.order_by then
    for _, expression in ipairs(prop.order_by) do
      stmt = stmt:order_by(entities.adapt(prop.entity, expression))
    end
  end
  return without_way_back(stmt, prop), columns
end

--- Does a literal of the statement get a name such as the parent's columns have?
local function has_literals(stmt)
  local found = false
  local function look(node)
    local kind = core.kind(node)
    if kind == "BIND" and core.get(node, "unique") ~= 0 and (core.get(node, "key") or "param") == "param" then
      found = true
    end
    if kind == "ENTITY" and entities.is_alias(node) then core.replace(entities.selectable(node), look) end
  end
  core.replace(stmt, look)
  return found
end

local PREFIX, APART = "param_", "param__"

--- @return any statement, table columns, string prefix what the binds' names begin with
local function statement_of(prop)
  local known = prop._lazy_statement
  if not known then
    known = {build_statement(prop, PREFIX)}
    known[3] = PREFIX
    if has_literals(known[1]) then
      known = {build_statement(prop, APART)}
      known[3] = APART
    end
    prop._lazy_statement = known
  end
  return known[1], known[2], known[3]
end

--- The loader options for an object, if there are any.
local function tree_of(obj)
  local load = obj[1].load
  return type(load) == "table" and load or nil
end

local function with_tree(stmt, obj, prop)
  local tree = tree_of(obj)
  if not tree then return stmt end
  tree = option_tree.when_asked(tree)
  return require("lualchemy.orm.strategies").with_options(stmt, prop, tree.of[prop.key] or tree.of["*"], tree)
end

--- The objects; nil and false if they may not be read, nil and true if reading the keys has brought them.
local function fetch(obj, impl, passive)
  local prop, session, had = impl.prop, state.session(obj), rawget(obj, impl.slot)
  local stmt, columns, prefix = statement_of(prop)
  local params, lacks_key = {}, false
  for i, column in ipairs(columns) do
    local value, available = column_value(obj, column, passive)
    if available == false then return nil, false end
    if value == NULL then lacks_key = true end
    params[prefix .. i] = value
  end
  if had == nil and rawget(obj, impl.slot) ~= nil then return nil, true end
  if lacks_key and rawget(obj, 2) == nil then return {} end
  if passive.no_fetch then return nil, false end
  if not passive.no_autoflush then session:_autoflush() end
  execute = execute or require "lualchemy.orm.execute"
  return execute.list(session, with_tree(stmt, obj, prop), params,
    {loads = "relationship", path = {state.mapper(obj)}, lazy_from = obj})
end

--- The raw identity that the foreign key of obj means, nil if it is NULL; true (false: it may not be read); its values,
-- where it is none by itself.
local function key_of(obj, prop, passive)
  local columns = prop._key_columns
  local value, available = column_value(obj, columns[1], passive)
  if available == false then return nil, false end
  if not columns[2] and identity.is_raw(value) then return value, true end
  local values = {value}
  for i = 2, #columns do
    values[i], available = column_value(obj, columns[i], passive)
    if available == false then return nil, false end
  end
  return identity.raw(values, #values, prop.mapper.allow_partial_pks), true, values
end

local function store(obj, impl, value)
  impl.set_committed(obj, impl, value)
  return rawget(obj, impl.slot)
end

local function raise_on_sql(prop)
  err.raise("InvalidRequestError", "'%s' is not available due to lazy='raise_on_sql'", tostring(prop))
end

--- Of an expired object that a key means: is it still there? nil: that may not be asked.
local function is_there(session, found, passive)
  if passive.no_fetch then return nil end
  if passive.no_fetch_related then return true end
  local ok, e = compat.pcall(lazy.refresh, found, passive)
  if ok then return true end
  if not err.exc.ObjectDeletedError:is(e) then error(e, 0) end
  session:_register_deleted(found)
  return false
end

--- The object whose key obj has: that of the session, or read.
local function load_by_key(obj, impl, passive, session, strategy)
  local prop, slot = impl.prop, impl.slot
  local had = rawget(obj, slot)
  local raw, available, values = key_of(obj, prop, passive)
  if available == false then return nil, false end
  if had == nil then -- reading the key may have brought it
    local now = rawget(obj, slot)
    if now ~= nil then return now end
  end
  if raw == nil then return store(obj, impl, nil) end
  local found
  if session._shards then
    found = session:_find(prop.mapper, values or {raw}, {lazy_from = obj})
  else
    found = identity.get(session, prop.mapper, raw)
  end
  if found then
    local there = not found[1].expired or is_there(session, found, passive)
    if there == nil then return nil, false end
    if there then return store(obj, impl, found) end
  end
  if passive.no_fetch or passive.no_fetch_related then return nil, false end
  if strategy == "raise_on_sql" and not passive.loads_all then raise_on_sql(prop) end
  if not passive.no_autoflush then session:_autoflush() end
  local stmt = with_tree(loading.by_key(prop.mapper, false, loading.with_nulls(values)), obj, prop)
  return store(obj, impl, loading.only(session, stmt, values or {raw},
    {loads = "relationship", path = {state.mapper(obj)}, lazy_from = obj}))
end

--- How it is loaded when it is asked for: as the object's options say, until they expire with it.
local function strategy_of(obj, prop, tree, passive)
  if not tree or obj[1].expired or passive.as_mapped then return prop.lazy end
  local strategy = option_tree.strategy(tree, prop)
  return strategy ~= "noload" and strategy or prop.lazy
end

local function load_relationship(obj, impl, passive)
  local prop, tree = impl.prop, tree_of(obj)
  local strategy = strategy_of(obj, prop, tree, passive)
  if strategy == "noload" then
    if passive.no_fetch and passive.no_init then return nil, false end
    return store(obj, impl, impl.collection and {} or nil)
  end
  if strategy == "raise" and not passive.no_fetch and not passive.no_raise and not passive.loads_all then
    err.raise("InvalidRequestError", "'%s' is not available due to lazy='raise'", tostring(prop))
  end
  local session = obj[1].session
  if not session then return nil, false end
  local entry = tree and (tree.of[prop.key] or tree.of["*"])
  if uses_key(prop) and not (entry and entry.relation) then
    return load_by_key(obj, impl, passive, session, strategy)
  end
  if strategy == "raise_on_sql" and not passive.no_fetch and not passive.loads_all then raise_on_sql(prop) end
  local list, available = fetch(obj, impl, passive)
  if not list then return rawget(obj, impl.slot), available end
  if impl.collection then return store(obj, impl, list) end
  if list[2] then
    err.warn(("Multiple rows returned with uselist=False for lazily-loaded attribute '%s' "):format(tostring(prop)))
  end
  return store(obj, impl, list[1])
end

--- What state.load calls: puts the attribute in its slot; the raw value, and false if it may not be loaded.
function lazy.load(obj, impl, passive)
  passive = passive or state.OFF
  if impl.column then return load_column(obj, impl, passive) end
  return load_relationship(obj, impl, passive)
end

lazy.statement_of = statement_of
return lazy
