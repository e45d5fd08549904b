--- Rows that a result had, to be given again: what result:freeze() returns.
local row_module = require "lualchemy.engine.row"

--- @class lualchemy.FrozenResult
--- @field data any[]
local Frozen = {__name = "lualchemy.FrozenResult"}
Frozen.__index = Frozen
function Frozen.__call(frozen) return frozen._results.from_rows(frozen.data, frozen._meta) end

--- @param results table the class of results
--- @param data any[]
--- @param meta? table that of rows
function Frozen.new(results, data, meta)
  return setmetatable({data = data, _meta = meta, _results = results}, Frozen)
end

--- The rows as arrays of their own; single values are arrays of one.
--- @return any[][]
function Frozen:rewrite_rows()
  local out = {}
  for i, row in ipairs(self.data) do out[i] = row_module.is(row) and row:slice() or {row} end
  return out
end

--- The same columns with other rows.
--- @param rows any[][] rows or arrays of values
--- @return lualchemy.FrozenResult
function Frozen:with_new_rows(rows)
  local data, scalars = {}, self.data[1] ~= nil and not row_module.is(self.data[1])
  for i, row in ipairs(rows) do data[i] = scalars and row[1] or row_module.of(row, self._meta) end
  return Frozen.new(self._results, data, self._meta)
end

--- Is x a frozen result?
--- @param x any
--- @return boolean
function Frozen.is(_, x) return type(x) == "table" and getmetatable(x) == Frozen end

return Frozen
