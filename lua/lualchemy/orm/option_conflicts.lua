--- Two loader options that say how to load one attribute must say the same.
local core = require "lualchemy.core"
local err = require "lualchemy.error"
local links = require "lualchemy.orm.option_links"

--- Strategies of columns by what they come to; with_expression() and undefer_group() do not exclude others.
local OF_COLUMN = {defer = "defer", undefer = "undefer", load_only = "undefer"}

local function start(entity) return {entity = entity, next = {}} end

--- The place that an attribute has below another: {above, target, next = {[what is below] = place}, strategy, opts}.
local function below(place, target)
  local key, of_type = core.get(target, "key"), core.kind(target) == "RELATION" and core.get(target, "of_type")
  local mapper = of_type and core.get(of_type, "mapper")
  if mapper and mapper ~= core.get(target, "prop").mapper then key = key .. "\0" .. tostring(mapper) end
  place.next[key] = place.next[key] or {above = place, target = target, next = {}}
  return place.next[key]
end

local function destination_of(relation)
  local entity, mapper = links.destination(relation), core.get(relation, "prop").mapper
  return core.get(entity, "mapper") == mapper and tostring(mapper) or links.name_of(entity)
end

local function path_of(place)
  local out = {}
  while place.above do
    if core.kind(place.target) == "RELATION" then table.insert(out, 1, destination_of(place.target)) end
    table.insert(out, 1, core.get(core.get(place.target, "entity"), "mapper").class_name .. "."
      .. core.get(place.target, "key"))
    place = place.above
  end
  table.insert(out, 1, links.name_of(place.entity))
  return table.concat(out, " -> ")
end

local function same_options(a, b)
  for k, v in pairs(a) do
    if k ~= "alias" and (v or false) ~= (b[k] or false) then return false end
  end
  return true
end

local function note(place, strategy, opts)
  opts = opts or {}
  if place.strategy and (place.strategy ~= strategy
    or not (same_options(place.opts, opts) and same_options(opts, place.opts))) then
    err.raise("InvalidRequestError", "Loader strategies for ORM Path[%s] conflict", path_of(place))
  end
  place.strategy, place.opts = strategy, opts
end

local function note_columns(place, step)
  for _, target in ipairs(OF_COLUMN[step.strategy] and step.targets or {}) do
    local raises = step.strategy == "defer" and step.opts and step.opts.raiseload
    if target ~= "*" then note(below(place, target), OF_COLUMN[step.strategy], {raiseload = raises}) end
  end
end

local function walk(place, load)
  for _, step in ipairs(load.steps) do
    for _, child in ipairs(step.children or {}) do walk(place, child) end
    if step.column then
      note_columns(place, step)
    else
      for i, target in ipairs(step.targets) do
        if target == "*" then return end
        place = below(place, target)
        if i == #step.targets and step.strategy ~= "default" then note(place, step.strategy, step.opts) end
      end
    end
  end
end

--- @param loads table[] the options of a statement
--- @param start_of fun(load: table): any what an option begins at
return function(loads, start_of)
  local starts = {}
  for _, load in ipairs(loads) do
    local entity = start_of(load)
    if entity and core.kind(entity) == "ENTITY" then
      local id = core.id(entity)
      starts[id] = starts[id] or start(entity)
      walk(starts[id], load)
    end
  end
end
