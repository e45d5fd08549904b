--- The strategy "subquery": the statement that gave the objects, reduced to the keys that a relationship starts from,
-- is joined as a subquery to what the relationship leads to.
--
-- origin: {stmt, params, entity, steps = the relationships that lead from the entity to the objects, parents = {[i] =
-- the entity of the objects that the i-th step goes out from, where a load of their own brought them}, named = what
-- of_type() called the objects}. What is loaded by
-- a subquery has the origin of what it is loaded for, so that loads below it join their way from there.
local compat = require "lualchemy.compat"
local core = require "lualchemy.core"
local entities = require "lualchemy.orm.entities"
local relate = require "lualchemy.orm.relate"

local subquery = {}

--- May rows repeat: are the entity's columns not the whole primary key of their table?
local function repeats(prop, entity, columns)
  if prop.distinct_target_key ~= nil then return prop.distinct_target_key end
  local here, tables = {}, {}
  for _, column in ipairs(columns) do
    local own = entities.adapt(entity, column)
    here[core.id(own)] = true
    tables[core.get(own, "table")] = true
  end
  for t in pairs(tables) do
    for _, column in ipairs(core.primary_key(t)) do
      if not here[core.id(column)] then return true end
    end
  end
  return false
end

local function is_limited(stmt)
  return core.has(stmt, "limit") or core.has(stmt, "offset") or core.has(stmt, "fetch")
end

--- The entities that a statement selects from, where it does not say so itself.
local function froms_of(stmt)
  local out, seen = {}, {}
  for _, node in ipairs(core.get(stmt, "raw_columns")) do
    local entity = core.kind(node) == "ENTITY" and node
      or core.kind(node) == "ATTRIBUTE" and core.has(node, "entity") and core.get(node, "entity")
    if entity and not seen[core.id(entity)] then
      seen[core.id(entity)] = true
      out[#out + 1] = entity
    end
  end
  return out
end

--- What a statement is ordered by that is not among the columns already.
local function ordered_besides(stmt, columns)
  local plain, out, known = require("lualchemy.orm.context").plain, {}, {}
  for _, column in ipairs(columns) do known[core.id(plain(column))] = true end
  for _, expression in ipairs(core.get(stmt, "order_by")) do
    local node = require("lualchemy.orm.eager").ordered_by(expression)
    if node and not known[core.id(plain(node))] then out[#out + 1] = node end
  end
  return out
end

--- The original statement's keys as an alias of the class it starts with.
local function start_of(origin)
  local la, prop = require "lualchemy.sql.api", origin.steps[1]
  local stmt, columns, targets = origin.stmt, prop.local_columns, {}
  for i, column in ipairs(columns) do
    targets[i] = entities.attribute(origin.entity, prop.parent.column_to_property[column])
  end
  local changes = {raw_columns = targets, options = {}}
  if not is_limited(stmt) then changes.order_by = {} end
  if #core.get(stmt, "from_obj") == 0 then changes.from_obj = froms_of(stmt) end
  stmt = core.with(stmt, changes)
  if repeats(prop, origin.entity, columns) then
    stmt = stmt:distinct()
    if is_limited(stmt) then stmt = stmt:add_columns(compat.unpack(ordered_besides(stmt, targets))) end
  end
  stmt = stmt:correlate(nil):set_label_style(la.LABEL_STYLE_TABLENAME_PLUS_COL):subquery()
  return entities.new_alias(prop.parent, stmt)
end

--- What the i-th step goes out from: an alias that of_type() named, or a new one of its class.
local function source_of(origin, i)
  local entity, mapper = origin.parents[i], origin.steps[i].parent
  if entity and entities.is_alias(entity) then return entity end
  local own = entity and entities.mapper(entity)
  return entities.new_alias(own and own:isa(mapper) and own or mapper)
end

--- The statement of a load: rows of what it leads to and the keys of what it is loaded for.
--- @param origin table its last step is the relationship that is loaded
--- @param entry? table what the options say of it
function subquery.statement(origin, entry)
  local la, steps = require "lualchemy.sql.api", origin.steps
  local prop = steps[#steps]
  local target = entry and entry.of_type or prop.entity
  local sources = {start_of(origin)}
  for i = 2, #steps do sources[i] = source_of(origin, i) end
  local keys = {}
  for i, column in ipairs(prop.local_columns) do keys[i] = entities.adapt(sources[#sources], column) end
  local stmt = la.select(target, compat.unpack(keys)):set_label_style(la.LABEL_STYLE_TABLENAME_PLUS_COL)
    :select_from(sources[1])
  local secondary = prop.order_by and prop.secondary and entities.from_alias(prop.secondary, nil, true) or nil
  for i, step in ipairs(steps) do
    stmt = stmt:join(core.new("RELATION", {entity = sources[i], key = step.key, prop = step,
      of_type = sources[i + 1] or target,
      secondary = i == #steps and secondary or nil,
      criteria = i == #steps and entry and entry.relation and core.get(entry.relation, "criteria") or nil}))
  end
  for _, expression in ipairs(relate.order_by(prop, target, secondary)) do stmt = stmt:order_by(expression) end
  return stmt
end

--- The origin of a load that follows for objects of an entity plan; nil where the statement cannot be taken apart.
function subquery.origin(plan, load, prop)
  local above = load.o.origin
  local stmt = above and above.stmt or load.stmt
  if not stmt or load.o.only or core.kind(stmt) ~= "SELECT" then return nil end
  local steps, parents = {}, {}
  for i, step in ipairs(above and above.steps or {}) do steps[i], parents[i] = step, above.parents[i] end
  if above then parents[#steps + 1] = above.named or plan.root or plan.entity end
  for _, step in ipairs(plan.steps or {}) do steps[#steps + 1] = step end
  steps[#steps + 1] = prop
  return {stmt = stmt, params = above and above.params or load.params, steps = steps, parents = parents,
    entity = above and above.entity or plan.root or plan.entity}
end

return subquery
