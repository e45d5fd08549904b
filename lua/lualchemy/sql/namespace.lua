--- la.<dialect>: the dialect and all that only it has, from the modules of lualchemy.dialects.<name>.
local dialect = require "lualchemy.sql.dialect"
local err = require "lualchemy.error"

local PARTS = {"types", "expr", "dml", "schema"}

local function unknown(self, name)
  local names = {}
  for k in pairs(self) do names[#names + 1] = k end
  local near = type(name) == "string" and err.nearest(name, names)
  err.raise("InvalidRequestError", "la.%s has no '%s'%s", rawget(self, "_name"), tostring(name),
    near and ("; did you mean '" .. near .. "'?") or "")
end

--- The part of the namespace, or nil if the dialect has none.
local function part_of(name, part)
  local module = "lualchemy.dialects." .. name .. "." .. part
  local found = package.loaded[module]
  if found then return found end
  local ok, result = pcall(require, module)
  if ok then return result end
  if not tostring(result):find("module '" .. module .. "' not found", 1, true) then error(result, 0) end
end

--- @param name string
return function(name)
  require "lualchemy.sql.compiler"
  require "lualchemy.sql.types"
  require "lualchemy.sql.expression"
  local namespace = {_name = name, dialect = dialect.class_of(name)}
  for _, part in ipairs(PARTS) do
    local names = part_of(name, part)
    for k, v in pairs(type(names) == "table" and names or {}) do namespace[k] = v end
  end
  return setmetatable(namespace, {__index = unknown})
end
