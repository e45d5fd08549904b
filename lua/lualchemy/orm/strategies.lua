--- Loads that follow a load: selectin, subquery, immediate; and options made of a tree.
local compat = require "lualchemy.compat"
local core = require "lualchemy.core"
local entities = require "lualchemy.orm.entities"
local err = require "lualchemy.error"
local identity = require "lualchemy.orm.identity"
local option_tree = require "lualchemy.orm.option_tree"
local once = require "lualchemy.orm.once"
local relate = require "lualchemy.orm.relate"
local state = require "lualchemy.orm.state"
local subquery = require "lualchemy.orm.subquery"

local NULL, put = core.null, once.put
local strategies = {}
local CHUNK = 500

--- An OPTION whose tree is given: it begins at the entity.
function strategies.option_of(entity, tree)
  local known = tree._options
  if not known then
    known = {}
    tree._options = known
  end
  local id = core.id(entity)
  if not known[id] then
    known[id] = core.new("OPTION", {key = ("tree:%s:%s"):format(tostring(tree), tostring(id)),
      object = {steps = {}, root = entity, tree = tree}})
  end
  return known[id]
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

--- The objects that have the relationship. As in SQLAlchemy a load follows for all of them, though some may have it.
local function taking_part(list, prop)
  local out = {}
  for _, obj in ipairs(list) do
    if state.mapper(obj).impls[prop.key] then out[#out + 1] = obj end
  end
  return out
end

--- Those that the rows have made: what a relationship loads when it is asked for is not followed by loads for others.
local function new_ones(load, list)
  local out = {}
  for _, obj in ipairs(load.fresh and list or {}) do out[#out + 1] = load.fresh[obj] and obj or nil end
  return out
end

--- Gives the relationship its value, if it has none yet.
local function store(load, obj, prop, value)
  local impl = state.mapper(obj).impls[prop.key]
  if rawget(obj, impl.slot) ~= nil and not (load.o.populate_existing and load.fresh and load.fresh[obj]) then return end
  impl.set_committed(obj, impl, value)
end

--- All rows of a load that follows; origin: of a subquery load (orm/subquery.lua).
local function fetch(session, stmt, load, origin)
  local result, plan = require("lualchemy.orm.execute").objects(session, stmt, origin and origin.params,
    {populate_existing = load.o.populate_existing, path = load.path, origin = origin,
      loads = "relationship"})
  if plan.eager_collections then result = result:unique() end
  return result:all()
end

--- The options for what is loaded: those below the entry, and the entry again where it has a recursion_depth.
local function below(prop, entry)
  local depth = entry and entry.opts and entry.opts.recursion_depth
  if not depth then return entry and entry.sub end
  if not prop.is_self_referential then
    err.raise("InvalidRequestError",
      "recursion_depth option on relationship %s not valid for non-self-referential relationship", tostring(prop))
  end
  if depth == 0 then return entry.sub end
  if not entry.again then
    local again = {}
    for k, v in pairs(entry) do again[k] = v end
    again.opts = {recursion_depth = depth == -1 and -1 or depth - 1}
    entry.again = option_tree.new()
    for k, v in pairs(entry.sub) do entry.again[k] = v end
    entry.again.of = {[prop.key] = depth == -1 and entry or again}
    for k, v in pairs(entry.sub.of) do entry.again.of[k] = v end
  end
  return entry.again
end

--- The options of a load for what it reads; above: the options for what it is loaded for.
local function with_tree(stmt, prop, entry, above)
  local tree = below(prop, entry)
  if above and above.criteria[1] then stmt = stmt:options(compat.unpack(above.criteria)) end
  if option_tree.is_empty(tree) then return stmt end
  return stmt:options(strategies.option_of(entry.of_type or prop.entity, tree))
end

--- The same, and its conditions.
function strategies.with_options(stmt, prop, entry, above)
  if entry and entry.relation then
    local target = entry.of_type or prop.entity
    stmt = stmt:where(require("lualchemy.orm.joins").criteria_of(entry.relation, target))
  end
  return with_tree(stmt, prop, entry, above)
end

--- The statement in the relationship's order; target: the entity that is loaded.
local function ordered(stmt, prop, target, secondary)
  for _, expression in ipairs(relate.order_by(prop, target, secondary)) do stmt = stmt:order_by(expression) end
  return stmt
end

-- ---- many-to-one by key ----

local function by_target_key(load, prop, entry, list)
  local la, session = require "lualchemy.sql.api", load.session
  local waiting, wanted, seen = {}, {}, {}
  for _, obj in ipairs(list) do
    local values = {}
    for i, column in ipairs(prop._key_columns) do values[i] = value_of(obj, column) end
    local raw = identity.raw(values, #values)
    if raw == nil then
      store(load, obj, prop, nil)
    else
      waiting[#waiting + 1] = {obj, raw}
      if not seen[raw] then
        seen[raw] = true
        wanted[#wanted + 1] = values
      end
    end
  end
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
  for _, pair in ipairs(waiting) do store(load, pair[1], prop, identity.get(session, prop.mapper, pair[2])) end
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
local function selectin_statement(prop, entry, keys)
  local la = require "lualchemy.sql.api"
  local target = entry and entry.of_type or prop.entity
  local remote, known = {}, remote_key(prop)
  local stmt, secondary
  if known then
    for i, column in ipairs(known) do remote[i] = entities.adapt(target, column) end
    stmt = la.select(compat.unpack(remote)):add_columns(target)
  else
    local source = entities.new_alias(prop.parent, nil, {flat = true})
    for i, column in ipairs(prop.parent.primary_key) do remote[i] = entities.adapt(source, column) end
    secondary = prop.order_by and prop.secondary and entities.from_alias(prop.secondary, nil, true)
    local relation = core.new("RELATION", {entity = source, key = prop.key, prop = prop, secondary = secondary or nil,
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
  return ordered(stmt:where(condition), prop, target, secondary)
end

--- The raw identity that n values of a row make, those after the `first`.
local function raw_of(row, n, first)
  if n == 1 and first == 0 then return identity.raw(row, 1) end
  local values = {}
  for i = 1, n do values[i] = row[first + i] end
  return identity.raw(values, n)
end

--- The objects by their raw keys ({raw = {obj, …}}), and the keys as IN takes them: {{raw, value or values}, …}.
local function by_key(load, prop, key, list)
  local by_raw, keys, n = {}, {}, #key
  for _, obj in ipairs(list) do
    local values = {}
    for i = 1, n do values[i] = value_of(obj, key[i]) end
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
local function gather(found, rows, n, child_first)
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
local function distribute(load, prop, objs, children)
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

local function selectin(load, prop, entry, list)
  local session, key = load.session, prop.parent.primary_key
  local by_raw, keys = by_key(load, prop, key, list)
  for first = 1, #keys, CHUNK do
    local chunk, found = {}, {}
    local last = math.min(first + CHUNK - 1, #keys)
    for i = first, last do chunk[#chunk + 1] = keys[i][2] end
    local stmt = strategies.with_options(selectin_statement(prop, entry, chunk), prop, entry, load.above)
    gather(found, fetch(session, stmt, load), #key)
    for i = first, last do
      local raw = keys[i][1]
      distribute(load, prop, by_raw[raw], found[raw] and found[raw].items or {})
    end
  end
end

--- The rows of the subquery's statement are the same for all objects of a load, however many chunks they come in.
local function by_subquery(load, prop, entry, list, plan)
  local origin = subquery.origin(plan, load, prop)
  if not origin then return end
  origin.named = entry and entry.named
  local key = prop.local_columns
  load.by_subquery = load.by_subquery or {}
  local found = load.by_subquery[prop]
  if not found then
    local stmt = with_tree(subquery.statement(origin, entry), prop, entry, load.above)
    found = {}
    gather(found, fetch(load.session, stmt, load, origin), #key, true)
    load.by_subquery[prop] = found
  end
  for raw, objs in pairs((by_key(load, prop, key, list))) do
    distribute(load, prop, objs, found[raw] and found[raw].items or {})
  end
end

local function immediate(prop, list)
  for _, obj in ipairs(list) do
    local impl = state.mapper(obj).impls[prop.key]
    impl.get(obj, impl, state.OFF)
  end
end

--- The mappers that a load came by, this one first.
local function path_of(plan, load)
  local path = {plan.mapper}
  for _, mapper in ipairs(plan.path) do path[#path + 1] = mapper end
  for _, mapper in ipairs(load.o.path or {}) do path[#path + 1] = mapper end
  return path
end

--- May the load follow here: not around a circle, unless it is told to or how far.
local function goes_on(prop, entry, path)
  if entry and entry.strategy and not entry.wild then return true end
  if prop.join_depth then return #path <= prop.join_depth end
  for _, mapper in ipairs(path) do
    if mapper == prop.mapper then return false end
  end
  return true
end

local function without(list, prop)
  local out = {}
  for _, obj in ipairs(list) do
    if rawget(obj, state.mapper(obj).impls[prop.key].slot) == nil then out[#out + 1] = obj end
  end
  return out
end

local function loader(prop, strategy, entry, plan)
  if entry and entry.of_type then
    local copy = {of_type = require("lualchemy.orm.eager").of_type(prop, entry.of_type), named = entry.of_type}
    entry = setmetatable(copy, {__index = entry})
  end
  local endless = entry and entry.opts and entry.opts.recursion_depth == -1
  return function(load, list)
    local wanted, path = taking_part(list, prop), path_of(plan, load)
    if endless then wanted = without(wanted, prop) end
    local beyond = load.plan.elements[1] == plan and load.o.beyond
    if beyond and beyond.props[prop.key] == prop then return end
    if load.o.lazy_from then wanted = new_ones(load, wanted) end
    if #wanted == 0 or not goes_on(prop, entry, path) then return end
    load.above, load.path = plan.tree, path
    -- what is read again reads its relationships one by one
    if strategy == "immediate" or load.o.only then return immediate(prop, wanted) end
    if strategy == "subquery" then return by_subquery(load, prop, entry, wanted, plan) end
    if prop.direction.name == "MANYTOONE" and require("lualchemy.orm.lazy").uses_key(prop)
      and not (entry and (entry.of_type or entry.relation)) then
      return by_target_key(load, prop, entry, wanted)
    end
    selectin(load, prop, entry, wanted)
  end
end

local POST = {selectin = true, subquery = true, immediate = true}
local LAZY = {select = true, raise = true, raise_on_sql = true, noload = true}

--- Objects that were there before follow the options, too, where the relationship is not loaded; noload gives it its
--- value at once, and only once.
local function follow_options(prop, strategy, tree)
  local key, entry = prop.key, tree.of[prop.key]
  if not (entry and entry.strategy) then entry = tree.of["*"] end
  return function(load, list)
    if strategy ~= "noload" and load.o.only then return end
    for _, obj in ipairs(taking_part(list, prop)) do
      if rawget(obj, state.mapper(obj).impls[key].slot) == nil then
        local own = obj[1].load
        if strategy == "noload" then
          store(load, obj, prop, prop.uselist and {} or nil)
        elseif own ~= state.INSERTED and not (own and own.of[key] == entry) then
          state.set_load(obj, option_tree.with_entry(own, key, entry))
        end
      end
    end
  end
end

--- The relationships of a plan's mapper, and of the subclasses that are loaded with it, that no join loads.
local function not_joined(plan)
  local out, seen = {}, {}
  for _, j in ipairs(plan.joined) do seen[j.prop] = true end
  local function add(mapper)
    for _, prop in ipairs(mapper.relationships) do
      if not seen[prop] then out[#out + 1] = prop end
      seen[prop] = true
    end
  end
  add(plan.mapper)
  for _, mapper in ipairs(entities.subs(plan.entity)) do add(mapper) end
  return out
end

--- The loads that follow for objects of an entity plan: functions(load, objects), or false.
function strategies.post_loads(plan)
  local out, first = {}, 0
  for _, prop in ipairs(not_joined(plan)) do
    local strategy, entry = option_tree.strategy(plan.tree, prop)
    if POST[strategy] then
      if strategy == "subquery" then first = first + 1 end
      table.insert(out, strategy == "subquery" and first or #out + 1, loader(prop, strategy, entry, plan))
    elseif LAZY[strategy] and (strategy ~= prop.lazy or entry and entry.relation) then
      out[#out + 1] = follow_options(prop, strategy, plan.tree)
    end
  end
  plan.by_subquery = first > 0
  out[#out + 1] = require("lualchemy.orm.polymorphic_load").loader(plan)
  return #out > 0 and out or false
end

strategies.relate = relate
return strategies
