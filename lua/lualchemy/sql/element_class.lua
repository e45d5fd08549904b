--- Classes that users derive from those of constructs:
--
--     local coalesce = la.FunctionElement:class("coalesce", {name = "coalesce", inherit_cache = true})
--
-- An instance is a CUSTOM, FUNCTION or DDL node. What `__init__` gave it are its attributes; they stand in the node's
-- field `object`, a table whose metatable knows the class. Instances without attributes of their own share one such
-- table if the class says `inherit_cache = true`: only then are they equal for the statement cache.
--
-- Tables, columns and MetaData are what they are from the start: `__init__` is called with the node itself, and what it
-- sets is kept in an object beside the node's own fields (schema_class.lua).
local core = require "lualchemy.core"
local args = require "lualchemy.args"
local compat = require "lualchemy.compat"
local err = require "lualchemy.error"

local element_class = {}

--- class of the library -> its family
local roots = setmetatable({}, {__mode = "k"})

local User = {__name = "lualchemy.element_class"}

--- What the class or one that it derives from says.
local function attribute(class, key)
  for _, c in ipairs(rawget(class, "_mro")) do
    local value = c._body[key]
    if value ~= nil then return value end
  end
end

User.__index = function(class, key)
  if key == "_body" or key == "_mro" then return nil end
  local value = attribute(class, key)
  if value ~= nil then return value end
  if key == "__init__" then return class._family.init end
  return User[key] or class._family.make and core.method(class._family.kind, key) or nil
end
User.__tostring = function(class) return "<class '" .. rawget(class, "_name") .. "'>" end

--- Is x a class that was made by this module?
function element_class.is_class(x)
  return type(x) == "table" and getmetatable(x) == User
end

--- The node that keeps the object of an instance, by kind.
local HOLDERS = {METADATA = true, CONSTRAINT = true, CUSTOM = true, FUNCTION = true, DDL = true}
function HOLDERS.COLUMN(node) return core.schema.spec_of(node) end
function HOLDERS.TABLE(node) return core.get(node, "spec") end

--- What an instance keeps, nil for other nodes.
function element_class.object_of(node)
  local holder = HOLDERS[core.kind(node)]
  if type(holder) == "function" then node = holder(node) end
  return holder and node and core.get(node, "object") or nil
end

--- The class of an instance, nil for other nodes.
function element_class.of(node)
  local object = element_class.object_of(node)
  return object and getmetatable(object).class
end

--- isinstance(x, class).
function User.is(class, x)
  local own = core.is_node(x) and element_class.of(x)
  for _, c in ipairs(own and own._mro or {}) do
    if c == class then return true end
  end
  return false
end

--- Does an instance's class derive from that one of the library?
function element_class.derives(node, root)
  local own = element_class.of(node)
  for _, c in ipairs(own and own._mro or {}) do
    if c._roots[root] then return true end
  end
  return false
end

-- ---- deriving ----

--- Sorts the classes and tables that a class is made of: classes of users, of the library, what is said in tables.
local function take_parts(derived, parts)
  for _, part in ipairs(parts) do
    if element_class.is_class(part) then
      for _, c in ipairs(part._mro) do derived._mro[#derived._mro + 1] = c end
      derived._family = derived._family or part._family
    elseif roots[part] then
      derived._roots[part] = true
      if not derived._family or derived._family.weak then derived._family = roots[part] end
    elseif not args.is_plain(part) then
      err.raise("ArgumentError", "%s: a class derives from classes and tables, got %s", derived._name, type(part))
    end
  end
end

--- What the tables among the parts say: the last one is the body, of mixins the first one counts.
local function body_of(parts)
  local body = {}
  for i = #parts - 1, 2, -1 do
    for k, v in pairs(args.is_plain(parts[i]) and parts[i] or {}) do body[k] = v end
  end
  for k, v in pairs(args.is_plain(parts[#parts]) and parts[#parts] or {}) do body[k] = v end
  return body
end

--- base:class("Name", [class or mixin, …,] [body]).
function element_class.derive(base, name, ...)
  if type(name) ~= "string" then err.raise("ArgumentError", "class() takes a name, got %s", type(name)) end
  if not roots[base] and not element_class.is_class(base) then
    err.raise("ArgumentError", "%s has no subclasses", tostring(base))
  end
  local parts = {base, ...}
  local derived = {_name = name, _body = body_of(parts), _roots = {}}
  derived._mro = {derived}
  take_parts(derived, parts)
  derived._instances = {class = derived, __index = function(_, key)
    if key ~= "type" then return attribute(derived, key) end
  end}
  setmetatable(derived, User)
  if not derived._family.make then core.custom_kind(derived._family.kind, 1) end
  if derived._family.derived then derived._family.derived(derived) end
  return derived
end
User.class = element_class.derive

-- ---- instances ----

--- The node that instances are copies of.
local function template(class)
  if not rawget(class, "_template") then
    local blank = class._family.blank(class)
    rawset(class, "_template", core.with(blank, {object = setmetatable({}, class._instances)}))
  end
  return rawget(class, "_template")
end

User.__call = function(class, ...)
  if class._family.make then return class._family.make(class, ...) end
  local self = setmetatable({}, class._instances)
  class.__init__(self, ...)
  local fields = class._family.fields(class, self)
  local node_type = rawget(self, "type") or attribute(class, "type")
  self.type = nil
  if fields.type == nil and node_type ~= nil and node_type ~= core.null then fields.type = core.element(node_type) end
  if next(self) or not (attribute(class, "inherit_cache") or class._family.cached) then fields.object = self end
  return core.with(template(class), fields)
end

local function name_of(class, self)
  local name = self.name
  if name ~= nil and type(name) ~= "string" and not core.is_node(name) then
    err.raise("ArgumentError", "%s: 'name' must be a string, got %s", class._name, type(name))
  end
  return name
end

local function no_arguments(self, ...)
  if select("#", ...) > 0 then
    err.raise("ArgumentError", "%s() takes no arguments: its class has no function __init__",
      getmetatable(self).class._name)
  end
end

-- ---- families ----

local function custom(named)
  return function() return core.new("CUSTOM", {named = named}) end
end

--- ColumnElement: an expression.
local CUSTOM = {kind = "CUSTOM", init = no_arguments, blank = custom(0)}
function CUSTOM.fields(class, self) return {name = name_of(class, self)} end

--- ClauseElement, Executable; what else a class derives from decides how it behaves.
local EXECUTABLE = {kind = "CUSTOM", init = no_arguments, blank = custom(0), fields = CUSTOM.fields, weak = true}

--- What stands in an attribute as node: expressions, or arrays of them, are part of the construct.
local function part_of(name, value)
  if args.is_plain(value) and value[1] ~= nil then
    for _, x in ipairs(value) do
      if not core.is_node(x) then return nil end
    end
    value = core.new("LIST", {items = value})
  end
  return core.is_node(value) and core.new("PAIR", {key = core.new("STR", {s = name}), value = value}) or nil
end

--- SyntaxExtension: a clause of a statement. Its attributes that are expressions are walked and adapted with it.
local EXTENSION = {kind = "CUSTOM", init = no_arguments, blank = custom(0)}
function EXTENSION.fields(class, self)
  local fields, names = CUSTOM.fields(class, self), {}
  for name in pairs(self) do names[#names + 1] = name end
  table.sort(names)
  fields.args = {}
  for _, name in ipairs(names) do
    local part = part_of(name, self[name])
    if part then
      fields.args[#fields.args + 1], self[name] = part, nil
    end
  end
  return fields
end

--- ColumnClause: made with a name and perhaps a type, written as that name unless a function says otherwise.
local COLUMN = {kind = "CUSTOM", blank = custom(1)}
function COLUMN.init(self, name, type_)
  self.name, self.type = name, type_
end
function COLUMN.fields(class, self)
  local name = name_of(class, self)
  if name == nil then err.raise("ArgumentError", "%s() needs a name", class._name) end
  self.name = nil
  return {name = name}
end

--- FunctionElement: made with its arguments.
local FUNCTION = {kind = "FUNCTION"}
function FUNCTION.init(self, ...) rawset(self, "_args", compat.pack(...)) end
function FUNCTION.blank(class)
  local name = name_of(class, class)
  local blank = name and core.with(core.call(name), {generic = 0}) or core.new("FUNCTION", {})
  return class._family.cached and blank or core.with(blank, {user = 1})
end
function FUNCTION.fields(class, self)
  local given = rawget(self, "_args") or {n = 0}
  rawset(self, "_args", nil)
  local call = core.call(name_of(class, class) or "param", nil, compat.unpack(given, 1, given.n))
  local from_args = class._from_args and not rawget(self, "type")
  local monotonic = self.monotonic and 1 or 0
  rawset(self, "monotonic", nil)
  return {args = core.get(call, "args"), type = from_args and core.type_of_args(call) or nil, monotonic = monotonic}
end

--- ExecutableDDLElement.
local DDL = {kind = "DDL", init = no_arguments, fields = function() return {} end}
function DDL.blank()
  return core.new("DDL", {action = require("lualchemy.sql.ddl_element").actions.ExecutableDDLElement})
end

element_class.families = {CUSTOM = CUSTOM, EXECUTABLE = EXECUTABLE, COLUMN = COLUMN, FUNCTION = FUNCTION, DDL = DDL,
  EXTENSION = EXTENSION}

--- What a new instance of a class keeps; `from`: as another one does.
function element_class.object(class, from)
  local object = setmetatable({}, class._instances)
  for k, v in pairs(from or {}) do object[k] = v end
  return object
end

--- Makes a class of the library one that can be derived from.
function element_class.root(class, family)
  roots[class] = family
  if family.make then class._kind = family.kind end
  class.__init__ = family.init
  return class
end

return element_class
