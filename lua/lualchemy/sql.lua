--- la.sql: the rest of `sqlalchemy.sql` beside what is la's own.
local la = require "lualchemy"

local elements = setmetatable({}, {__index = la})

return setmetatable({
  operators = require("lualchemy.sql.operators").values,
  functions = require "lualchemy.sql.generic_function",
  expression = elements, elements = elements, selectable = elements, sqltypes = la.types,
}, {__index = la})
