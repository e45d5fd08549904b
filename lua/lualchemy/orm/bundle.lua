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

--- What the columns of a bundle can be asked for, where no column has the name.
local of_columns = {
  keys = function(c) return {require("lualchemy.compat").unpack(rawget(c, "_names"))} end,
  values = function(c)
    local out = {}
    for i, name in ipairs(rawget(c, "_names")) do out[i] = rawget(c, name) end
    return out
  end,
}

local columns_meta = {__index = function(self, key)
  if of_columns[key] then return of_columns[key] end
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

--- What bundles of a class that makes rows itself are copies of: they are known by it, for the statement cache, too.
local function template(class)
  if not rawget(class, "_template") then
    rawset(class, "_template", core.new("BUNDLE", {name = class.__name, exprs = {}, class_ = class}))
  end
  return rawget(class, "_template")
end

local function instance(class, node, single_entity)
  return setmetatable({class = class, name = core.get(node, "name"), exprs = core.get(node, "exprs"), node = node,
    single_entity = single_entity or class.single_entity}, meta)
end

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
  if class.check then class.check(exprs) end
  local fields = {name = p[1], exprs = exprs}
  local node = class.create_row_processor and core.with(template(class), fields) or core.new("BUNDLE", fields)
  local self = instance(class, node, o.single_entity)
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

local function columns_of(node) return (by_node[core.id(node)] or instance(Bundle, node)).c end

core.getters({"BUNDLE"}, {
  clauses = function(node) return core.get(node, "exprs") end, c = columns_of, columns = columns_of,
  name = function(node) return core.get(node, "name") end,
})

--- The Bundle of a node, or nil.
function bundle.of(node) return by_node[core.id(node)] end

--- A bundle whose rows are plain tables by name.
local DictBundle = Bundle:class("DictBundle", {
  check = function(exprs)
    local seen = {}
    for _, column in ipairs(exprs) do
      local key = column_key(column)
      if seen[key] then err.raise("ArgumentError", "DictBundle does not support duplicate column names") end
      seen[key] = true
    end
  end,
  create_row_processor = function(_, _, procs, labels)
    return function(row)
      local out = {}
      for i, proc in ipairs(procs) do out[labels[i]] = proc(row) end
      return out
    end
  end,
})

--- What asks a user's class for the function that makes the rows of a bundle, once in each load; nil of other bundles.
function bundle.processor_of(node)
  local class = core.get(node, "class_")
  if not class then return nil end
  local self = bundle.of(node) or instance(class, node)
  return function(load, element, convert)
    load.processors = load.processors or {}
    if not load.processors[element] then
      local procs = {}
      for i, part in ipairs(element.elements) do
        procs[i] = function(row)
          local value = convert[part.kind](load, part, row)
          if value ~= core.null then return value end
        end
      end
      load.processors[element] = class.create_row_processor(self, load.stmt, procs, element.keys)
    end
    return load.processors[element]
  end
end

bundle.public = {Bundle = Bundle, DictBundle = DictBundle}
return bundle
