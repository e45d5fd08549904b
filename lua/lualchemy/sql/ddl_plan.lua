--- What creating or dropping schema items comes to: an array of steps in order.
--
-- A step is a DDL element to execute, or a function to call with the connection (a listener, a condition that only
-- it can tell). `exists(kind, name, schema, table)` answers for "table", "index" (of that table), "sequence" and
-- "type"; it is asked only with `checkfirst`.
local base = require "lualchemy.sql.schema_base"
local core = require "lualchemy.core"
local ddl = require "lualchemy.sql.ddl_element"
local err = require "lualchemy.error"
local schema_event = require "lualchemy.sql.schema_event"
local sort = require "lualchemy.sql.schema_sort"
local types = require "lualchemy.sql.ddl_types"

local schema = core.schema
local classes = ddl.classes

--- @class Plan
local Plan = {}
Plan.__index = Plan

local function new_plan(dialect, o)
  return setmetatable({steps = {}, dialect = dialect, checkfirst = o.checkfirst or false, exists = o.exists,
    tables = o.tables, seen = {}}, Plan)
end

--- Does the dialect have this capability?
local function can(plan, name)
  local value = plan.dialect[name]
  return value == true or value == 1
end

local function spec(x)
  return core.get(x, "spec")
end

-- ---- steps ----

function Plan.add(plan, step)
  plan.steps[#plan.steps + 1] = step
end

--- Adds a DDL element, under its condition.
function Plan.execute(plan, element, target, kw)
  local condition = core.has(element, "condition") and core.get(element, "condition")
  if not condition then return plan:add(element) end
  local dialect = plan.dialect
  if condition.callable_ == nil or condition.callable_ == core.null then
    if ddl.holds(condition, element, target, nil, dialect, kw) then plan:add(element) end
    return
  end
  plan:add(function(connection)
    if ddl.holds(condition, element, target, connection, dialect, kw) then connection:execute(element) end
  end)
end

--- Adds the calls of the listeners of x.
function Plan.fire(plan, x, name, kw)
  for _, listener in ipairs(schema_event.listeners(x, name)) do
    local fn = listener.fn
    if core.is_node(fn) then
      plan:execute(core.with(fn, {element = x}), x, kw)
    else
      plan:add(function(connection) fn(x, connection, kw) end)
    end
  end
end

--- Is it there? Without checkfirst everything is taken to be as it should.
function Plan.is_there(plan, kind, name, in_schema, otherwise, t)
  if not plan.checkfirst or not plan.exists then return otherwise end
  return plan.exists(kind, name, in_schema, t and core.get(t, "name")) and true or false
end

local function check_identifier(plan, name)
  local max = plan.dialect.max_identifier_length
  if name and max and #name > max then
    err.raise("IdentifierError", "Identifier '%s' exceeds maximum length of %d characters", name, max)
  end
end

local function has_table(plan, t, otherwise)
  local name, in_schema = core.get(t, "name"), core.get(t, "schema")
  check_identifier(plan, name)
  check_identifier(plan, in_schema)
  return plan:is_there("table", name, in_schema, otherwise)
end

-- ---- sequences ----

local function wants_sequence(plan, s)
  return can(plan, "supports_sequences") and (not can(plan, "sequences_optional") or core.get(s, "optional") == 0)
end

local function has_sequence(plan, s, otherwise)
  return plan:is_there("sequence", core.get(s, "name"), core.get(s, "schema"), otherwise)
end

local function create_sequence(plan, s, sure)
  if not sure and not (wants_sequence(plan, s) and not has_sequence(plan, s, false)) then return end
  plan:fire(s, "before_create", {})
  plan:execute(classes.CreateSequence(s), s)
  plan:fire(s, "after_create", {})
end

local function drop_sequence(plan, s, sure)
  if not sure and not (wants_sequence(plan, s) and has_sequence(plan, s, true)) then return end
  plan:fire(s, "before_drop", {})
  plan:execute(classes.DropSequence(s), s)
  plan:fire(s, "after_drop", {})
end

--- Calls fn for the sequences that are defaults of the table's columns.
local function each_default(t, fn)
  for _, column in ipairs(core.columns(t):values()) do
    local default = spec(column) and core.get(spec(column), "default_")
    if default and core.kind(default) == "SEQUENCE" then fn(default) end
  end
end

-- ---- indexes and comments ----

local function create_index(plan, index, sure)
  local t = core.get(index, "table")
  if not sure and t and plan:is_there("index", core.get(index, "name"), core.get(t, "schema"), false, t) then return end
  plan:fire(index, "before_create", {})
  plan:execute(classes.CreateIndex(index), index)
  plan:fire(index, "after_create", {})
end

local function drop_index(plan, index)
  local t = core.get(index, "table")
  if t and not plan:is_there("index", core.get(index, "name"), core.get(t, "schema"), true, t) then return end
  plan:fire(index, "before_drop", {})
  plan:execute(classes.DropIndex(index), index)
  plan:fire(index, "after_drop", {})
end

local function add_comments(plan, t)
  if not can(plan, "supports_comments") or can(plan, "inline_comments") then return end
  if core.has(spec(t), "comment") then plan:add(classes.SetTableComment(t)) end
  for _, column in ipairs(core.columns(t):values()) do
    if core.has(spec(column), "comment") then plan:add(classes.SetColumnComment(column)) end
  end
  if not can(plan, "supports_constraint_comments") then return end
  for _, constraint in ipairs(core.get(spec(t), "constraints")) do
    if core.has(constraint, "comment") then plan:add(classes.SetConstraintComment(constraint)) end
  end
end

-- ---- tables ----

local function create_table(plan, t, foreign_keys, whole)
  local kw = {checkfirst = plan.checkfirst, _is_metadata_operation = whole}
  if not t.is_view then types.create_for_table(plan, t, whole) end
  plan:fire(t, "before_create", kw)
  each_default(t, function(s) create_sequence(plan, s) end)
  if not can(plan, "supports_alter") then foreign_keys = nil end
  plan:execute(base.statement(t, "creator")
    or classes.CreateTable(t, {include_foreign_key_constraints = foreign_keys}), t)
  for _, index in ipairs(core.get(spec(t), "indexes")) do create_index(plan, index, true) end
  add_comments(plan, t)
  plan:fire(t, "after_create", kw)
end

local function drop_table(plan, t, ignored, whole)
  local kw = {checkfirst = plan.checkfirst, _is_metadata_operation = whole}
  plan:fire(t, "before_drop", kw)
  plan:execute(base.statement(t, "dropper") or classes.DropTable(t), t)
  each_default(t, function(s)
    if not ignored[s] then drop_sequence(plan, s) end
  end)
  if not t.is_view then types.drop_for_table(plan, t, whole) end
  plan:fire(t, "after_drop", kw)
end

local function alter(plan, constraint, class, before, after)
  if not can(plan, "supports_alter") then return end
  plan:fire(constraint, before, {})
  plan:execute(class(constraint), constraint)
  plan:fire(constraint, after, {})
end

-- ---- all of a MetaData ----

local function tables_of(collection)
  local out = {}
  for _, pair in ipairs(collection) do out[#out + 1] = pair[1] end
  return out
end

local function create_metadata(plan, metadata)
  local wanted, sequences = {}, {}
  for _, t in ipairs(plan.tables or schema.tables(metadata)) do
    if not has_table(plan, t, false) then wanted[#wanted + 1] = t end
  end
  local collection = sort.sort_tables_and_constraints(wanted)
  for _, s in ipairs(schema.sequences(metadata)) do
    if not core.get(s, "column") and wants_sequence(plan, s) and not has_sequence(plan, s, false) then
      sequences[#sequences + 1] = s
    end
  end
  local kw = {tables = tables_of(collection), checkfirst = plan.checkfirst}
  types.create_for_metadata(plan, metadata)
  plan:fire(metadata, "before_create", kw)
  for _, s in ipairs(sequences) do create_sequence(plan, s, true) end
  for _, pair in ipairs(collection) do
    if pair[1] then
      create_table(plan, pair[1], pair[2], true)
    else
      for _, fkc in ipairs(pair[2]) do alter(plan, fkc, classes.AddConstraint, "before_create", "after_create") end
    end
  end
  plan:fire(metadata, "after_create", kw)
end

local NOT_SORTED = "Can't sort tables for DROP; an unresolvable foreign key dependency exists between tables: %s"

--- The tables in the order in which they can be dropped, with the keys that must go before.
local function drop_order(plan, tables)
  local can_alter = can(plan, "supports_alter")
  local ok, found = pcall(sort.sort_tables_and_constraints, tables, function(fkc)
    if not can_alter or not core.has(fkc, "name") then return false end
  end)
  if not ok then
    if not err.exc.CircularDependencyError:is(found) then error(found, 0) end
    local names = {}
    for i, t in ipairs(found.cycles) do names[i] = t.fullname end
    local text = NOT_SORTED:format(table.concat(names, ", "))
    if can_alter then
      error(err.exc.CircularDependencyError(text .. ".  Please ensure that the ForeignKey and ForeignKeyConstraint "
        .. "objects involved in the cycle have names so that they can be dropped using DROP CONSTRAINT.",
        {cycles = found.cycles}), 0)
    end
    err.warn(text .. "; and backend does not support ALTER.  To restore at least a partial sort, apply use_alter=True "
      .. "to ForeignKey and ForeignKeyConstraint objects involved in the cycle to mark these as known cycles that will "
      .. "be ignored.")
    found = {}
    for i = #tables, 1, -1 do found[#found + 1] = {tables[i], {}} end
  end
  local out = {}
  for i = #found, 1, -1 do out[#out + 1] = found[i] end
  return out
end

local function drop_metadata(plan, metadata)
  local wanted, sequences, ignored = {}, {}, {}
  for _, t in ipairs(plan.tables or schema.tables(metadata)) do
    if has_table(plan, t, true) then wanted[#wanted + 1] = t end
  end
  local collection = drop_order(plan, wanted)
  for _, s in ipairs(schema.sequences(metadata)) do
    if wants_sequence(plan, s) and has_sequence(plan, s, true) then
      sequences[#sequences + 1] = s
      ignored[s] = true
    end
  end
  local kw = {tables = tables_of(collection), checkfirst = plan.checkfirst}
  plan:fire(metadata, "before_drop", kw)
  for _, pair in ipairs(collection) do
    if pair[1] then
      drop_table(plan, pair[1], ignored, true)
    else
      for _, fkc in ipairs(pair[2]) do alter(plan, fkc, classes.DropConstraint, "before_drop", "after_drop") end
    end
  end
  for _, s in ipairs(sequences) do drop_sequence(plan, s, not core.get(s, "column")) end
  types.drop_for_metadata(plan, metadata)
  plan:fire(metadata, "after_drop", kw)
end

-- ---- which ----

local CREATE = {
  METADATA = create_metadata,
  TABLE = function(plan, t)
    if not has_table(plan, t, false) then create_table(plan, t, nil, false) end
  end,
  INDEX = create_index, SEQUENCE = create_sequence, TYPE = types.create,
}
local DROP = {
  METADATA = drop_metadata,
  TABLE = function(plan, t)
    if has_table(plan, t, true) then drop_table(plan, t, {}, false) end
  end,
  INDEX = drop_index, SEQUENCE = drop_sequence, TYPE = types.drop,
}

local function make(how, element, dialect, o)
  local plan = new_plan(dialect, o or {})
  how[core.kind(element)](plan, element)
  return plan.steps
end

return {
  --- The steps that create a MetaData's tables, a table, an index, a sequence or a type.
  --- @param element any
  --- @param dialect any
  --- @param o? table tables: only these of a MetaData; checkfirst; exists: function(kind, name, schema, table)
  plan_create = function(element, dialect, o) return make(CREATE, element, dialect, o) end,
  --- The steps that drop it.
  plan_drop = function(element, dialect, o) return make(DROP, element, dialect, o) end,
}
