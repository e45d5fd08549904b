--- The strategy "selectin": what relationships lead to, by a list of keys.
local compat = require "lualchemy.compat"
local core = require "lualchemy.core"
local entities = require "lualchemy.orm.entities"
local identity = require "lualchemy.orm.identity"
local once = require "lualchemy.orm.once"
local post_load = require "lualchemy.orm.post_load"
local state = require "lualchemy.orm.state"

local fetch, put, store = post_load.fetch, once.put, post_load.store
local selectin = {}
local CHUNK = 500

-- ---- many-to-one by key ----

--- The key that an object's foreign key means, nil where that is not loaded.
local function target_key(obj, prop)
  local mapper, values = state.mapper(obj), {}
  for i, column in ipairs(prop._key_columns) do
    local impl = mapper.impls[mapper.column_to_property[column].key]
    local value = rawget(obj, impl.slot)
    if value == nil then
      local available
      value, available = impl.get(obj, impl, state.NO_FETCH)
      if available == false then return nil end
      if value == nil then value = core.null end
    end
    values[i] = value
  end
  return values
end

--- SELECT of the targets with these keys.
local function target_statement(prop, entry, keys)
  local la, target = require "lualchemy.sql.api", entry and entry.of_type or prop.entity
  local pk, stmt = {}, la.select(target):set_label_style(la.LABEL_STYLE_TABLENAME_PLUS_COL)
  for i, column in ipairs(prop.mapper.primary_key) do pk[i] = entities.adapt(target, column) end
  return stmt:where((pk[2] and la.tuple_(compat.unpack(pk)) or pk[1]):in_(keys))
end

--- Reads the targets by their keys; returns those that are there, {raw = object}, where conditions choose among them.
local function read_targets(load, prop, entry, wanted)
  local chosen = entry and entry.relation and {}
  for first = 1, #wanted, CHUNK do
    local keys = {}
    for i = first, math.min(first + CHUNK - 1, #wanted) do
      keys[#keys + 1] = wanted[i][2] == nil and wanted[i][1] or wanted[i]
    end
    local stmt = post_load.with_options(target_statement(prop, entry, keys), prop, entry, load.above)
    local found = fetch(load.session, stmt, load)
    for i = 1, chosen and #found or 0 do chosen[rawget(found[i][1], 2)] = found[i][1] end
  end
  return chosen
end

--- Returns false where keys are not loaded.
local function by_target_key(load, prop, entry, list)
  local waiting, wanted, seen, without = {}, {}, {}, {}
  for _, obj in ipairs(list) do
    local values = target_key(obj, prop)
    if not values then return false end
    local raw = identity.raw(values, #values)
    if raw == nil then
      without[#without + 1] = obj
    else
      waiting[#waiting + 1] = {obj, raw}
      if not seen[raw] then
        seen[raw] = true
        wanted[#wanted + 1] = values
      end
    end
  end
  local chosen = read_targets(load, prop, entry, wanted)
  for _, pair in ipairs(waiting) do
    local target
    if chosen then target = chosen[pair[2]] else target = identity.get(load.session, prop.mapper, pair[2]) end
    store(load, pair[1], prop, target)
  end
  for _, obj in ipairs(without) do store(load, obj, prop, nil) end
  return true
end

-- ---- others: the parents' keys and the targets ----

--- The columns of the target that say what the parent's primary key is, nil where that is not all that joins the two
--- or where omit_join says so.
local function remote_key(prop)
  if prop.secondary or prop.direction.name ~= "ONETOMANY" or prop.omit_join == false
    or not (prop.omit_join or require("lualchemy.orm.lazy").only_equalities(prop)) then return nil end
  local parent, out = prop.parent, {}
  for i, column in ipairs(parent.primary_key) do
    for _, pair in ipairs(prop.local_remote_pairs) do
      if parent.column_to_property[pair[1]] == parent.column_to_property[column] then out[i] = pair[2] end
    end
    if not out[i] then return nil end
  end
  return (prop.omit_join or #out == #prop.local_remote_pairs) and out or nil
end

--- SELECT parent key columns, target FROM … WHERE parent key IN (…).
local function selectin_statement(prop, entry, keys, above)
  local la = require "lualchemy.sql.api"
  local target = entry and entry.of_type or prop.entity
  local remote, known = {}, remote_key(prop)
  local stmt, secondary
  if known then
    for i, column in ipairs(known) do remote[i] = entities.adapt(target, column) end
    stmt = la.select(compat.unpack(remote)):add_columns(target)
  else
    local source = entities.new_alias(prop.parent)
    for i, column in ipairs(prop.parent.primary_key) do remote[i] = entities.adapt(source, column) end
    secondary = prop.order_by and prop.secondary and entities.from_alias(prop.secondary, nil, true)
    local relation = core.new("RELATION", {entity = source, key = prop.key, prop = prop, secondary = secondary or nil,
      of_type = entry and entry.of_type or nil,
      criteria = entry and entry.relation and core.get(entry.relation, "criteria") or nil})
    stmt = la.select(compat.unpack(remote)):add_columns(target):select_from(source):join(relation)
  end
  stmt = stmt:set_label_style(la.LABEL_STYLE_TABLENAME_PLUS_COL)
  local condition
  if #remote == 1 then
    condition = remote[1]:in_(keys)
  else
    condition = la.tuple_(compat.unpack(remote)):in_(keys)
  end
  stmt = post_load.ordered(stmt:where(condition), prop, target, secondary)
  return (known and post_load.with_options or post_load.with_tree)(stmt, prop, entry, above)
end

--- The raw identity that n values of a row make, those after the `first`.
local function raw_of(row, n, first)
  if n == 1 and first == 0 then return identity.raw(row, 1) end
  local values = {}
  for i = 1, n do values[i] = row[first + i] end
  return identity.raw(values, n)
end

--- The objects by their raw keys ({raw = {obj, …}}), and the keys as IN takes them: {{raw, value or values}, …}.
function selectin.by_key(load, prop, key, list)
  local by_raw, keys, n = {}, {}, #key
  for _, obj in ipairs(list) do
    local values = {}
    for i = 1, n do values[i] = post_load.value_of(obj, key[i]) end
    local raw = identity.raw(values, n)
    if raw == nil then
      store(load, obj, prop, prop.uselist and {} or nil)
    elseif by_raw[raw] then
      table.insert(by_raw[raw], obj)
    else
      by_raw[raw] = {obj}
      keys[#keys + 1] = {raw, n == 1 and values[1] or values}
    end
  end
  return by_raw, keys
end

--- Adds the children of rows {key …, child}, or {child, key …}, to the lists of their keys, each once.
function selectin.gather(found, rows, n, child_first)
  local first, at = child_first and 1 or 0, child_first and 1 or n + 1
  for r = 1, #rows do
    local row = rows[r]
    local raw, child = raw_of(row, n, first), rawget(row, at)
    if raw ~= nil and child ~= nil then
      local list = found[raw]
      if list then put(list, child) else found[raw] = {items = {child}} end
    end
  end
end

--- Gives all objects of a key its children: each a list of its own.
function selectin.distribute(load, prop, objs, children)
  for i = 1, #objs do
    local own = children
    if not prop.uselist then
      if children[2] then once.warn_of_several(prop) end
      own = children[1]
    elseif i > 1 then
      own = {}
      for k = 1, #children do own[k] = children[k] end
    end
    store(load, objs[i], prop, own)
  end
end

local function by_parent_key(load, prop, entry, list)
  local session, key = load.session, prop.parent.primary_key
  local by_raw, keys = selectin.by_key(load, prop, key, list)
  for first = 1, #keys, CHUNK do
    local chunk, found = {}, {}
    local last = math.min(first + CHUNK - 1, #keys)
    for i = first, last do chunk[#chunk + 1] = keys[i][2] end
    selectin.gather(found, fetch(session, selectin_statement(prop, entry, chunk, load.above), load), #key)
    for i = first, last do
      local raw = keys[i][1]
      selectin.distribute(load, prop, by_raw[raw], found[raw] and found[raw].items or {})
    end
  end
end

--- Loads a relationship for a list of objects.
function selectin.load(load, prop, entry, list)
  if prop.direction.name == "MANYTOONE" and prop.omit_join ~= false and require("lualchemy.orm.lazy").uses_key(prop)
    and by_target_key(load, prop, entry, list) then return end
  by_parent_key(load, prop, entry, list)
end

return selectin
