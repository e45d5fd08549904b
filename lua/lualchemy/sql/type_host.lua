--- What the compiler asks users' types: their text, what they wrap, expressions around values, literals.
local core = require "lualchemy.core"
local err = require "lualchemy.error"
local processors = require "lualchemy.sql.processors"
local type_class = require "lualchemy.sql.type_class"

local type_host = {}

local class_of, has_own = type_class.class_of, type_class.has_own

--- The text of a user-defined type.
local function col_spec(node, column, dialect)
  local fn = class_of(node).get_col_spec
  if fn then return fn(node, {type_expression = column}) end
  if not dialect or dialect.name == "default" then return node:__repr__() end
  err.raise("CompileError", "the type %s has no get_col_spec()", class_of(node)._name)
end

local function load_impl(node, _, dialect)
  return core.element(class_of(node).load_dialect_impl(node, dialect))
end

local function wrap(node, expr, bind)
  local made
  if bind then made = node:bind_expression(expr) else made = node:column_expression(expr) end
  return made ~= nil and core.element(made) or nil
end

--- How a value of a user's type, or a table, is written into SQL: what the result is ("value", "text",
-- "value_or_text"), and the result; nil where there is nothing to say.
local function literal(node, dialect, value)
  local class = class_of(node)
  if has_own(class, "literal_processor") then
    local fn = class.literal_processor(node, dialect)
    if fn then return "text", fn(value) end
    return nil
  end
  if has_own(class, "process_literal_param") then
    return "value_or_text", class.process_literal_param(node, value, dialect)
  end
  if has_own(class, "process_bind_param") then return "value", class.process_bind_param(node, value, dialect) end
  local is_list = type(value) == "table" and (value[1] ~= nil or next(value) == nil)
  if is_list and core.type_isa(node, type_class.of("SQL_ARRAY")._id) then
    return "value", core.array_value(value)
  end
end

core.on_host{col_spec = col_spec, load_impl = load_impl, wrap = wrap, literal = literal}

-- ---- la.compiles for types ----

--- class -> {[dialect or ""] = function(type, compiler, kw)}
local compilers = {}

--- What such a function is given to work with: compiler.dialect, compiler:process(type), compiler:visit_…(type).
function type_host.compiler(dialect)
  local function text(_, t) return require("lualchemy.sql.compiler").compile(core.element(t), dialect, {}).string end
  return setmetatable({dialect = dialect, process = text}, {__index = function(_, key)
    if type(key) == "string" and key:find("^visit_") then
      return function(_, t) return type_host.plain(core.element(t), dialect, key:sub(7)) end
    end
  end})
end

--- the type whose text is wanted as if nobody had said how
local as_it_is

local function type_text(node, column, dialect)
  if node == as_it_is then return nil end
  local name = dialect and dialect.name or ""
  for _, class in ipairs(class_of(node)._mro) do
    local own = compilers[class]
    local fn = own and (own[name] or own[""])
    if fn then return fn(node, type_host.compiler(dialect), {type_expression = column}) end
  end
end

--- The text of types of a class, on one dialect or ("") on all: fn(type, compiler, kw) -> string.
--- @param class table a type class
--- @param dialect string
--- @param fn function
function type_host.compiles(class, dialect, fn)
  compilers[class] = compilers[class] or {}
  compilers[class][dialect] = fn
  core.on_host{type_text = type_text}
end

--- Forgets what compiles() was told.
function type_host.deregister(class) compilers[class] = nil end

--- The text of a type as if nobody had said how; name: that of an SQL type it is to be written as ("VARCHAR").
function type_host.plain(node, dialect, name)
  local as = name and name:upper() == name and type_class.named(name, "")
  if as then node = core.with(node, {id = as._id}) end
  local compiler, before = require "lualchemy.sql.compiler", as_it_is
  as_it_is = node
  local ok, compiled = pcall(compiler.compile, node, dialect, {})
  as_it_is = before
  if not ok then error(compiled, 0) end
  return compiled.string
end

type_host.processors = processors

return type_host
