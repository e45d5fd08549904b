--- What the schema modules share: classes, options of dialects, names, and what follows an attachment.
local args = require "lualchemy.args"
local core = require "lualchemy.core"
local err = require "lualchemy.error"

local base = {}

--- Where a schema of None is meant: the table is in no schema whatever the MetaData says.
base.BLANK_SCHEMA = setmetatable({}, {__tostring = function() return "BLANK_SCHEMA" end, __metatable = "symbol"})
base.RETAIN_SCHEMA = setmetatable({}, {__tostring = function() return "RETAIN_SCHEMA" end, __metatable = "symbol"})

-- ---- classes ----

local Class = {}

--- Of classes whose instances can be of users' classes also the methods of these, as one that overrides them needs.
Class.__index = function(class, key)
  local kind = rawget(class, "_kind")
  return Class[key] or kind and core.method(kind, key) or nil
end
Class.__call = function(class, ...) return class.new(...) end
Class.__tostring = function(class) return "la." .. class._name end

--- A class derived from this one.
function Class.class(class, name, ...) return require("lualchemy.sql.element_class").derive(class, name, ...) end

--- isinstance(x, class).
function Class.is(class, x)
  if class == nil or not core.is_node(x) then return false end
  return class.test(x)
end

--- A class whose instances are nodes.
--- @param name string
--- @param test fun(node: any): boolean tells its instances from other nodes
--- @param new? function the constructor
function base.class(name, test, new)
  return setmetatable({_name = name, test = test, new = new or function()
    err.raise("ArgumentError", "%s is abstract: it makes no instances", name)
  end}, Class)
end

--- A test for nodes of these kinds.
function base.kinds(...)
  local known = {}
  for _, kind in ipairs{...} do known[kind] = true end
  return function(x) return known[core.kind(x)] == true end
end

--- The part of a column or table that only schema items have.
function base.spec(x)
  return core.get(x, "spec")
end

--- The node that x is or stands for, if it is of that kind; else nil.
function base.element(x, kind)
  local node = core.element(x)
  return node and core.kind(node) == kind and node or nil
end

--- The statement that a table has for its CREATE ("creator") or DROP ("dropper"), or nil.
function base.statement(t, field)
  local s = base.spec(t)
  local statement = s and core.get(s, field)
  return statement and core.with(core.schema.hold(statement), {element = t})
end

--- Gives the table that statement, as it is or with other fields.
function base.set_statement(t, field, statement, fields)
  core.set(base.spec(t), {[field] = core.schema.store(fields and core.with(statement, fields) or statement, t)})
end

--- Keywords by name, as args.check wants them.
function base.keywords(names, extra)
  local out = {}
  for name in names:gmatch("%S+") do out[name] = true end
  for k, v in pairs(extra or {}) do out[k] = v end
  return out
end

-- ---- values ----

--- nil for la.NULL: a keyword given as None.
function base.given(x)
  if x == core.null then return nil end
  return x
end

local TRI = {[true] = 1, [false] = -1}

--- Not given, yes or no, as the core counts them.
function base.tri(x)
  return TRI[base.given(x)] or (base.given(x) ~= nil and 1 or 0)
end

--- The same back.
function base.from_tri(n)
  if n == 0 then return nil end
  return n > 0
end

--- The expression with the columns of tables where mapped attributes stand.
function base.without_attributes(node)
  if not core.has_orm(node) then return node end
  return core.replace(node, function(n)
    if core.kind(n) == "ATTRIBUTE" then return core.get(n, "expr") end
  end)
end

--- A string becomes text(); anything else must be an expression.
function base.sql(x, who, argument)
  if type(x) == "string" then return require("lualchemy.sql.expression").text(x) end
  local node = core.element(x)
  if not node then
    err.raise("ArgumentError", "%s: argument '%s' must be a string or a SQL expression, got %s", who, argument, type(x))
  end
  return base.without_attributes(node)
end

--- What was given in the place of a schema item, for messages.
function base.shown(x)
  return type(x) == "string" and "'" .. x .. "'" or tostring(core.element(x) or x)
end

--- A name: a string, or one with its own quoting (quoted_name, conv).
function base.name(x, quote, who)
  x = base.given(x)
  if x == nil then return nil end
  if type(x) ~= "string" and not base.element(x, "STR") then
    err.raise("ArgumentError", "%s: argument 'name' must be a string, got %s", who, type(x))
  end
  if base.given(quote) ~= nil then return core.schema.quoted(x, quote) end
  return x
end

--- name if it is a string, the text of a quoted one otherwise.
function base.plain(name)
  if core.is_node(name) then return core.get(name, "s") end
  return name
end

--- Fills a table from the database: given by whoever can ask one. o: the keywords of Table().
function base.autoload()
  err.raise("InvalidRequestError", "Table(): 'autoload_with' asks for reflection, which this version cannot do; "
    .. "name the columns")
end

-- ---- what follows an attachment ----

--- Functions called with every item that was attached to a table: naming, events.
base.after_attach = {}

--- Tells what the core made of an attachment. `asked`: the item that was to be attached, where there was one.
-- `quiet`: nobody listens to that.
function base.attached(items, warning, asked, quiet)
  if warning then err.warn(warning) end
  for _, item in ipairs(items) do
    local same = item == asked
    for _, fn in ipairs(base.after_attach) do fn(item, same, same and quiet) end
  end
end

--- Attaches an item to a table by a function of the core, with the events of it.
function base.attach(attach, t, item, ...)
  local quiet = base.is_quiet(item)
  if not quiet then base.fire(item, "before_parent_attach", item, t) end
  local items, warning = attach(t, item, ...)
  base.attached(items, warning, item, quiet)
end

--- The arguments of a constructor: positional ones, and checked keywords in a table of their own.
function base.brace(name, keywords, ...)
  local p, o = args.brace(name, keywords, ...)
  local own = {}
  for k, v in pairs(o) do own[k] = v end
  return p, own
end

return base
