--- Loads that follow a load: which of them, for which relationships; selectin, subquery, immediate.
local entities = require "lualchemy.orm.entities"
local option_tree = require "lualchemy.orm.option_tree"
local post_load = require "lualchemy.orm.post_load"
local relate = require "lualchemy.orm.relate"
local selectin = require "lualchemy.orm.selectin"
local state = require "lualchemy.orm.state"
local subquery = require "lualchemy.orm.subquery"

local fetch, store, taking_part = post_load.fetch, post_load.store, post_load.taking_part
local strategies = {option_of = post_load.option_of, with_options = post_load.with_options}

--- The rows of the subquery's statement are the same for all objects of a load, however many chunks they come in.
local function by_subquery(load, prop, entry, list, plan)
  local origin = subquery.origin(plan, load, prop)
  if not origin then return end
  origin.named = entry and entry.named
  local key = prop.local_columns
  load.by_subquery = load.by_subquery or {}
  local found = load.by_subquery[prop]
  if not found then
    local stmt = post_load.with_tree(subquery.statement(origin, entry), prop, entry, load.above)
    found = {}
    selectin.gather(found, fetch(load.session, stmt, load, origin), #key, true)
    load.by_subquery[prop] = found
  end
  for raw, objs in pairs((selectin.by_key(load, prop, key, list))) do
    selectin.distribute(load, prop, objs, found[raw] and found[raw].items or {})
  end
end

local function immediate(prop, list, passive)
  for _, obj in ipairs(list) do
    local impl = state.mapper(obj).impls[prop.key]
    impl.get(obj, impl, passive or state.LOADS_ALL)
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
    local copy = {of_type = require("lualchemy.orm.eager").of_type(prop, entry), named = entry.of_type}
    entry = setmetatable(copy, {__index = entry})
  end
  local endless = entry and entry.opts and entry.opts.recursion_depth == -1
  return function(load, list)
    local wanted, path = taking_part(list, prop), path_of(plan, load)
    if endless then wanted = without(wanted, prop) end
    local beyond = load.plan.elements[1] == plan and load.o.beyond
    if beyond and beyond.props[prop.key] == prop then return end
    if load.o.lazy_from then wanted = post_load.new_ones(load, wanted) end
    if #wanted == 0 then return end
    if not goes_on(prop, entry, path) then
      -- around a circle: an object that a key tells is not read for this alone
      if strategy == "immediate" then immediate(prop, wanted, state.NO_FETCH_RELATED) end
      return
    end
    load.above, load.path = plan.above or plan.tree, path
    -- what is read again reads its relationships one by one
    if strategy == "immediate" or load.o.only then return immediate(prop, wanted) end
    if strategy == "subquery" then return by_subquery(load, prop, entry, wanted, plan) end
    selectin.load(load, prop, entry, wanted)
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
