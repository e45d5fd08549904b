--- EXISTS, and the SELECT as a value: both pass on what is asked of the SELECT within.
local core = require "lualchemy.core"
local args = require "lualchemy.args"
local err = require "lualchemy.error"

local EXISTS = core.ops.exists
local BOOLEAN = core.type(require("lualchemy.sql.type_class").of("BOOLEAN")._id)
local SELECT = {SELECT = true, COMPOUND = true, SELECT_GROUPING = true, TEXT_SELECT = true}
local made = {}

-- EXISTS (SELECT *): what exists() begins with.
local anything

--- EXISTS (SELECT …): of a SELECT, of a column to select, or of nothing: `SELECT *`, to which criteria are added.
function made.exists(...)
  local argument = ...
  local node = core.element(argument)
  local scalar
  if select("#", ...) == 0 or argument == nil then
    anything = anything or core.unary(core.scalar_subquery(core.select(core.literal_column("*"))), EXISTS, nil, BOOLEAN)
    return anything
  elseif node and core.kind(node) == "SCALAR_SELECT" then
    scalar = node
  elseif node and SELECT[core.kind(node)] then
    scalar = core.scalar_subquery(node)
  else
    scalar = core.scalar_subquery(core.select(argument))
  end
  return core.unary(scalar, EXISTS, nil, BOOLEAN)
end

local function within(name)
  return function(self, ...)
    if core.get(self, "op") ~= EXISTS then
      err.raise("InvalidRequestError", "%s() is for exists() and SELECT, not for other expressions", name)
    end
    local statement = core.get(core.get(self, "element"), "element")
    if core.kind(statement) ~= "SELECT" then
      err.raise("InvalidRequestError", "Can only apply this operation to a plain SELECT construct")
    end
    return core.with(self, {element = core.scalar_subquery(statement[name](statement, ...))})
  end
end

core.methods({"UNARY"}, {
  where = within "where", correlate = within "correlate", correlate_except = within "correlate_except",
  select_from = within "select_from",
  --- SELECT EXISTS (…).
  select = function(self) return core.select(self) end,
})

local function of_element(name)
  return function(self, ...)
    local statement = core.get(self, "element")
    return core.with(self, {element = statement[name](statement, ...)})
  end
end

core.methods({"SCALAR_SELECT"}, args.by_name({
  where = of_element "where", correlate = of_element "correlate", correlate_except = of_element "correlate_except",
  scalar_subquery = function(self) return self end,
  alias = function(self, ...) return core.get(self, "element"):alias(...) end,
  subquery = function(self, ...) return core.get(self, "element"):subquery(...) end,
  exists = function(self) return made.exists(self) end,
}, {where = "self crit"}))

local function no_columns()
  err.raise("InvalidRequestError", "Scalar Select expression has no columns; use this object directly within a "
    .. "column-level expression.")
end

core.getters({"SCALAR_SELECT"}, {
  c = no_columns, columns = no_columns,
  selected_columns = function(self) return core.columns(core.get(self, "element")) end,
})

return made
