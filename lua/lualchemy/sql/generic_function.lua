--- Functions as classes: `la.sql.functions.GenericFunction:class("as_utc", {type = la.DateTime})` makes
-- `la.func.as_utc(…)`.
local args = require "lualchemy.args"
local core = require "lualchemy.core"
local element_class = require "lualchemy.sql.element_class"
local func = require "lualchemy.sql.func"

local FUNCTION = element_class.families.FUNCTION
local OPTIONS = {type_ = true, monotonic = true}

--- A function that la.func knows by its identifier, unless the class says `_register = false`.
local GENERIC = {kind = "FUNCTION", cached = true, blank = FUNCTION.blank, fields = FUNCTION.fields}

function GENERIC.init(self, ...)
  local p, o = args.take(getmetatable(self).class._name, OPTIONS, ...)
  rawset(self, "_args", p)
  if o.type_ ~= nil then rawset(self, "type", o.type_) end
  if o.monotonic ~= nil then rawset(self, "monotonic", o.monotonic) end
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
function Root.is(class, x)
  if not core.is_node(x) then return false end
  return element_class.derives(x, class) or class._known == true and core.kind(x) == "FUNCTION"
    and core.get(x, "generic") ~= 0
end

local GenericFunction = element_class.root(setmetatable({_name = "GenericFunction", _known = true}, Root), GENERIC)
local ReturnTypeFromArgs = GenericFunction:class("ReturnTypeFromArgs", {_register = false, _from_args = true})

local names = {
  GenericFunction = GenericFunction, AnsiFunction = GenericFunction, ReturnTypeFromArgs = ReturnTypeFromArgs,
  FunctionElement = require("lualchemy.sql.expression_class").FunctionElement,
  Function = require("lualchemy.sql.expression_class").Function,
  register_function = func.register_function, func = func.func,
}

--- A function that the library knows, as a class: la.sql.functions.coalesce(a, b) is la.func.coalesce(a, b).
local Known = {}
Known.__index = Known
Known.__tostring = Root.__tostring
Known.__call = function(class, ...) return func.func[class._name](...) end

--- isinstance(x, class).
function Known.is(class, x)
  return core.is_node(x) and core.kind(x) == "FUNCTION" and core.get(x, "generic") ~= 0
    and (core.get(x, "name") or ""):lower() == class._name
end

local KNOWN = [[aggregate_strings all any array_agg char_length coalesce concat count cube cume_dist current_date
  current_time current_timestamp current_user dense_rank grouping_sets localtime localtimestamp max min mode now
  percent_rank percentile_cont percentile_disc pow random rank rollup session_user some sum sysdate user]]

local KINDS = {FUNCTION = true} -- of the nodes among which its instances are

for name in KNOWN:gmatch "%S+" do
  names[name] = setmetatable({_name = name, kinds = KINDS}, Known)
end
names.next_value = func.func.next_value

return names
