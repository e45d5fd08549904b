--- The methods of SELECT, and of what stands beside it: UNION and its kin, text() with columns.
local core = require "lualchemy.core"
local args = require "lualchemy.args"
local err = require "lualchemy.error"
local from = require "lualchemy.sql.selectable_from"
local reduce = require "lualchemy.sql.selectable_reduce"
local parts = require "lualchemy.sql.selectable_parts"

local NULL = core.null
local given, either = from.given, from.either
local compat_unpack = require("lualchemy.compat").unpack

local function field(name)
  return function(node) return core.get(node, name) end
end

for kind, methods in pairs(core.statement_methods) do core.methods({kind}, methods) end

-- ---- correlation ----

--- Sets the list `name` of a SELECT to FROMs: nil or false alone is "none".
local function correlated(name, self, ...)
  local first, n = (...), select("#", ...)
  local none = n == 0 or first == nil or first == NULL or first == false
  if none and n > 1 then
    err.raise("ArgumentError", "additional FROM objects not accepted when passing None/False to %s()", name)
  end
  local list = none and {} or core.get(self, name)
  for i = 1, none and 0 or n do list[#list + 1] = core.coerce(core.roles.from, (select(i, ...))) end
  local fields = {auto_correlate = false, [name] = list}
  if name == "correlate_except" then fields.has_correlate_except = true end
  return core.with(self, fields)
end

local function correlate(self, ...) return correlated("correlate", self, ...) end
local function correlate_except(self, ...) return correlated("correlate_except", self, ...) end

-- ---- columns ----

local ONLY = {maintain_column_froms = true}

--- What the columns come from; of an attribute it is its entity.
local function froms_of_columns(self)
  if not core.has_orm(self) then return core.column_froms(self) end
  local out, known = {}, {}
  for _, column in ipairs(core.get(self, "raw_columns")) do
    local entity = core.kind(column) == "ATTRIBUTE" and core.get(column, "entity")
    for _, source in ipairs(entity and {entity} or core.column_froms(core.select(column))) do
      if not known[core.id(source)] then out[#out + 1] = source end
      known[core.id(source)] = true
    end
  end
  return out
end

--- The same SELECT with other columns.
local function with_only_columns(self, ...)
  local p, o = args.take("with_only_columns", ONLY, ...)
  if p.n == 1 and args.is_plain(p[1]) then
    err.raise("ArgumentError", 'The "entities" argument to Select.with_only_columns(), when referring to a sequence of '
      .. "items, is now passed as a series of positional elements, rather than as a list. ")
  end
  if given(o.maintain_column_froms) then self = self:select_from(compat_unpack(froms_of_columns(self))) end
  local fields = {raw_columns = core.columns_clause(compat_unpack(p, 1, p.n))}
  if core.has(self, "setup_joins") or core.has(self, "options") then
    local memoized = core.get(self, "memoized")
    memoized[#memoized + 1] = core.new("SELECT_ENTITIES", {
      raw_columns = core.get(self, "raw_columns"), setup_joins = core.get(self, "setup_joins"),
      options = core.get(self, "options"),
    })
    fields.memoized, fields.setup_joins, fields.options = memoized, {}, {}
  end
  return core.with(self, fields)
end

--- The same SELECT without columns that repeat another one: by foreign keys and by equalities of its criteria.
local function reduce_columns(self, only_synonyms)
  local clauses = core.get(self, "where")
  for _, f in ipairs(core.get(self, "from_obj")) do clauses[#clauses + 1] = f end
  return with_only_columns(self, compat_unpack(reduce(core.selected(self), clauses, only_synonyms ~= false)))
end

-- ---- rows ----

local FOR_UPDATE = {nowait = true, read = true, of = true, skip_locked = true, key_share = true}

--- `… FOR UPDATE`, with {read, nowait, skip_locked, key_share, of = column or table or a list of them}.
local function with_for_update(self, options)
  local o = args.check("with_for_update", FOR_UPDATE, options or {})
  local of = given(o.of)
  if of ~= nil then of = core.columns_clause(compat_unpack(args.is_plain(of) and of or {of})) end
  local arg = core.new("FOR_UPDATE", {
    read = given(o.read) and true or false, nowait = given(o.nowait) and true or false,
    skip_locked = given(o.skip_locked) and true or false, key_share = given(o.key_share) and true or false,
    of = of or {},
  })
  return core.with(self, {for_update = arg})
end

local function copied(t)
  local out = {}
  for k, v in pairs(t) do out[k] = v end
  return out
end

local FETCH = {"count", "with_ties", "percent"}

--- `FETCH FIRST count ROWS`, with_ties, percent, and options of dialects; nil: none.
local function fetch(self, ...)
  local p, n = {...}, select("#", ...)
  local own, dialect = {}, {}
  if args.is_options(p[n]) then p[n], dialect = nil, copied(p[n]) end
  for i, name in ipairs(FETCH) do own[i], dialect[name] = either(p[i], dialect[name]), nil end
  if next(dialect) then self = parts.with_dialect_options(self, dialect) end
  return core.fetch(self, own[1], own[2], own[3])
end

--- The offset that the statement has: its number, or the expression where it is no plain one.
local function offset_of(self)
  local node = core.has(self, "offset") and core.get(self, "offset")
  if not node then return 0 end
  return core.kind(node) == "BIND" and core.get(node, "value") or node
end

--- Rows from start to stop, counted from 0: OFFSET and LIMIT, within those there are.
local function slice(self, start, stop)
  start, stop = given(start), given(stop)
  self = core.with(self, {fetch = NULL, fetch_ties = false, fetch_percent = false})
  if start ~= nil then
    local offset = offset_of(self)
    if start ~= 0 then offset = offset + start end
    self = self:offset(offset ~= 0 and offset or nil)
  end
  if stop == nil then return self end
  return self:limit(stop - (start or 0))
end

-- ---- other forms ----

local function get_label_style(self)
  if core.kind(self) == "SELECT_GROUPING" then return get_label_style(core.get(self, "element")) end
  return core.kind(self) == "TEXT_SELECT" and 0 or core.get(self, "label_style")
end

--- What FROM lists, with the joins; that of a statement with names of the ORM as the database is told.
local function final_froms(self) return core.froms(parts.plain(self)) end

local set = {
  correlate = correlate, correlate_except = correlate_except, with_only_columns = with_only_columns,
  reduce_columns = reduce_columns,
  column = function(self, column) return self:add_columns(column) end,
  get_final_froms = final_froms,
}
for _, name in ipairs{"union", "union_all", "except_", "except_all", "intersect", "intersect_all"} do
  set[name] = core[name]
end
core.methods({"SELECT"}, args.by_name(set, {reduce_columns = "self only_synonyms", column = "self column"}))
core.methods({"SELECT", "UPDATE", "DELETE"}, {
  filter_by = function(...) return require "lualchemy.sql.filter_by"(...) end,
})
core.methods({"SELECT", "COMPOUND"}, args.by_name({
  with_for_update = with_for_update, fetch = fetch, slice = slice,
  union = core.union, union_all = core.union_all,
}, {slice = "self start stop"}))

local SELECTS = {"SELECT", "COMPOUND", "SELECT_GROUPING", "TEXT_SELECT"}

local implicit = core.implicit_subqueries

--- The subquery that a SELECT stands for where a FROM is meant.
local function implicit_subquery(self)
  local known = implicit[self]
  if not known then
    known = core.subquery(parts.plain(self))
    implicit[self] = known
  end
  return known
end

core.methods(SELECTS, args.by_name({
  scalar_subquery = core.scalar_subquery, as_scalar = core.scalar_subquery, get_label_style = get_label_style,
  set_label_style = core.with_labels,
  --- EXISTS (self).
  exists = function(self) return require("lualchemy.sql.selectable_exists").exists(self) end,
  --- The SELECT as a value with a name.
  label = function(self, name) return core.scalar_subquery(self):label(given(name)) end,
  --- The SELECT as a FROM.
  subquery = function(self, name) return core.subquery(parts.plain(self), given(name)) end,
  alias = function(self, name, flat) return from.alias(parts.plain(self), name, flat) end,
  lateral = function(self, name) return from.lateral(parts.plain(self), name) end,
  select = function(self) return core.select(implicit_subquery(self)) end,
  self_group = function(self, against) return core.self_group(self, type(against) == "table" and against.id or nil) end,
  is_derived_from = from.methods.is_derived_from, corresponding_column = from.methods.corresponding_column,
}, {
  set_label_style = "self style", label = "self name", subquery = "self name", alias = "self name flat",
  lateral = "self name",
}))

-- ---- getters ----

--- What is selected; of a mapped class its attributes, by their names.
local function selected_columns(self)
  if core.kind(self) == "COMPOUND" then return core.columns(parts.plain(self)) end
  for _, column in ipairs(core.has(self, "raw_columns") and core.get(self, "raw_columns") or {}) do
    if core.kind(column) == "ENTITY" then return core.columns(parts.plain(self)) end
  end
  return core.columns(self)
end

local function columns_of_subquery(self) return core.columns(implicit_subquery(self)) end

local function descriptions(self)
  local out, items, at = {}, core.columns(self):items(), 0
  for i, expr in ipairs(core.selected(self)) do
    if core.kind(expr) == "TEXT" then
      out[i] = {type = core.expr_type(expr), expr = expr}
    else
      at = at + 1
      out[i] = {name = items[at][1], type = core.expr_type(items[at][2]), expr = items[at][2]}
    end
  end
  return out
end

core.getters(SELECTS, {
  selected_columns = selected_columns, exported_columns = selected_columns, c = columns_of_subquery,
  columns = columns_of_subquery, inner_columns = core.selected,
  column_descriptions = descriptions, selectable = function(self) return self end,
})
core.getters({"SELECT"}, {
  froms = final_froms, columns_clause_froms = function(self) return core.column_froms(parts.plain(self)) end,
  whereclause = function(self)
    local list = core.get(self, "where")
    return list[1] and core.whereclause(list) or nil
  end,
})
core.getters({"COMPOUND"}, {selects = field "selects"})
core.getters({"SELECT_GROUPING"}, {element = field "element"})

return {SELECTS = SELECTS, descriptions = descriptions}
