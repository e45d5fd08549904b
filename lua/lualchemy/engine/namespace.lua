--- la.engine: the names of la that are about engines and results, and those that only this namespace has.
local iterators = require "lualchemy.engine.iterator_result"

--- @class lualchemy.engine: lualchemy.EngineNames, lualchemy.PoolNames
local engine = {}
for name, value in pairs(require "lualchemy.engine") do engine[name] = value end
engine.result = setmetatable({SimpleResultMetaData = iterators.SimpleResultMetaData,
  null_result = iterators.null_result}, {__index = engine})

return engine
