--- What all loads that follow a load share: the objects they are for, their options, their statements, what they store.
local compat = require "lualchemy.compat"
local core = require "lualchemy.core"
local err = require "lualchemy.error"
local option_tree = require "lualchemy.orm.option_tree"
local relate = require "lualchemy.orm.relate"
local state = require "lualchemy.orm.state"

local NULL = core.null
local post_load = {}

--- An OPTION whose tree is given: it begins at the entity.
function post_load.option_of(entity, tree)
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

function post_load.value_of(obj, column)
  local mapper = state.mapper(obj)
  local impl = mapper.impls[mapper.column_to_property[column].key]
  local raw = rawget(obj, impl.slot)
  if raw ~= nil then return raw end
  local value = impl.get(obj, impl, state.OFF)
  if value == nil then return NULL end
  return value
end

--- The objects that have the relationship. As in SQLAlchemy a load follows for all of them, though some may have it.
function post_load.taking_part(list, prop)
  local out = {}
  for _, obj in ipairs(list) do
    local impl = state.mapper(obj).impls[prop.key]
    if impl and impl.prop == prop then out[#out + 1] = obj end
  end
  return out
end

--- Those that the rows have made: what a relationship loads when it is asked for is not followed by loads for others.
function post_load.new_ones(load, list)
  local out = {}
  for _, obj in ipairs(load.fresh and list or {}) do out[#out + 1] = load.fresh[obj] and obj or nil end
  return out
end

--- Gives the relationship its value, if it has none yet.
function post_load.store(load, obj, prop, value)
  local impl = state.mapper(obj).impls[prop.key]
  if rawget(obj, impl.slot) ~= nil and not (load.o.populate_existing and load.fresh and load.fresh[obj]) then return end
  impl.set_committed(obj, impl, value)
end

--- Execution options that are about one statement alone.
local OF_ONE = {yield_per = true, stream_results = true, max_row_buffer = true, populate_existing = true,
  autoflush = true, identity_token = true}

--- The execution options of a load that hold for the loads that follow it, too; nil where there are none.
function post_load.lasting(options)
  if options == nil or next(options) == nil then return nil end
  local out = {}
  for name, value in pairs(options) do
    if not OF_ONE[name] then out[name] = value end
  end
  return next(out) ~= nil and out or nil
end

--- All rows of a load that follows; origin: of a subquery load (orm/subquery.lua).
function post_load.fetch(session, stmt, load, origin)
  local result, plan = require("lualchemy.orm.execute").objects(session, stmt, origin and origin.params,
    {populate_existing = load.o.populate_existing, path = load.path, origin = origin,
      loads = "relationship", execution_options = post_load.lasting(load.o.execution_options)})
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
function post_load.with_tree(stmt, prop, entry, above)
  local tree = below(prop, entry)
  if above and above.criteria[1] then stmt = stmt:options(compat.unpack(above.criteria)) end
  if option_tree.is_empty(tree) then return stmt end
  return stmt:options(post_load.option_of(entry.of_type or prop.entity, tree))
end

--- The same, and its conditions.
function post_load.with_options(stmt, prop, entry, above)
  if entry and entry.relation then
    local target = entry.of_type or prop.entity
    stmt = stmt:where(require("lualchemy.orm.joins").criteria_of(entry.relation, target))
  end
  return post_load.with_tree(stmt, prop, entry, above)
end

--- The statement in the relationship's order; target: the entity that is loaded.
function post_load.ordered(stmt, prop, target, secondary)
  for _, expression in ipairs(relate.order_by(prop, target, secondary)) do stmt = stmt:order_by(expression) end
  return stmt
end

return post_load
