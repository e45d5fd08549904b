--- Extensions of the syntax of statements: statement:ext(extension).
--
-- An extension is an instance of a class that derives from SyntaxExtension, or a construct of a dialect that was
-- defined here. Its function apply_to_select (apply_to_insert …) puts it into points of the statement.
local core = require "lualchemy.core"
local args = require "lualchemy.args"
local element_class = require "lualchemy.sql.element_class"
local err = require "lualchemy.error"
local fallback = require "lualchemy.sql.fallback"

--- root: la.SyntaxExtension
local extension = {}

--- Where extensions may stand, in the order of the text.
local POINTS = {
  SELECT = {"post_select", "pre_columns", "post_criteria", "post_body"}, INSERT = {"post_values"},
  UPDATE = {"post_criteria"}, DELETE = {"post_criteria"},
}

--- name of a DIALECT_EXPR -> its functions
local defined = {}

--- Makes the constructs of a dialect of that name extensions.
--- @param name string
--- @param functions table<string, fun(self: any, statement: any)> apply_to_select and its kin
function extension.define(name, functions) defined[name] = functions end

--- The class of an extension, or its functions; nil for what is none.
local function class_of(x)
  if not core.is_node(x) then return nil end
  if core.kind(x) == "DIALECT_EXPR" then return defined[core.get(x, "name")] end
  return core.kind(x) == "CUSTOM" and element_class.derives(x, extension.root) and element_class.of(x) or nil
end

--- Is x one?
function extension.is(x) return class_of(x) ~= nil end

--- The node and the class of an extension; raises for what is none.
function extension.check(x)
  local node = core.element(x)
  local class = class_of(node)
  if class then return node, class end
  err.raise("ArgumentError", "SyntaxExtension expected, got %s.", core.is_node(x) and core.kind(x) or tostring(x))
end

--- Statements that an extension is being applied to: copies that nobody else has yet.
local open = setmetatable({}, {__mode = "k"})

--- A copy of the statement with an extension.
--- @param self any
--- @param x any
local function ext(self, x)
  local node, class = extension.check(x)
  local kind = core.kind(self):lower()
  local apply = class["apply_to_" .. kind]
  if type(apply) ~= "function" then
    err.raise("NotImplementedError", "Extension %s cannot be applied to %s", rawget(class, "_name")
      or core.get(node, "name"), kind)
  end
  local copy = core.with(self, {})
  open[copy] = true
  apply(node, copy)
  open[copy] = nil
  return core.seal(copy)
end

local function check_point(kind, position)
  for _, point in ipairs(POINTS[kind]) do
    if point == position then return end
  end
  err.raise("ValueError", "Unknown position '%s' for %s construct; known positions: '%s'", tostring(position),
    kind:lower(), table.concat(POINTS[kind], "', '"))
end

--- Sets what stands at a point of a statement that an extension is applied to: fn gets what stands there, an array, and
-- returns what is to.
local function apply_syntax_extension_point(self, fn, position)
  check_point(core.kind(self), position)
  if not open[self] then
    err.raise("InvalidRequestError", "apply_syntax_extension_point() changes a statement while ext() applies an "
      .. "extension to it, not else")
  end
  local others, here = {}, {}
  for _, entry in ipairs(core.get(self, "extensions")) do
    if core.get(entry, "point") == position then here[#here + 1] = core.get(entry, "element") else
      others[#others + 1] = entry
    end
  end
  local wanted = fn(here)
  if not args.is_plain(wanted) or wanted[1] == nil then
    err.raise("ArgumentError", "apply_syntax_extension_point: the function must return an array that is not empty")
  end
  for _, element in ipairs(wanted) do
    others[#others + 1] = core.new("EXTENSION", {point = position, element = core.element(element)})
  end
  core.set(self, {extensions = others})
end

core.methods({"SELECT", "INSERT", "UPDATE", "DELETE"}, {
  ext = ext, apply_syntax_extension_point = apply_syntax_extension_point,
})

-- ---- what extensions answer to ----

--- The elements without those of the extension's class, and it.
local function append_replacing_same_type(self, existing)
  local out, class = {}, class_of(self)
  for _, element in ipairs(existing) do
    local same = core.kind(self) == "CUSTOM" and class:is(element) or class_of(element) == class
    if not same then out[#out + 1] = element end
  end
  out[#out + 1] = self
  return out
end
extension.append_replacing_same_type = append_replacing_same_type

--- The same as a value: self.append_replacing_same_type is the function for a point, and may be called as a method.
local function bound(self)
  return function(a, b) return append_replacing_same_type(self, b == nil and a or b) end
end

--- Attributes that became part of the construct.
core.getters({"CUSTOM"}, {["*"] = function(node, key)
  for _, part in ipairs(core.get(node, "args")) do
    if core.get(core.get(part, "key"), "s") == key then
      local value = core.get(part, "value")
      return core.kind(value) == "LIST" and core.get(value, "items") or value
    end
  end
  if key == "append_replacing_same_type" and class_of(node) then return bound(node) end
  return fallback(node, key)
end})

return extension
