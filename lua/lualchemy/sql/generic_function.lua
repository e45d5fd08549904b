--- Functions as classes: `la.sql.functions.GenericFunction:class("as_utc", {type = la.DateTime})` makes
-- `la.func.as_utc(…)`.
local args = require "lualchemy.args"
local element_class = require "lualchemy.sql.element_class"
local func = require "lualchemy.sql.func"

local FUNCTION = element_class.families.FUNCTION
local OPTIONS = {type_ = true}

--- A function that la.func knows by its identifier, unless the class says `_register = false`.
local GENERIC = {kind = "FUNCTION", cached = true, blank = FUNCTION.blank, fields = FUNCTION.fields}

function GENERIC.init(self, ...)
  local p, o = args.take(getmetatable(self).class._name, OPTIONS, ...)
  rawset(self, "_args", p)
  if o.type_ ~= nil then rawset(self, "type", o.type_) end
end

function GENERIC.derived(class)
  local body = class._body
  if body.name == nil then body.name = class._name end
  if body._register ~= false then
    func.register_function(body.identifier or tostring(body.name), class, body.package)
  end
end

--- A class of the library that is derived from.
local Root = {__name = "lualchemy.function_class"}
Root.__index = Root
Root.__tostring = function(class) return "la.sql.functions." .. class._name end
function Root.class(class, name, ...) return element_class.derive(class, name, ...) end
function Root.is(class, x) return require("lualchemy.core").is_node(x) and element_class.derives(x, class) end

local GenericFunction = element_class.root(setmetatable({_name = "GenericFunction"}, Root), GENERIC)
local ReturnTypeFromArgs = GenericFunction:class("ReturnTypeFromArgs", {_register = false, _from_args = true})

return {
  GenericFunction = GenericFunction, AnsiFunction = GenericFunction, ReturnTypeFromArgs = ReturnTypeFromArgs,
  FunctionElement = require("lualchemy.sql.expression_class").FunctionElement,
  register_function = func.register_function, func = func.func,
}
