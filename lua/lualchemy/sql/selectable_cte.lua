--- CTEs, VALUES, text() with columns: statements that stand in FROM.
local core = require "lualchemy.core"
local args = require "lualchemy.args"
local err = require "lualchemy.error"
local from = require "lualchemy.sql.selectable_from"
local parts = require "lualchemy.sql.selectable_parts"

local given = from.given
local NULLTYPE = core.type(require("lualchemy.sql.type_class").of("NULLTYPE")._id)
local made = {}

-- ---- CTEs ----

--- `WITH name AS (statement)`, to select from.
--- @param statement any
--- @param name? string
--- @param recursive? boolean
--- @param nesting? boolean
function made.cte(statement, name, recursive, nesting)
  return core.cte(parts.plain(statement), given(name), given(recursive), given(nesting))
end

local WITH_CTE = {"SELECT", "COMPOUND", "TEXT_SELECT", "INSERT", "UPDATE", "DELETE", "VALUES"}

core.methods(WITH_CTE, args.by_name({cte = made.cte}, {cte = "self name recursive nesting"}))
core.methods(WITH_CTE, {
  --- CTEs that the statement has though it does not name them.
  add_cte = function(self, ...)
    local p, o = args.take("add_cte", {nest_here = true}, ...)
    local ctes, nest_here = {}, given(o.nest_here) and true or false
    for i = 1, p.n do
      if core.kind(p[i]) ~= "CTE" then err.raise("ArgumentError", "add_cte: argument %d must be a CTE", i) end
      ctes[i] = core.new("CTE_OPTS", {cte = p[i], nest_here = nest_here})
    end
    return core.append(self, "ctes", ctes)
  end,
})
core.methods({"SELECT_GROUPING"}, {
  add_cte = function()
    err.raise("InvalidRequestError", "add_cte: add the CTE to the SELECT within the parentheses")
  end,
})

local UNION, UNION_ALL = 0, 1

local function all_plain(...)
  local list = {...}
  for i = 1, select("#", ...) do
    local node = core.element(list[i])
    if node then list[i] = parts.plain(node) end
  end
  return require("lualchemy.compat").unpack(list, 1, select("#", ...))
end

core.methods({"CTE"}, {
  --- The CTE in its recursive form: its statement, united with others that select from it.
  union = function(self, ...) return core.cte_union(self, UNION, all_plain(...)) end,
  union_all = function(self, ...) return core.cte_union(self, UNION_ALL, all_plain(...)) end,
  prefix_with = parts.prefix_with, suffix_with = parts.suffix_with,
})

-- ---- VALUES ----

-- BIND.role: LA_BIND_FRESH
local FRESH = 3
local VALUES = {name = true, literal_binds = true}

--- `VALUES (…), (…)` as a table of these columns.
function made.values(...)
  local p, o = args.take("values", VALUES, ...)
  local columns = {}
  for i = 1, p.n do columns[i] = core.coerce(core.roles.labeled, p[i]) end
  return core.new("VALUES", {
    column_list = columns, name = given(o.name), literal_binds = given(o.literal_binds) or false,
  })
end

--- One row: its elements as expressions, typed as their columns.
local function row_of(row, columns)
  if type(row) ~= "table" then err.raise("ArgumentError", "data: each row must be a list of values") end
  if #row ~= #columns then
    err.raise("ArgumentError", "Wrong number of elements for %d-tuple: %d", #columns, #row)
  end
  local items = {}
  for i, column in ipairs(columns) do
    local t = core.expr_type(column)
    local item = core.coerce_literal(row[i], nil, t ~= NULLTYPE and t or nil)
    local plain = not core.is_node(row[i]) and core.kind(item) == "BIND"
    items[i] = plain and core.with(item, {role = FRESH}) or item
  end
  return core.new("LIST", {items = items})
end

core.methods({"VALUES"}, {
  --- Rows for the values: v:data{{1, "a"}, {2, "b"}}.
  data = function(self, rows)
    local columns, data = core.get(self, "column_list"), core.get(self, "data")
    for _, row in ipairs(rows) do data[#data + 1] = row_of(row, columns) end
    return core.with(self, {data = data})
  end,
  --- The values as an expression, for IN.
  scalar_values = function(self)
    return core.new("SCALAR_VALUES", {
      column_list = core.get(self, "column_list"), data = core.get(self, "data"),
      literal_binds = core.get(self, "literal_binds"), type = NULLTYPE,
    })
  end,
})

-- ---- text():columns(…) ----

--- Where the text names the column, so that columns given by name stand in order.
local function place(text, name)
  return text:find("%f[%w_]" .. name:gsub("%W", "%%%0") .. "%f[^%w_]") or #text + 1
end

local function names_in_order(types, text)
  local names = {}
  for name in pairs(types) do names[#names + 1] = name end
  table.sort(names, function(a, b)
    local x, y = place(text, a), place(text, b)
    if x ~= y then return x < y end
    return a < b
  end)
  return names
end

--- The text as a SELECT of these columns: by position, or {name = type}.
local function columns(self, ...)
  local p = {n = select("#", ...), ...}
  local types = {}
  if args.is_options(p[p.n]) then
    types = p[p.n]
    p.n = p.n - 1
  end
  local list, used = {}, {}
  for i = 1, p.n do
    local column = core.coerce(core.roles.labeled, p[i])
    local key = core.get(column, core.kind(column) == "LABEL" and "name" or "key")
    list[i] = key and types[key] and core.column(key, types[key]) or column
    if key then used[key] = true end
  end
  local positional = p.n > 0
  for _, name in ipairs(names_in_order(types, core.get(self, "text"))) do
    if not used[name] then
      list[#list + 1] = core.column(name, types[name])
      positional = false
    end
  end
  return core.new("TEXT_SELECT", {element = self, column_args = list, positional = positional})
end

core.methods({"TEXT"}, {columns = columns})
core.methods({"TEXT_SELECT"}, {
  bindparams = function(self, ...)
    return core.with(self, {element = core.get(self, "element"):bindparams(...)})
  end,
})
core.getters({"TEXT_SELECT"}, {element = function(self) return core.get(self, "element") end})

return made
