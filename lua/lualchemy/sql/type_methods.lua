--- What every type can do. Functions of library classes live in the class tables, where users' classes override
-- them; an instance finds them, its arguments and its own attributes through the getter of all names of TYPE.
local core = require "lualchemy.core"
local err = require "lualchemy.error"
local params = require "lualchemy.sql.type_params"
local type_class = require "lualchemy.sql.type_class"

local Class, class_of = type_class.Class, type_class.class_of

local Engine = type_class.of("ENGINE")
local Decorator = type_class.of("TYPEDECORATOR")

--- Instances whose constructor is running: their attributes may be set.
local open = setmetatable({}, {__mode = "k"})

-- ---- making ----

--- What the library's classes find along their resolution order: class -> name -> value, or false.
local found = {}

local function attribute(class, name)
  if rawget(class, "_user") then return class[name] end
  local own = found[class]
  if not own then
    own = {}
    found[class] = own
  end
  if own[name] == nil then own[name] = class[name] or false end
  return own[name]
end

--- The constructor of the library's classes.
function Engine.__init__(self, ...)
  local class = class_of(self)
  local given = params.take(class._name, params.signature(class), ...)
  local prepare = attribute(class, "_prepare")
  if prepare then given = prepare(given, class) or given end
  params.fill(class, self, given)
end

--- A type decorator hands its arguments on to what it wraps.
function Decorator.__init__(self, ...)
  local class = class_of(self)
  local impl = class.impl
  if impl == nil then
    err.raise("ArgumentError", "TypeDecorator implementations require a class-level variable 'impl' which refers to "
      .. "the class of type being decorated")
  end
  if type_class.is_class(impl) then impl = impl(...) end
  params.fill(class, self, {impl = impl})
end

for _, id in ipairs{"INTERVAL", "PICKLETYPE"} do type_class.of(id).__init__ = Engine.__init__ end

--- A decorator whose constructor does not call the inherited one still wraps something.
local function default_impl(class, node)
  local impl = rawget(class, "_user") and class.impl
  if type_class.is_class(impl) then
    local ok, made = pcall(impl)
    impl = ok and made or nil
  end
  if impl then params.fill(class, node, {impl = impl}) end
end

Class.__call = function(class, ...)
  local node = core.with(type_class.template(class), {})
  local init = attribute(class, "__init__")
  if init ~= Engine.__init__ and init ~= Decorator.__init__ then
    if core.type_isa(node, Decorator._id) then default_impl(class, node) end
    open[node] = true
    local ok, message = pcall(init, node, ...)
    open[node] = nil
    if not ok then error(message, 0) end
  else
    init(node, ...)
  end
  return core.seal(node)
end

-- ---- attributes ----

--- The attributes that one instance of a user's class has for itself.
local function state_of(node, make)
  local object = core.get(node, "object")
  if object ~= nil and getmetatable(object) ~= Class then return object end
  if not make then return nil end
  local class = class_of(node)
  local state = setmetatable({}, {__index = class, class = class})
  core.set(node, {object = state})
  return state
end

local function unknown(node, key)
  local names = {"with_variant", "copy", "compile", "as_generic", "evaluates_none", "dialect_impl"}
  local signature = params.signature(class_of(node))
  for _, name in ipairs(signature) do names[#names + 1] = name end
  for _, name in ipairs(signature.keywords or {}) do names[#names + 1] = name end
  local near = type(key) == "string" and err.nearest(key, names)
  err.raise("InvalidRequestError", "the type %s has no attribute '%s'%s", class_of(node)._name, tostring(key),
    near and ("; did you mean '" .. near .. "'?") or "")
end

--- Attributes that are computed: name -> {class, function(node)}.
local computed = {}

local function get(node, key)
  local state = state_of(node)
  local value = state and rawget(state, key)
  if value ~= nil then return value end
  local class = class_of(node)
  if computed[key] and core.type_isa(node, computed[key][1]) then return computed[key][2](node) end
  if params.takes(class, key) then return params.read(node, key) end
  if key == "impl" and core.type_isa(node, Decorator._id) then return core.get(node, "impl") end
  value = class[key]
  if value ~= nil then return value end
  if core.type_isa(node, Decorator._id) and core.get(node, "impl") then return core.get(node, "impl")[key] end
  if core.type_bits[key] then return params.read(node, key) end
  return unknown(node, key)
end

local function set(node, key, value)
  if not open[node] then
    local state = state_of(node)
    if not state then
      err.raise("InvalidRequestError", "types are immutable: cannot set '%s' of %s", tostring(key),
        class_of(node)._name)
    end
    state[key] = value
  elseif params.takes(class_of(node), key) then
    params.fill(class_of(node), node, {[key] = value == nil and core.null or value})
  else
    state_of(node, true)[key] = value
  end
end

core.getters({"TYPE"}, {["*"] = get})
core.setters({"TYPE"}, {["*"] = set})

-- JSON stores None by itself unless it is told that None is NULL.
computed.should_evaluate_none = {Engine._id, function(node)
  if core.type_isa(node, type_class.of("SQL_JSON")._id) then return not params.read(node, "none_as_null") end
  return params.read(node, "should_evaluate_none")
end}
-- What strings have, a UUID answers, too: nothing.
for _, name in ipairs{"length", "collation", "collation_schema"} do
  computed[name] = {type_class.of("UUID")._id, function() return nil end}
end
computed.hashable = {Engine._id, function(node)
  if core.type_isa(node, type_class.of("SQL_JSON")._id) then return false end
  return not core.type_isa(node, type_class.of("SQL_ARRAY")._id) or params.read(node, "as_tuple")
end}
computed.schema = {type_class.of("ENUM")._id, function(node) return core.get(node, "schema") end}

--- Which values a type has, by its ID: what type() says of them, or the name of their class in la. The first that fits.
local VALUES = {
  {"BOOLEAN", "boolean"}, {"INTEGER", "number"}, {"UUID", "uuid"}, {"ENUM", "string"}, {"STRING", "string"},
  {"ANYBINARY", "string"}, {"DATETIME", "datetime"}, {"DATE", "date"}, {"TIME", "time"},
  {"ABSTRACTINTERVAL", "timedelta"}, {"SQL_JSON", "table"}, {"SQL_ARRAY", "table"},
}

--- What Python's python_type is here: a word of type(), or the class of the values (la.date, la.Decimal …).
computed.python_type = {Engine._id, function(node)
  if core.type_isa(node, type_class.of("NUMERIC")._id) then
    return params.read(node, "asdecimal") and require("lualchemy.values").Decimal or "number"
  end
  for _, row in ipairs(VALUES) do
    if core.type_isa(node, type_class.of(row[1])._id) then return require("lualchemy.values")[row[2]] or row[2] end
  end
  err.raise("NotImplementedError", "the type %s has no values of one kind", class_of(node)._name)
end}

-- ---- copies ----

--- A type that is equal to this one.
function Engine.copy(self)
  return core.with(self, {})
end

--- The type as it is on the given dialects: t:with_variant(other, "mysql", …).
--- @param other any a type
function Engine.with_variant(self, other, ...)
  local names = {...}
  if #names == 0 then err.raise("ArgumentError", "At least one dialect name is required") end
  local node = core.element(other)
  if not node or core.kind(node) ~= "TYPE" then
    err.raise("ArgumentError", "with_variant(): argument 1 must be a type, got %s", type(other))
  end
  local variants = core.get(self, "variants")
  for _, name in ipairs(names) do
    for _, pair in ipairs(variants) do
      if core.get(core.get(pair, "key"), "s") == name then
        err.raise("ArgumentError", "Dialect '%s' is already present in the mapping for this %s", name, self:__repr__())
      end
    end
  end
  if #core.get(node, "variants") > 0 then
    err.raise("ArgumentError", "can't pass a type that already has variants as a dialect-level type to with_variant()")
  end
  for _, name in ipairs(names) do
    variants[#variants + 1] = core.new("PAIR", {key = core.new("STR", {s = name}), value = node})
  end
  return core.with(self, {variants = variants})
end

--- The same type, told that None is a value of its own and not just the absence of one.
function Engine.evaluates_none(self)
  local flag = core.type_isa(self, type_class.of("SQL_JSON")._id) and "none_as_null" or "should_evaluate_none"
  local copy = core.with(self, {})
  return params.fill(class_of(self), copy, {[flag] = flag == "should_evaluate_none"})
end

--- All arguments of a type, as {name = value}.
local function arguments(node, signature)
  local given = {}
  for _, list in ipairs{signature, signature.keywords or {}} do
    for _, name in ipairs(list) do given[name] = params.read(node, name) end
  end
  if signature.rest then given[signature.rest] = params.read(node, signature.rest) end
  return given
end

--- A type of another class with the arguments that both classes take.
--- @param class table a type class
function Engine.adapt(self, class)
  local node = core.with(type_class.template(class), {variants = core.get(self, "variants")})
  local given = {}
  for name, value in pairs(arguments(self, params.signature(class_of(self)))) do
    if params.takes(class, name) then given[name] = value end
  end
  return params.fill(class, node, given)
end

--- What the type is on a dialect: its variant, or the dialect's own type for it.
--- @param dialect table a dialect object
function Engine.dialect_impl(self, dialect)
  return core.type_impl(self, dialect.core, dialect)
end

-- ---- generic types ----

local function is_capital(name)
  return name == name:upper()
end

local function generic_class(class)
  if core.type_isa(core.type(class._id), type_class.of("ANYBINARY")._id) then return type_class.of("LARGEBINARY") end
  local camel, upper
  for _, c in ipairs(class._mro) do
    if c._info.dialect == "" and c ~= Engine and not rawget(c, "_user") and c._name:sub(1, 1) ~= "_"
      and c ~= Decorator and c._name ~= "UserDefinedType" then
      if is_capital(c._name) then upper = upper or c else camel = camel or c end
    end
  end
  return camel or upper
end

--- The type of the standard nearest to this one: la.mysql.INTEGER(4):as_generic() is la.Integer().
function Engine.as_generic(self, options)
  local class = generic_class(class_of(self))
  if not class or class._name == "NullType" then
    if options and options.allow_nulltype then return core.type(type_class.of("NULLTYPE")._id) end
    err.raise("InvalidRequestError", "Default TypeEngine.as_generic() heuristic method was unsuccessful for %s. "
      .. "A custom as_generic() method must be implemented for this type class.", class_of(self)._name)
  end
  return self:adapt(class)
end

-- ---- hooks that users' classes override ----

--- Overridden, these wrap a bind, or a column that is selected, in SQL: return an expression.
function Engine.bind_expression() return nil end
function Engine.column_expression() return nil end

--- What a decorator wraps on a dialect.
function Decorator.load_dialect_impl(self)
  return core.get(self, "impl")
end

function Decorator.bind_expression(self, bind)
  return core.get(self, "impl"):bind_expression(bind)
end

function Decorator.column_expression(self, column)
  return core.get(self, "impl"):column_expression(column)
end

--- The type of a value that an expression of this type is compared with.
--- @param value any
--- @return lualchemy.TypeEngine
function Engine.coerce_compared_value(self, _, value) return core.type_compared(self, value) end

--- A decorator is the type of what it is compared with.
function Decorator.coerce_compared_value(self)
  return self
end
type_class.of("USERDEFINEDTYPE").coerce_compared_value = Decorator.coerce_compared_value
type_class.of("INTERVAL").coerce_compared_value = Engine.coerce_compared_value

--- What the text of the type is made of; classes of users may override it.
--- @return lualchemy.GenericRepr
function Engine.repr_struct(self) return require("lualchemy.sql.type_repr")(self) end

--- The constructor call that makes this type, as Python's repr() shows it.
function Engine.__repr__(self) return tostring(self:repr_struct()) end

return {arguments = arguments, computed = computed}
