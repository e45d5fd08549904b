--- la.tstring(): text of SQL with values and expressions in it.
--
-- Lua has no template strings. The text is one literal, and names in braces stand for what a table gives them, so that
-- no value can come to stand among the text:
--
--     la.tstring("SELECT * FROM users WHERE id = {id}", {id = 5})
local core = require "lualchemy.core"
local err = require "lualchemy.error"

local NULLTYPE = core.type(require("lualchemy.sql.type_class").of("NULLTYPE")._id)

--- What a value stands for: a construct as it is, a SELECT as a scalar subquery, anything else as a parameter.
local function part_of(name, value)
  local node = core.element(value)
  local category = node and core.category(node)
  if category == "FROM" and core.kind(node) ~= "CTE" or node and core.kind(node) == "TEXT" then return node end
  if node and category ~= "EXPR" and category ~= "STATEMENT" then
    err.raise("ArgumentError", "tstring(): {%s}: TString interpolatable element expected, got a %s", name,
      core.kind(node))
  end
  return core.coerce(core.roles.expr, value)
end

local Parser = {}
Parser.__index = Parser

function Parser:add_text(text)
  self.pending = self.pending .. text
end

function Parser:flush()
  if self.pending ~= "" then self.parts[#self.parts + 1] = core.text(self.pending) end
  self.pending = ""
end

function Parser:add_value(name)
  local key = tonumber(name) or name
  local value = self.values[key]
  if value == nil then
    err.raise("ArgumentError", "tstring(): no value is given for {%s}; la.NULL is NULL", name)
  end
  self.used[key] = true
  self:flush()
  self.parts[#self.parts + 1] = part_of(name, value)
end

--- Takes the brace at `at`, and gives the place after what it begins.
function Parser:brace(template, at)
  local sign = template:sub(at, at)
  if template:sub(at + 1, at + 1) == sign then
    self:add_text(sign)
    return at + 2
  end
  local name, after = template:match("^{([%w_]+)}()", at)
  if not name then
    err.raise("ArgumentError", "tstring(): the '%s' at place %d belongs to no {name}; a brace is written %s", sign, at,
      sign .. sign)
  end
  self:add_value(name)
  return after
end

function Parser:parse(template)
  local at = 1
  while true do
    local brace = template:find("[{}]", at)
    self:add_text(template:sub(at, (brace or 0) - 1))
    if not brace then break end
    at = self:brace(template, brace)
  end
  self:flush()
  for key in pairs(self.values) do
    if not self.used[key] then
      err.raise("ArgumentError", "tstring(): the text has no {%s}", tostring(key))
    end
  end
end

--- Text of SQL in which {name} stands for values[name]: an expression or a table as SQL, any other value as a
-- parameter. {1} is the first of an array; {{ and }} are braces.
--- @param template string
--- @param values table|nil
local function tstring(template, values)
  if type(template) ~= "string" then
    err.raise("ArgumentError", "tstring(): argument 'template' must be a string, got %s", type(template))
  end
  if values ~= nil and (type(values) ~= "table" or getmetatable(values)) then
    err.raise("ArgumentError", "tstring(): argument 'values' must be a table of names and values, got %s",
      core.is_node(values) and "a construct" or type(values))
  end
  local parser = setmetatable({values = values or {}, used = {}, parts = {}, pending = ""}, Parser)
  parser:parse(template)
  if not parser.parts[1] then parser.parts[1] = core.text("") end
  return core.new("TEXT", {text = template, parts = parser.parts, type = NULLTYPE})
end

return tstring
