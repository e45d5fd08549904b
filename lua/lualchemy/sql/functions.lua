--- Functions in FROM, and la.func among the public names.
local core = require "lualchemy.core"
local args = require "lualchemy.args"
local func = require "lualchemy.sql.func"
local type_class = require "lualchemy.sql.type_class"

local NULL = core.null

local VALUED = {with_ordinality = true, joins_implicitly = true, name = true}

local function given(x)
  if x == NULL then return nil end
  return x
end

local function valued(fn, name, joins_implicitly, columns)
  name = given(name)
  return core.new("TABLE_VALUED", {
    element = fn, name = name, anon = not name and "anon" or nil, column_list = columns,
    joins_implicitly = joins_implicitly and true or false,
  })
end

--- The function as a table of these columns (names or columns).
--- @param ... any names, then {with_ordinality = …, joins_implicitly = …, name = …}
local function table_valued(self, ...)
  local p, o = args.take("table_valued", VALUED, ...)
  local columns = {}
  for i = 1, p.n do columns[i] = core.coerce(core.roles.plain_column, p[i]) end
  if given(o.with_ordinality) then
    columns[#columns + 1] = core.coerce(core.roles.plain_column, o.with_ordinality)
    self = core.with(self, {with_ordinality = true})
  end
  return valued(self, o.name, o.joins_implicitly, columns)
end

--- The function under a name.
local function alias(self, name, joins_implicitly) return valued(self, name, given(joins_implicitly)) end

local function column_of(node)
  local columns = core.get(node, "column_list")
  return core.valued_column(node, not columns[1] and core.expr_type(core.get(node, "element")) or nil)
end

--- The function under a name, as a column.
local function column_valued(self, ...)
  return column_of(alias(self, ...))
end

--- `(function(…)).name`.
local function scalar_table_valued(self, name, type_)
  return core.with(core.column(name, given(type_)), {render = self, key = NULL})
end

--- The function as a comparison of its arguments of these numbers.
local function as_comparison(self, left, right)
  local list = core.get(self, "args")
  return core.new("BINARY", {
    left = list[left], right = list[right], op = core.ops.function_as_comparison_op, ["function"] = self,
    type = core.type(type_class.of("BOOLEAN")._id),
  })
end

core.methods({"FUNCTION"}, args.by_name({
  table_valued = table_valued, column_valued = column_valued, scalar_table_valued = scalar_table_valued, alias = alias,
  as_comparison = as_comparison,
}, {
  column_valued = "self name joins_implicitly", alias = "self name joins_implicitly",
  scalar_table_valued = "self name type_", as_comparison = "self left_index right_index",
}))

--- Names the columns, too: `f(…) AS name(a, b)`.
local function render_derived(self, name, with_types)
  name = given(name)
  return core.new("TABLE_VALUED", {
    element = core.get(self, "element"), name = name, anon = not name and "anon" or nil,
    column_list = core.get(self, "column_list"), joins_implicitly = core.get(self, "joins_implicitly"),
    render_derived = true, render_derived_types = given(with_types) and true or false,
  })
end

core.methods({"TABLE_VALUED"}, args.by_name({render_derived = render_derived}, {
  render_derived = "self name with_types",
}))
core.getters({"TABLE_VALUED"}, {column = column_of})
local function monotonic(node) return core.get(node, "monotonic") ~= 0 end
core.getters({"FUNCTION"}, {monotonic = monotonic, packagenames = function(node)
  local names = {}
  for i, part in ipairs(core.get(node, "packages")) do names[i] = core.get(part, "s") end
  return names
end})

return {func = func.func, modifier = func.func}
