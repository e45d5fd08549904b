--- Rows straight from objects: INSERTs and UPDATEs whose values lie as they are in the slots of the objects.
--
-- What needs more (SQL expressions, versions to be counted, defaults that functions make, listeners that want the
-- parameters by name) is refused by answering false; orm/persistence.lua then makes the parameters of each row.
local core = require "lualchemy.core"
local err = require "lualchemy.error"
local execute = require "lualchemy.engine.execute"
local persistence_plan = require "lualchemy.orm.persistence_plan"
local rows_by_name = require "lualchemy.orm.persistence_rows"
local rowids = require "lualchemy.engine.rowids"

local NULL, NONE = core.null, {}
local batch = {}

-- ---- what is known of a table's rows ----

--- The rows of a table plan: {rows (core.row_plan), given: the same where columns without a value are left out,
-- inserts,-- updates: can they be sent from here?, forms by shape}.
local function rows_of(tp)
  local known = rawget(tp, "direct")
  if known then return known end
  local columns, given = {}, {}
  known = {inserts = true, updates = tp.version == nil, insert_forms = {},
    update_forms = {}}
  for i, c in ipairs(tp.columns) do
    columns[i] = {slot = c.slot, key = c.primary_key, none = c.as_none, keep_none = c.evaluates_none}
    given[i] = {slot = c.slot, keep_none = c.evaluates_none}
    if c.server and not c.primary_key and not c.asks then known.inserts = false end
    if c.server_onupdate then known.updates = false end
  end
  known.rows, known.given = core.row_plan(columns), core.row_plan(given)
  rawset(tp, "direct", known)
  return known
end

local ONE = ("1"):byte()

--- The names of an INSERT's parameters and the slots of their values.
local function insert_form(tp, shape, dialect)
  local direct = rows_of(tp)
  local forms = direct.insert_forms[dialect.name]
  if not forms then
    forms = {}
    direct.insert_forms[dialect.name] = forms
  end
  local form = forms[shape]
  if form then return form end
  form = {slots = {}, has_key = true}
  for i, c in ipairs(tp.columns) do
    if shape:byte(i) == ONE then form.slots[c.key] = c.slot elseif c.primary_key then form.has_key = false end
  end
  form.fetch = persistence_plan.fetch(tp, function(c) return form.slots[c.key] ~= nil end, dialect)
  forms[shape] = form
  return form
end

local function update_form(tp, shape)
  local forms = rows_of(tp).update_forms
  local form = forms[shape]
  if form then return form end
  form = {slots = {}}
  for i, c in ipairs(tp.columns) do
    if shape:byte(i) == ONE then form.slots[c.key] = c.slot end
  end
  for _, c in ipairs(tp.primary_key) do form.slots[c.where_name] = c.slot end
  forms[shape] = form
  return form
end

--- The columns by name, where attributes are called the same.
local function names_of(tp)
  local names = {}
  for i, c in ipairs(tp.columns) do
    if c.key ~= c.prop_key then return false end
    names[c.key] = i
  end
  return names
end

--- How many rows from `at` on can be sent as they are: tables that hold nothing but columns, by the same names.
--- @param nulls boolean is NULL sent, or left out?
--- @return integer? last
--- @return string? shape which columns they have
function batch.mappings(tp, list, at, nulls)
  local direct = rows_of(tp)
  if direct.names == nil then direct.names = tp.version == nil and names_of(tp) end
  if not direct.names then return nil end
  return direct.rows:mappings(list, at, direct.names, nulls)
end

--- Objects have what was sent for their columns without values: defaults that are the same for every row.
local function take_constants(context, tp, objects, first, last)
  for _, column in ipairs(context.info.prefetch or NONE) do
    local c = tp.by_column[column]
    local value = c and context.constant_default(context.info, column)[1]
    if value == nil then value = NULL end
    for i = first, c and last or 0 do rawset(objects[i], c.slot, value) end
  end
end

-- ---- INSERT ----

--- The key that the database made for a single row.
local function take_key(context, tp, obj)
  local info = context.info
  if info.implicit then
    local slots = {}
    for i, column in ipairs(info.implicit) do slots[i] = tp.by_column[column].slot end
    context:fetch_slots({obj}, 1, slots)
  elseif info.lastrowid then
    local c = tp.by_column[info.autoincrement]
    if c then rawset(obj, c.slot, context:last_insert_id()) end
  end
end

--- New objects of the mapper from `at` on, unless it is not the first of them, get their first version. Answers whether
-- the versions are made here.
local function give_versions(tp, objects, at, mapper)
  local c, before = tp.version, objects[at - 1]
  if not c then return true end
  if mapper.version_id_generator == false then return false end
  local obj = not (before and before[1].mapper == mapper) and objects[at]
  while obj and obj[1].mapper == mapper do
    if (rawget(obj, c.slot) or NULL) == NULL then rawset(obj, c.slot, rows_by_name.next_version(mapper, nil)) end
    at = at + 1
    obj = objects[at]
  end
  return true
end

--- The last of the objects from `at` on whose rows have the same columns, and that shape; no shape: no way from here.
--- @param mapper table|false that of all of them; false: the rows of several that are alike
--- @param bulk? boolean columns without a value are left out
function batch.inserts(tp, objects, at, mapper, bulk)
  local direct = rows_of(tp)
  if bulk and tp.version then return at end
  if bulk then return direct.given:inserts(objects, at, mapper) end
  if not direct.inserts or not give_versions(tp, objects, at, mapper) then return at end
  return direct.rows:inserts(objects, at, mapper)
end

--- Inserts the rows of such a run. Answers whether that was possible.
--- @param bulk? boolean the objects learn nothing of it
function batch.insert(connection, tp, objects, first, last, shape, bulk)
  local form = insert_form(tp, shape, connection.dialect)
  if bulk then
    local context = next(form.slots) and execute.slots(connection, tp.insert, form, objects, first, last)
    if context then context:close() end
    return context ~= nil and context ~= false
  end
  local many = last > first
  local fetch = form.fetch
  local returning = fetch.defaults or ((many or tp.version) and not form.has_key)
  local ids = many and returning and not fetch.slots[2] and rowids.tell(connection, fetch.columns[1].column,
    last - first + 1)
  local statement = (ids or not returning) and tp.insert or many and fetch.many or fetch.single
  local context = execute.slots(connection, statement, form, objects, first, last, returning and fetch.slots, ids)
  if not context then return false end
  if returning then
    if context.fetched ~= last - first + 1 then
      err.raise("FlushError", "INSERT into '%s' gave %d rows back for %d", tp.name, context.fetched, last - first + 1)
    end
  elseif not form.has_key then
    take_key(context, tp, objects[first])
  end
  take_constants(context, tp, objects, first, last)
  context:close()
  return true
end

-- ---- UPDATE ----

--- The last of the objects from `at` on of which the same columns changed, and that shape (false: none did); no shape:
-- no way from here.
function batch.updates(tp, objects, at, mapper)
  local direct = rows_of(tp)
  if not direct.updates then return at end
  local session = objects[at][1].session
  return direct.rows:updates(objects, at, mapper, session and session._dirty)
end

--- Updates the rows of such a run: how many were matched, or nothing if that was not possible.
function batch.update(connection, tp, objects, first, last, shape)
  local context = execute.slots(connection, tp.update, update_form(tp, shape), objects, first, last, nil, nil, true)
  if not context then return nil end
  local matched = context.cursor:rowcount()
  take_constants(context, tp, objects, first, last)
  context:close()
  return matched
end

return batch
