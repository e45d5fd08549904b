--- la.inspect: what the library knows of an object: engine, connection, table, mapped class, instance, attribute.
local args = require "lualchemy.args"
local core = require "lualchemy.core"
local err = require "lualchemy.error"

local function unavailable(x)
  err.raise("NoInspectionAvailable", "No inspection system is available for object of type %s", type(x))
end

local function of_node(x)
  local kind = core.kind(x)
  if kind == "ENTITY" and core.get(x, "is_alias") == 0 then return require("lualchemy.orm.mapper").of(x) end
  return x
end

local function of_bind(x)
  local Engine = require("lualchemy.engine.engine").Engine
  local Connection = require "lualchemy.engine.connection"
  if Engine:is(x) or (Connection.is and Connection:is(x)) then return require("lualchemy.engine.inspector").new(x) end
end

--- @param x any
--- @param raiseerr? boolean|table false: nil where there is nothing to tell
local function inspect(x, raiseerr)
  if raiseerr ~= nil then
    x, raiseerr = args.place("subject raiseerr", x, raiseerr)
  elseif type(x) == "table" then
    x, raiseerr = args.place("subject raiseerr", x)
  end
  if core.is_node(x) then return of_node(x) end
  if type(x) == "table" then
    local class = require "lualchemy.orm.class"
    local record = class.record(x)
    if record and (record.mapper or record.deferred) then return require("lualchemy.orm.mapper").of(x) end
    if require("lualchemy.orm.state").is_instance(x) then return require("lualchemy.orm.view").of(x) end
    local meta = getmetatable(x)
    if meta == require("lualchemy.orm.mapper").Mapper.meta then return x end
    if type(meta) == "table" and meta.__clause_element and not record then return core.element(x) end
  end
  if type(x) == "table" or type(x) == "userdata" then
    local found = of_bind(x)
    if found then return found end
  end
  if raiseerr == false then return nil end
  unavailable(x)
end

return {inspect = inspect}
