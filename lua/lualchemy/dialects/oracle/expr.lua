--- Expressions of Oracle: distances of vectors.
local core = require "lualchemy.core"
local comparator = require "lualchemy.sql.comparator"
local operators = require "lualchemy.sql.operators"
local type_class = require "lualchemy.sql.type_class"

local function distance(sign)
  local op = operators.values.custom_op(sign, {return_type = core.type(type_class.of("FLOAT")._id)})
  return function(self, other) return operators.apply(op, self, other) end
end

comparator.register("ORACLE_VECTOR", {
  l2_distance = distance "<->", inner_product = distance "<#>", cosine_distance = distance "<=>",
})

return {}
