--- What the unit of work knows of a mapper's tables: columns, keys, and the statements made once for each.
local core = require "lualchemy.core"
local event = require "lualchemy.event"
local state = require "lualchemy.orm.state"

local plan = {}

local function evaluates_none(column)
  local ok, value = pcall(function() return column.type.should_evaluate_none end)
  return ok and value or false
end

--- Does the database compute this default?
local function in_sql(default) return default ~= nil and default.is_clause_element or false end

--- Is it the key of a subclass's table that the database changes with the base's (passive_updates)?
local function is_inherited_key(mapper, column)
  for _, pair in ipairs(mapper.passive_updates and mapper.inherits_equated_pairs or {}) do
    if pair[2] == column and pair[1].primary_key and column.primary_key then return true end
  end
  return false
end

--- A column of a table as a mapper's objects hold it.
local function column_plan(mapper, column)
  local prop = mapper.column_to_property[column]
  if not prop or (mapper.readonly_props and mapper.readonly_props[prop]) then return nil end
  local key = core.get(column, "key")
  local primary = column.primary_key
  local c = {column = column, key = key, slot = prop.slot, prop_key = prop.key, primary_key = primary,
    evaluates_none = evaluates_none(column), inherited_key = is_inherited_key(mapper, column)}
  c.where_name = core.get(core.get(column, "table"), "name") .. "_" .. core.get(column, "name")
  c.client = column.default ~= nil
  c.server = column.server_default ~= nil or column.computed ~= nil or (column.identity ~= nil and not primary)
    or in_sql(column.default)
  c.server_onupdate = column.server_onupdate ~= nil or column.computed ~= nil or in_sql(column.onupdate)
  c.as_none = not (primary or c.client or c.server or c.evaluates_none)
  return c
end

--- The statement for the row of a key and a version.
--- @param naming string which name of a column its parameter has: "where_name" beside new values, or "key"
local function where(tp, statement, naming)
  local la = require "lualchemy.sql.api"
  local function condition(c)
    return c.column:eq(la.bindparam(c[naming], nil, {type_ = core.get(c.column, "type")}))
  end
  for _, c in ipairs(tp.primary_key) do statement = statement:where(condition(c)) end
  return tp.version and statement:where(condition(tp.version)) or statement
end

local makers = {}

function makers.insert(tp) return require("lualchemy.sql.api").insert(tp.table) end
function makers.update(tp) return where(tp, require("lualchemy.sql.api").update(tp.table), "where_name") end
function makers.delete(tp) return where(tp, require("lualchemy.sql.api").delete(tp.table), "key") end

local lazy = {__index = function(tp, name)
  local make = makers[name]
  if not make then return nil end
  local made = make(tp)
  rawset(tp, name, made)
  return made
end}

--- What an UPDATE gives back of the row: versions that the database makes, and with eager_defaults = true all else that
-- it computes and given(c) has no value for; nil where that is nothing.
function plan.update_fetch(tp, given)
  local columns = {}
  for _, c in ipairs(tp.columns) do
    local computed = c.server_onupdate and tp.eager_updates or c == tp.version and (c.server or c.server_onupdate)
    if computed and not given(c) then
      columns[#columns + 1] = c
    end
  end
  return columns[1] and columns
end

local fetch_meta = {}

--- INSERT … RETURNING for `single` rows, and for `many` in the order of their parameters.
function fetch_meta.__index(fetch, name)
  if name ~= "single" and name ~= "many" then return nil end
  local made = plan.returning(fetch, fetch.tp.insert, name == "many")
  rawset(fetch, name, made)
  return made
end

--- The statement with that RETURNING.
function plan.returning(fetch, statement, ordered)
  local columns = {}
  for i, c in ipairs(fetch.columns) do columns[i] = c.column end
  if ordered then columns[#columns + 1] = {sort_by_parameter_order = true} end
  return statement:returning(require("lualchemy.compat").unpack(columns))
end

local function make(mapper, t)
  local columns = mapper.cols_by_table and mapper.cols_by_table[t]
  if not columns or not mapper.pks_by_table[t] then return nil end
  local tp = setmetatable({table = t, mapper = mapper, name = core.get(t, "name"), columns = {}, by_column = {},
    primary_key = {}, fetches = {}}, lazy)
  for _, column in ipairs(core.columns(t):values()) do
    local c = column_plan(mapper, column)
    if c then
      tp.columns[#tp.columns + 1] = c
      tp.by_column[column] = c
      if mapper.version_id_col and column == mapper.version_id_col then tp.version = c end
    end
  end
  for _, column in ipairs(mapper.pks_by_table[t] or {}) do
    local c = tp.by_column[column]
    if c then
      tp.primary_key[#tp.primary_key + 1] = c
    end
  end
  local base = mapper.base_mapper
  local eager = base.eager_defaults == true or base.eager_defaults ~= false and base.cols_by_table[t] ~= nil
  tp.eager_updates = base.eager_defaults == true
  local marks = {tp.version and "version" or ""}
  for i, c in ipairs(tp.columns) do
    c.asks = c.server and not c.primary_key and eager
    c.eager = c.asks and (not c.client or in_sql(c.column.default))
    marks[i + 1] = ("%s\0%d%s%s"):format(c.key, c.slot, tostring(c.as_none), tostring(c.asks))
  end
  tp.signature = table.concat(marks, "\0")
  return tp
end

--- What RETURNING has to give back of rows for which given(c) tells whether they have a value for a column:
-- {columns, slots of these, defaults = are there any but the key, single, many = the INSERTs, made when they are used}.
-- A key that is given comes back where the database might have made it nevertheless.
function plan.fetch(tp, given, dialect)
  local columns, names, version, keys = {}, {}, tp.version, ""
  if version and version.eager and not given(version) then
    columns[1], names[1] = version, version.key
  end
  local made = dialect.insert_null_pk_still_autoincrements and tp.table.autoincrement_column
  for i, c in ipairs(tp.primary_key) do
    if given(c) and c.column ~= made then keys = keys .. "\0" .. i else columns[#columns + 1] = c end
  end
  for _, c in ipairs(tp.columns) do
    if c.asks and c ~= version and not given(c) then
      if c.eager then columns[#columns + 1] = c end
      names[#names + 1] = c.key
    end
  end
  local key = table.concat(names, "\0") .. keys
  local known = tp.fetches[key]
  if known then return known end
  local defaults = names[1] ~= nil and columns[1] ~= nil
  known = setmetatable({columns = columns, slots = {}, tp = tp, defaults = defaults}, fetch_meta)
  for i, c in ipairs(columns) do known.slots[i] = c.slot end
  tp.fetches[key] = known
  return known
end

local plans = setmetatable({}, {__mode = "k"})

--- The plan of a table for a mapper; nil if the mapper has no columns there.
function plan.of(mapper, t)
  local of_mapper = plans[mapper]
  if not of_mapper then
    of_mapper = {}
    plans[mapper] = of_mapper
  end
  local found = of_mapper[t]
  if found == nil then
    found = make(mapper, t) or false
    of_mapper[t] = found
  end
  return found or nil
end

--- Those of the objects that have a row in the table; and their mapper, false where there are several whose rows are
-- alike, nil where these differ.
function plan.having(t, objects)
  local out, first, mapper = {}, nil, nil
  for i = 1, #objects do
    local of = objects[i][1].mapper
    local tp = plan.of(of, t)
    if tp then
      out[#out + 1] = objects[i]
      if not first then
        first, mapper = tp, of
      elseif mapper ~= of and mapper ~= nil then
        mapper = nil
        if not tp.version and tp.signature == first.signature then mapper = false end
      end
    end
  end
  return out, mapper
end

local sorted = setmetatable({}, {__mode = "k"})

--- All tables of a base mapper and those that inherit from it, parents first.
function plan.tables(base)
  local known = sorted[base]
  if known and known.epoch == event.epoch then return known end
  local out, seen = {epoch = event.epoch, alone = not base.self_and_descendants[2]}, {}
  for _, mapper in ipairs(base.self_and_descendants) do
    for _, t in ipairs(mapper.tables) do
      if not seen[t] and core.kind(t) == "TABLE" then
        seen[t] = true
        out[#out + 1] = t
      end
    end
  end
  sorted[base] = out
  return out
end

--- Gives an object's key of a subclass's table the value of the one that it takes over.
local function take_over(obj, mapper, from, to)
  local value = rawget(obj, from.slot)
  if rawget(obj, 2) == nil then
    rawset(obj, to.slot, value)
    return
  end
  local changed = state.before(obj[1], obj, mapper.impls[from.key]) ~= nil
  if changed and value ~= nil and value ~= rawget(obj, to.slot) then
    local impl = mapper.impls[to.key]
    impl.set(obj, impl, value)
  end
end

--- The properties of a table whose values subclasses' tables take over into properties of their own: {{from, to}, …}.
local function taken_over(mapper, t)
  local out = {}
  for _, pair in ipairs(mapper.inherits_equated_pairs or {}) do
    local from, to = mapper.column_to_property[pair[1]], mapper.column_to_property[pair[2]]
    if from and to and from.slot ~= to.slot and core.get(pair[1], "table") == t then
      out[#out + 1] = {from, to}
    end
  end
  return out
end

--- After the rows of a table: keys that tables of subclasses take over from it.
--- @param ... table[] the objects that were inserted, and those that were updated
function plan.after_table(base, t, ...)
  if plan.tables(base).alone then return base end
  local mapper, pairs_list
  for i = 1, select("#", ...) do
    for _, obj in ipairs((select(i, ...))) do
      if obj[1].mapper ~= mapper then
        mapper = obj[1].mapper
        pairs_list = taken_over(mapper, t)
      end
      for _, pair in ipairs(pairs_list) do take_over(obj, mapper, pair[1], pair[2]) end
    end
  end
  return base
end

return plan
