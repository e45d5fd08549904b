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
  if type(value) == "table" and core.type_isa(node, type_class.of("SQL_ARRAY")._id) then
    return "value", core.array_value(value)
  end
end

core.on_host{col_spec = col_spec, load_impl = load_impl, wrap = wrap, literal = literal}

-- ---- la.compiles for types ----

--- class -> {[dialect or ""] = function(type, compiler, kw)}
local compilers = {}

--- What such a function is given to work with: compiler.dialect, compiler:process(type).
local function type_compiler(dialect)
  local compiler = require "lualchemy.sql.compiler"
  return {dialect = dialect, process = function(_, t) return compiler.compile(core.element(t), dialect, {}).string end}
end

local function type_text(node, column, dialect)
  local name = dialect and dialect.name or ""
  for _, class in ipairs(class_of(node)._mro) do
    local own = compilers[class]
    local fn = own and (own[name] or own[""])
    if fn then return fn(node, type_compiler(dialect), {type_expression = column}) end
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

type_host.processors = processors

return type_host
