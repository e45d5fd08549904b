--- Some columns of one object, read by themselves: what is expired or deferred, Session:refresh of attributes.
local compat = require "lualchemy.compat"
local context = require "lualchemy.orm.context"
local core = require "lualchemy.core"
local engine_execute = require "lualchemy.engine.execute"
local entities = require "lualchemy.orm.entities"
local identity = require "lualchemy.orm.identity"
local loading = require "lualchemy.orm.loading"
local state = require "lualchemy.orm.state"

local NULL = core.null
local columns = {}

local function each_column(node, fn)
  if core.kind(node) == "COLUMN" then return fn(node) end
  for _, child in ipairs(core.children(node)) do each_column(child, fn) end
end

--- The tables that the properties lie in, as a set.
local function tables_of(props)
  local set = {}
  for _, prop in ipairs(props) do
    for _, column in ipairs(prop.columns) do
      each_column(core.element(column), function(c)
        if core.has(c, "table") then set[core.get(c, "table")] = true end
      end)
    end
  end
  return set
end

--- What joins the tables of subclasses from the uppermost that is needed: conditions, the first one to be answered by
-- the object; nil where the base's table is needed.
local function conditions_of(mapper, tables)
  if not mapper.inherits or mapper.concrete or tables[mapper.base_mapper.local_table] then return nil end
  local path, found = mapper:iterate_to_root(), {}
  for i = #path, 1, -1 do
    local m = path[i]
    if tables[m.local_table] then
      found.started = true
    elseif core.kind(m.local_table) ~= "TABLE" then
      return nil
    end
    if found.started and not m.single then
      found[#found + 1] = m.inherit_condition
      tables[m.local_table] = true
    end
  end
  return found[1] and found
end

--- A comparison with a column of another table: with the value that the object has there.
local function bound(binary, tables, sources)
  for _, side in ipairs{"left", "right"} do
    local column, other = core.get(binary, side), core.get(binary, side == "left" and "right" or "left")
    if core.kind(column) == "COLUMN" and not tables[core.get(column, "table")] then
      sources[#sources + 1] = column
      return core.with(binary, {[side] = require("lualchemy.sql.api").bindparam("param_" .. #sources, nil,
        {type_ = core.get(other, "type")})})
    end
  end
end

--- SELECT of the columns alone, from the tables of subclasses where that will do.
-- @return the statement of Core, and the columns whose values in the object are its parameters (nil: by primary key)
--- @param values? any[] those of a primary key of which parts are NULL
local function make(mapper, props, plain, whole, values)
  local la, expressions, sources = require "lualchemy.sql.api", {}, {}
  local tables = tables_of(props)
  local conditions = not whole and conditions_of(mapper, tables)
  for _, prop in ipairs(props) do
    expressions[#expressions + 1] = conditions and core.element(prop.expression)
      or entities.attribute(mapper.entity, prop)
    for i = 2, #prop.columns do expressions[#expressions + 1] = prop.columns[i] end
  end
  local stmt = la.select(compat.unpack(expressions))
  if not plain then stmt = stmt:set_label_style(la.LABEL_STYLE_TABLENAME_PLUS_COL) end
  if not conditions then
    return (context.rewrite(require("lualchemy.orm.loading_key").where_key(stmt, mapper, values)))
  end
  conditions[1] = core.replace(conditions[1], function(node)
    if core.kind(node) == "BINARY" then return bound(node, tables, sources) end
  end)
  return stmt:where(la.and_(compat.unpack(conditions))), sources
end

local function statement_of(mapper, props, plain, whole)
  local names = {plain and "plain" or "labelled", whole and "whole" or "parts"}
  for _, prop in ipairs(props) do names[#names + 1] = prop.key end
  local name, memo = table.concat(names, "\0"), rawget(mapper, "_of_columns")
  if not memo then
    memo = {}
    rawset(mapper, "_of_columns", memo)
  end
  local known = memo[name]
  if not known then
    known = {}
    known.stmt, known.sources = make(mapper, props, plain, whole)
    memo[name] = known
  end
  return known.stmt, known.sources
end

--- The values of the object in columns as the database has them; nil where one is not there.
local function values_of(obj, sources)
  local params, mapper, st = {}, state.mapper(obj), obj[1]
  for i, column in ipairs(sources) do
    local impl = mapper.impls[mapper.column_to_property[column].key]
    local slot = impl.slot
    local value = state.before(st, obj, impl)
    if value == nil or value == state.NO_VALUE then value = rawget(obj, slot) end
    if value == nil or value == NULL then return nil end
    params["param_" .. i] = value
  end
  return params
end

--- The properties of those names that are read, in the mapper's order.
local function wanted(mapper, keys)
  local set, props = {}, {}
  for _, key in ipairs(keys) do set[key] = true end
  for _, prop in ipairs(mapper.prop_list) do
    if set[prop.key] and prop.kind == "column" and prop.slot and prop.strategy ~= "query_expression" then
      props[#props + 1] = prop
    end
  end
  return props
end

local function slots_of(props)
  local list, at = {}, 1
  for _, prop in ipairs(props) do
    list[#list + 1] = prop.slot
    list[#list + 1] = at
    at = at + #prop.columns
  end
  return list
end

--- Reads attributes of an object that are not there.
--- @param o {plain: boolean?, lock: fun(stmt: lualchemy.Select)} plain: the columns have their own names
--- @return boolean found is its row there?
function columns.read(session, obj, keys, o)
  local mapper = state.mapper(obj)
  local props = wanted(mapper, keys)
  if #props == 0 then return true end
  local key = require "lualchemy.orm.loading_key"
  local stmt, sources = statement_of(mapper, props, o.plain, o.plain)
  local params = sources and values_of(obj, sources)
  if not params then
    local values = identity.values(rawget(obj, 2))
    params = key.pk_params(values)
    if key.with_nulls(values) then
      stmt = make(mapper, props, o.plain, true, values)
    elseif sources then
      stmt = statement_of(mapper, props, o.plain, true)
    end
  end
  if o.lock then stmt = o.lock(stmt) end
  local result
  if session.dispatch.do_orm_execute then
    result, stmt, params = require("lualchemy.orm.execute").tell(session, stmt, params, nil, "column")
  end
  local place = rawget(obj, 1).shard or session
  result = result or engine_execute.run(place:_connection_for(mapper), stmt, params, {})
  local row = result:first()
  if row == nil then return false end
  loading.fill(session, obj, slots_of(props), row, keys)
  return true
end

return columns
