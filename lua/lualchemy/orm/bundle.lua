--- la.Bundle: several columns as one element of a row.
local args = require "lualchemy.args"
local core = require "lualchemy.core"
local err = require "lualchemy.error"

local bundle = {}

local Bundle = {__name = "lualchemy.Bundle", single_entity = false}

--- Bundles by their node: what a row of theirs becomes is theirs to say.
local by_node = setmetatable({}, {__mode = "v"})

local function column_key(column)
  local kind = core.kind(column)
  if kind == "LABEL" or kind == "BUNDLE" then return core.get(column, "name") end
  return core.get(column, "key")
end

local columns_meta = {__index = function(self, key)
  local names = rawget(self, "_names")
  local near = type(key) == "string" and err.nearest(key, names)
  err.raise("AttributeError", "the bundle has no column '%s'%s", tostring(key), near
    and ("; did you mean '" .. near .. "'?") or "")
end}

local function instance_index(self, key)
  local class = rawget(self, "class")
  local value = class[key]
  if value ~= nil then return value end
  if key == "c" or key == "columns" then
    local c = {_names = {}}
    for _, column in ipairs(rawget(self, "exprs")) do
      c[column_key(column)] = column
      c._names[#c._names + 1] = column_key(column)
    end
    return setmetatable(c, columns_meta)
  end
end

local meta = {
  __index = instance_index, __tostring = function(self) return "Bundle(" .. self.name .. ")" end,
  __clause_element = function(self) return rawget(self, "node") end,
}

local KEYWORDS = {single_entity = true}

local function construct(class, ...)
  local p, o = args.brace("Bundle", KEYWORDS, ...)
  if type(p[1]) ~= "string" then err.raise("ArgumentError", "Bundle: argument 'name' must be a string, got %s",
    type(p[1])) end
  local exprs = {}
  for i = 2, p.n do
    local node = core.element(p[i])
    if not node then err.raise("ArgumentError", "Bundle: argument %d must be a column expression, got %s", i,
      type(p[i])) end
    exprs[#exprs + 1] = node
  end
  local node = core.new("BUNDLE", {name = p[1], exprs = exprs})
  local self = setmetatable({class = class, name = p[1], exprs = exprs, node = node, single_entity = o.single_entity
    or class.single_entity}, meta)
  by_node[core.id(node)] = self
  return self
end

--- A class of bundles: its create_row_processor(self, query, procs, labels) gives the function that makes a row.
function Bundle.class(self, name, body)
  local class = {__name = name}
  for k, v in pairs(body or {}) do class[k] = v end
  return setmetatable(class, {__index = self, __call = construct, __tostring = function() return name end})
end

function Bundle.is(self, x)
  if type(x) ~= "table" or getmetatable(x) ~= meta then return false end
  local class = rawget(x, "class")
  while class do
    if class == self then return true end
    class = getmetatable(class) and rawget(getmetatable(class), "__index")
  end
  return false
end

--- The bundle with a label: the same under another name.
function Bundle:label(name)
  return construct(rawget(self, "class"), name, require("lualchemy.compat").unpack(rawget(self, "exprs")))
end

setmetatable(Bundle, {__call = construct, __tostring = function() return "la.Bundle" end})

core.getters({"BUNDLE"}, {clauses = function(node) return core.get(node, "exprs") end})

--- The Bundle of a node, or nil.
function bundle.of(node) return by_node[core.id(node)] end

bundle.public = {Bundle = Bundle}
return bundle
