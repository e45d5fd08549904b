--- Loads that follow a load: selectin, subquery, immediate; and options made of a tree.
local compat = require "lualchemy.compat"
local core = require "lualchemy.core"
local identity = require "lualchemy.orm.identity"
local options = require "lualchemy.orm.options"
local relate = require "lualchemy.orm.relate"
local state = require "lualchemy.orm.state"

local NULL = core.null
local strategies = {}
local CHUNK = 500

--- An OPTION whose tree is given: it begins at the entity.
function strategies.option_of(entity, tree)
  local known = tree._option
  if not known then
    known = core.new("OPTION", {key = "tree:" .. tostring(tree), object = {steps = {}, root = entity, tree = tree}})
    tree._option = known
  end
  return known
end

local function value_of(obj, column)
  local mapper = state.mapper(obj)
  local impl = mapper.impls[mapper.column_to_property[column].key]
  local raw = rawget(obj, impl.slot)
  if raw ~= nil then return raw end
  local value = impl.get(obj, impl, state.OFF)
  if value == nil then return NULL end
  return value
end

local function missing(load, list, prop)
  local out = {}
  for _, obj in ipairs(list) do
    local impl = state.mapper(obj).impls[prop.key]
    if impl and (rawget(obj, impl.slot) == nil or (load.o.populate_existing and load.fresh and load.fresh[obj])) then
      out[#out + 1] = obj end
  end
  return out
end

local function store(obj, prop, value)
  local impl = state.mapper(obj).impls[prop.key]
  impl.set_committed(obj, impl, value)
end

local function fetch(session, stmt, load)
  return require("lualchemy.orm.execute").objects(session, stmt, nil,
    {populate_existing = load.o.populate_existing}):unique():all()
end

--- The options and conditions of a load for what it reads; above: the options for what it is loaded for.
function strategies.with_options(stmt, prop, entry, above)
  local tree = entry and entry.sub
  if entry and entry.relation then
    local target = entry.of_type or prop.entity
    stmt = stmt:where(require("lualchemy.orm.joins").criteria_of(entry.relation, target))
  end
  if above and above.criteria[1] then stmt = stmt:options(compat.unpack(above.criteria)) end
  if options.is_empty(tree) then return stmt end
  return stmt:options(strategies.option_of(entry.of_type or prop.entity, tree))
end

local function ordered(stmt, prop)
  for _, expression in ipairs(prop.order_by or {}) do stmt = stmt:order_by(expression) end
  return stmt
end

-- ---- many-to-one by key ----

local function by_target_key(load, prop, entry, list)
  local lazy = require "lualchemy.orm.lazy"
  local la, session = require "lualchemy.sql.api", load.session
  local waiting, wanted, seen = {}, {}, {}
  for _, obj in ipairs(list) do
    local values = {}
    for i, column in ipairs(prop._key_columns) do values[i] = value_of(obj, column) end
    local raw = identity.raw(values, #values)
    if raw == nil then
      store(obj, prop, nil)
    else
      local found = identity.get(session, prop.mapper, raw)
      if found and options.is_empty(entry and entry.sub) then
        store(obj, prop, found)
      else
        waiting[#waiting + 1] = {obj, raw}
        if not seen[raw] then
          seen[raw] = true
          wanted[#wanted + 1] = values
        end
      end
    end
  end
  assert(lazy)
  local pk = prop.mapper.primary_key
  for first = 1, #wanted, CHUNK do
    local keys = {}
    for i = first, math.min(first + CHUNK - 1, #wanted) do keys[#keys + 1] = #pk == 1 and wanted[i][1] or wanted[i] end
    local stmt = la.select(entry and entry.of_type or prop.entity):set_label_style(la.LABEL_STYLE_TABLENAME_PLUS_COL)
    if #pk == 1 then
      stmt = stmt:where(pk[1]:in_(keys))
    else
      stmt = stmt:where(la.tuple_(compat.unpack(pk)):in_(keys))
    end
    fetch(session, strategies.with_options(stmt, prop, entry, load.above), load)
  end
  for _, pair in ipairs(waiting) do store(pair[1], prop, identity.get(session, prop.mapper, pair[2])) end
end

-- ---- others: the parents' keys and the targets ----

--- SELECT parent key columns, target FROM … WHERE parent key IN (…).
local function selectin_statement(prop, entry, keys)
  local la, entities = require "lualchemy.sql.api", require "lualchemy.orm.entities"
  local target = entry and entry.of_type or prop.entity
  local remote = {}
  local stmt
  if not prop.secondary and prop.direction == "ONETOMANY" and require("lualchemy.orm.lazy").only_equalities(prop)
    and not (entry and entry.of_type) then
    for i, pair in ipairs(prop.local_remote_pairs) do remote[i] = entities.adapt(target, pair[2]) end
    stmt = la.select(compat.unpack(remote)):add_columns(target)
  else
    local source = entities.new_alias(prop.parent, nil, {flat = true})
    for i, column in ipairs(strategies.local_key(prop)) do remote[i] = entities.adapt(source, column) end
    local relation = core.new("RELATION", {entity = source, key = prop.key, prop = prop,
      of_type = entry and entry.of_type or nil})
    stmt = la.select(compat.unpack(remote)):add_columns(target):select_from(source):join(relation)
  end
  stmt = stmt:set_label_style(la.LABEL_STYLE_TABLENAME_PLUS_COL)
  local condition
  if #remote == 1 then
    condition = remote[1]:in_(keys)
  else
    condition = la.tuple_(compat.unpack(remote)):in_(keys)
  end
  return ordered(stmt:where(condition), prop)
end

--- The parent's columns by which its objects are told apart.
function strategies.local_key(prop)
  if not prop.secondary and prop.direction == "ONETOMANY" and require("lualchemy.orm.lazy").only_equalities(prop) then
    local out = {}
    for i, pair in ipairs(prop.local_remote_pairs) do out[i] = pair[1] end
    return out
  end
  return prop.parent.primary_key
end

local function selectin(load, prop, entry, list)
  local session, key = load.session, strategies.local_key(prop)
  if entry and entry.of_type then key = prop.parent.primary_key end
  local by_raw, keys = {}, {}
  for _, obj in ipairs(list) do
    local values = {}
    for i, column in ipairs(key) do values[i] = value_of(obj, column) end
    local raw = identity.raw(values, #values)
    if raw == nil then
      store(obj, prop, prop.uselist and {} or nil)
    elseif by_raw[raw] then
      table.insert(by_raw[raw], obj)
    else
      by_raw[raw] = {obj}
      keys[#keys + 1] = {raw, #key == 1 and values[1] or values}
    end
  end
  local found = {}
  for first = 1, #keys, CHUNK do
    local chunk = {}
    for i = first, math.min(first + CHUNK - 1, #keys) do chunk[#chunk + 1] = keys[i][2] end
    local stmt = strategies.with_options(selectin_statement(prop, entry, chunk), prop, entry, load.above)
    for _, row in ipairs(fetch(session, stmt, load)) do
      local values = {}
      for i = 1, #key do values[i] = row[i] end
      local raw = identity.raw(values, #values)
      if raw ~= nil then
        found[raw] = found[raw] or {}
        local child = row[#key + 1]
        if child ~= nil then table.insert(found[raw], child) end
      end
    end
  end
  for raw, objs in pairs(by_raw) do
    for _, obj in ipairs(objs) do
      local children = found[raw] or {}
      if prop.uselist then
        local copy = {}
        for i, c in ipairs(children) do copy[i] = c end
        store(obj, prop, copy)
      else
        store(obj, prop, children[1])
      end
    end
  end
end

local function immediate(prop, list)
  for _, obj in ipairs(list) do
    local impl = state.mapper(obj).impls[prop.key]
    impl.get(obj, impl, state.OFF)
  end
end

local function loader(prop, strategy, entry, tree)
  return function(load, list)
    local wanted = missing(load, list, prop)
    if #wanted == 0 then return end
    load.above = tree
    if strategy == "immediate" then return immediate(prop, wanted) end
    if require("lualchemy.orm.lazy").uses_key(prop) and not (entry and (entry.of_type or entry.relation)) then
      return by_target_key(load, prop, entry, wanted)
    end
    selectin(load, prop, entry, wanted)
  end
end

local POST = {selectin = true, subquery = true, immediate = true}

--- The loads that follow for objects of an entity plan: functions(load, objects), or false.
function strategies.post_loads(plan)
  local out, joined = {}, {}
  for _, j in ipairs(plan.joined) do joined[j.prop] = true end
  for _, mapper in ipairs{plan.mapper} do
    for _, prop in ipairs(mapper.relationships) do
      local strategy, entry = options.strategy(plan.tree, prop)
      if POST[strategy] and not joined[prop] then out[#out + 1] = loader(prop, strategy, entry, plan.tree) end
    end
  end
  return #out > 0 and out or false
end

strategies.relate = relate
return strategies
