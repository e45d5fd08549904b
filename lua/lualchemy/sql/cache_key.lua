--- stmt:_generate_cache_key(): what the statement cache knows a construct by: its structure, not the values of binds.
local core = require "lualchemy.core"
local visitors = require "lualchemy.sql.visitors"

--- @class lualchemy.CacheKey
--- @field key string the same for equal constructs; different ones seldom share it
--- @field bindparams any[] the binds, whose values are no part of the key
local CacheKey = {__name = "lualchemy.CacheKey"}
CacheKey.__eq = function(a, b) return core.same(a._node, b._node) end
CacheKey.__tostring = function(self) return "CacheKey(" .. self.key .. ")" end

local function generate(node)
  local binds = {}
  visitors.traverse(node, {}, {bindparam = function(bind) binds[#binds + 1] = bind end})
  return setmetatable({_node = node, key = ("%.0f"):format(core.hash(node)), bindparams = binds}, CacheKey)
end

return generate
