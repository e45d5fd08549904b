--- la.compiles: functions that say how constructs become SQL.
--
--     la.compiles(coalesce)(function(element, compiler, kw) return "coalesce" .. … end)
--     la.compiles(la.types.String, "mssql")(function(type_, compiler, kw) return "VARCHAR(MAX)" end)
local core = require "lualchemy.core"
local args = require "lualchemy.args"
local element_class = require "lualchemy.sql.element_class"
local err = require "lualchemy.error"
local type_class = require "lualchemy.sql.type_class"
local type_host = require "lualchemy.sql.type_host"

--- class -> {[dialect or "default"] = function}; those of the library also as an array, latest first
local specs, overridden = setmetatable({}, {__mode = "k"}), {}

-- ---- the compiler that they are given ----

--- The flags that a table of keywords means.
local function flags_of(kw)
  local flags = kw and kw._flags or 0
  for name, flag in pairs(core.emit_flags) do
    local want = kw and kw[name]
    if name == "no_table" and kw and kw.include_table ~= nil then want = not kw.include_table end
    if want ~= nil then
      local has = math.floor(flags / flag) % 2 == 1
      if want and not has then flags = flags + flag elseif has and not want then flags = flags - flag end
    end
  end
  return flags
end

local function keywords(flags)
  local kw = {_flags = flags}
  for name, flag in pairs(core.emit_flags) do
    if math.floor(flags / flag) % 2 == 1 then kw[name] = true end
  end
  if kw.no_table then kw.no_table, kw.include_table = nil, false end
  return kw
end

local function text_of(self, x, kw, plain)
  return core.emit(core.element(x), flags_of(kw), plain, kw ~= nil and kw._flags ~= nil, self.dialect)
end

--- @class lualchemy.Compiler what a function given to la.compiles works with; attributes may be set
--- @field dialect lualchemy.Dialect
--- @field preparer table quotes names: `quote(name)`, `format_table(t)`, `format_column(c)`
local methods = {}

--- The text of a construct or type; of an array of them, separated by commas. kw: as they were given, to hand on.
--- @param x any
--- @param kw? table
--- @return string
function methods:process(x, kw)
  if type(x) == "table" and args.is_plain(x) then
    local texts = {}
    for i, item in ipairs(x) do texts[i] = text_of(self, item, kw) end
    return table.concat(texts, ", ")
  end
  return text_of(self, x, kw)
end

--- A value as literal of a type.
--- @param value any
--- @param type_ any
--- @return string
function methods:render_literal_value(value, type_)
  return text_of(self, require("lualchemy.sql.expression").literal(value, type_), {literal_binds = true})
end

--- name, type, default and nullability of a column, as in CREATE TABLE.
--- @param column any
--- @return string
function methods:get_column_specification(column)
  return text_of(self, require("lualchemy.sql.ddl_element").classes.CreateColumn(column), nil, true)
end

--- visit_<anything>(element, kw): its text as if nobody had said how.
local function plain(self, x, kw) return text_of(self, x, kw, true) end

local Compiler = {__index = function(self, key)
  if methods[key] then return methods[key] end
  if key == "sql_compiler" then return self end
  if key == "type_compiler" or key == "type_compiler_instance" then return type_host.compiler(self.dialect) end
  if key == "preparer" then return self.dialect.identifier_preparer end
  if type(key) == "string" and key:find("^visit_") then return plain end
end}

-- ---- finding and calling ----

local function class_specs(node)
  local class = element_class.of(node)
  for _, c in ipairs(class and class._mro or {}) do
    if specs[c] then return specs[c], class end
  end
  for _, c in ipairs(overridden) do
    if c:is(node) then return specs[c] end
  end
  return nil, class
end

--- Has a class of the user without a function a text of its own?
local function has_text(node)
  local kind = core.kind(node)
  if kind == "FUNCTION" then return core.has(node, "name") end
  return kind ~= "DDL" and (kind ~= "CUSTOM" or core.has(node, "named"))
end

--- compilers under way, by their host
local under_way = {}

local function compiler_for(dialect, host)
  local compiler = under_way[host]
  if not compiler then
    compiler = setmetatable({dialect = dialect}, Compiler)
    under_way[host] = compiler
  end
  return compiler
end

local function custom(node, dialect, flags, host)
  local found, class = class_specs(node)
  local fn = found and (found[dialect.name] or found.default)
  if fn then
    local text = fn(node, compiler_for(dialect, host), keywords(flags))
    if text ~= nil and type(text) ~= "string" then
      err.raise("CompileError", "a function given to la.compiles must return a string, got %s", type(text))
    end
    return text or ""
  end
  if class and not has_text(node) then
    err.raise("UnsupportedCompilationError", "the compiler of the dialect '%s' can't render element of type %s: %s "
      .. "construct has no default compilation handler.", dialect.name, tostring(class), tostring(class))
  end
end

core.on_host{custom = custom, compiled = function(host) under_way[host] = nil end}

-- ---- registering ----

local function note(class)
  if element_class.is_class(class) then return core.custom_kind(class._family.kind, 1) end
  if type(class) ~= "table" or type(class.is) ~= "function" or not class.kinds then
    err.raise("ArgumentError", "compiles: a class of constructs or types is expected, got %s", tostring(class))
  end
  for kind in pairs(class.kinds) do core.custom_kind(kind, 2) end
  if not specs[class] then table.insert(overridden, 1, class) end
end

local function register(class, dialects, fn)
  if type(fn) ~= "function" then err.raise("ArgumentError", "compiles: a function is expected, got %s", type(fn)) end
  if #dialects == 0 then dialects = {"default"} end
  if type_class.is_class(class) then
    for _, d in ipairs(dialects) do type_host.compiles(class, d ~= "default" and d or "", fn) end
    return fn
  end
  note(class)
  specs[class] = specs[class] or {}
  for _, d in ipairs(dialects) do specs[class][d] = fn end
  return fn
end

local compiles = {}

--- Says how instances of a class compile, on these dialects or (none named) on all that have no function of their own:
-- `la.compiles(class, "postgresql")(fn)`, or with the function as last argument. fn(element, compiler, kw) returns SQL.
--- @param class any a class of the library's constructs, statements, types or DDL, or one derived from them
--- @param ... string|function dialects; the function
--- @return function
function compiles.compiles(class, ...)
  local dialects = {...}
  local fn = dialects[#dialects]
  if type(fn) == "function" then
    dialects[#dialects] = nil
    return register(class, dialects, fn)
  end
  return function(f) return register(class, dialects, f) end
end

--- Forgets what compiles() was told about a class.
--- @param class any
function compiles.deregister(class)
  if type_class.is_class(class) then return type_host.deregister(class) end
  specs[class] = nil
  for i, c in ipairs(overridden) do
    if c == class then return table.remove(overridden, i) and nil end
  end
end

return compiles
