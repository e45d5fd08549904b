--- Strings that name classes, attributes and expressions: relationship{"Track", order_by = "Track.position"}.
--
-- What Python would evaluate: names of classes and tables, attributes, the names of Core (and_, desc, func, Integer …),
-- foreign and remote, calls with keywords, operators, lists. Anything else is written as a function.
local api = require "lualchemy.sql.api"
local class = require "lualchemy.orm.class"
local compat = require "lualchemy.compat"
local core = require "lualchemy.core"
local err = require "lualchemy.error"

local resolve = {}

--- What Lua has other names for.
local RENAMED = {["true"] = "true_", ["false"] = "false_"}
--- Of classes as of tables.
local JOINS = {join = true, outerjoin = true}
local ROLES = require("lualchemy.orm.annotate").public

local CONSTANTS = {True = true, False = false, None = core.null}

-- ---- words ----

local OPERATORS = {["=="] = "eq", ["!="] = "ne", ["<="] = "le", [">="] = "ge", ["<"] = "lt", [">"] = "gt"}

local function next_token(text, at)
  at = text:match("^%s*()", at)
  if at > #text then return nil, nil, at end
  local word, stop = text:match("^([%a_][%w_]*)()", at)
  if word then return "name", word, stop end
  word, stop = text:match("^(%d+%.?%d*)()", at)
  if word then return "number", tonumber(word), stop end
  local quote = text:match("^['\"]", at)
  if quote then
    word, stop = text:match("^([^" .. quote .. "]*)" .. quote .. "()", at + 1)
    if word then return "string", word, stop end
  end
  local two = text:sub(at, at + 1)
  if OPERATORS[two] then return "op", two, at + 2 end
  return "op", text:sub(at, at), at + 1
end

local function tokens(text)
  local list, at = {}, 1
  while true do
    local kind, value, stop = next_token(text, at)
    if not kind then return list end
    list[#list + 1] = {kind, value}
    at = stop
  end
end

-- ---- names ----

local function fail(scope, name)
  err.raise("InvalidRequestError", "When initializing mapper %s, expression '%s' failed to locate a name (%s). If "
    .. "this is a class name, consider adding this relationship() to the <class '%s'> class after both dependent "
    .. "classes have been defined.",
    tostring(scope.mapper), scope.text, name, scope.mapper.class_name)
end

local function fail_unknown(scope, name)
  fail(scope, ("\"name '%s' is not defined\""):format(name:match("^[^.]*")))
end

local function find_table(scope, name)
  local record = scope.mapper.record
  local metadata = require("lualchemy.orm.class").find(record, "metadata") or record.registry.metadata
  return metadata.tables[name]
end

local function find_name(scope, name)
  local found = scope.mapper.registry:find_class(name)
  if found then return found end
  if ROLES[name] then return ROLES[name] end
  if CONSTANTS[name] ~= nil then return CONSTANTS[name] end
  if JOINS[name] then return require("lualchemy.orm.join").public[name] end
  return find_table(scope, name) or api[RENAMED[name] or name]
end

local function attribute_of(scope, object, name)
  if type(object) == "table" and rawget(object, "__prefix") then
    local full = object.__prefix .. "." .. name
    local found = find_table(scope, full) or find_name(scope, name)
    return found or {__prefix = full}
  end
  local record = class.record(object)
  if record and record.mapper and not record.mapper.props[name] and not class.descriptor(record, name)
    and class.find(record, name) == nil and not class.getters[name] then
    err.raise("AttributeError", "Class <class '%s'> does not have a mapped column named '%s'", record.name, name)
  end
  return object[name]
end

-- ---- expressions ----

local parse

local function accept(s, op)
  local token = s.list[s.at]
  if token and token[1] == "op" and token[2] == op then
    s.at = s.at + 1
    return true
  end
  return false
end

local function expect(s, op)
  if not accept(s, op) then
    err.raise("ArgumentError", "relationship on %s: '%s' cannot be read as an expression; write a function instead",
      tostring(s.mapper), s.text)
  end
end

local function sequence(s, closing)
  local list = {}
  while not accept(s, closing) do
    list[#list + 1] = parse(s)
    if not accept(s, ",") then
      expect(s, closing)
      break
    end
  end
  return list
end

--- The arguments of a call; keywords are a table at the end.
local function arguments(s)
  local list, keywords = {}, nil
  while not accept(s, ")") do
    local token, following = s.list[s.at], s.list[s.at + 1]
    if token and token[1] == "name" and following and following[1] == "op" and following[2] == "=" then
      s.at = s.at + 2
      keywords = keywords or {}
      keywords[token[2]] = parse(s)
    else
      list[#list + 1] = parse(s)
    end
    if not accept(s, ",") then
      expect(s, ")")
      break
    end
  end
  list[#list + 1] = keywords
  return list
end

local function primary(s)
  if accept(s, "(") then
    local list = sequence(s, ")")
    return #list == 1 and list[1] or list
  end
  if accept(s, "[") then return sequence(s, "]") end
  local token = s.list[s.at]
  if not token or token[1] == "op" then expect(s, "a name") end
  s.at = s.at + 1
  if token[1] ~= "name" then return token[2] end
  local found = find_name(s, token[2])
  if found ~= nil then return found end
  local following = s.list[s.at]
  if following and following[2] == "." then return {__prefix = token[2]} end
  fail_unknown(s, token[2])
end

--- Attributes, subscripts and calls behind a name.
local function postfix(s)
  local object, owner = primary(s), nil
  while true do
    if accept(s, ".") then
      local token = s.list[s.at]
      if not token then expect(s, "a name") end
      s.at = s.at + 1
      owner, object = object, attribute_of(s, object, token[2])
      if type(owner) == "table" and (rawget(owner, "__prefix") or owner == api.func) then owner = nil end
    elseif accept(s, "(") then
      local given = arguments(s)
      if owner ~= nil and type(object) == "function" then table.insert(given, 1, owner) end
      object, owner = object(compat.unpack(given)), nil
    elseif accept(s, "[") then
      local key = parse(s)
      expect(s, "]")
      object, owner = core.is_node(object) and object:at(key) or object[key], nil
    else
      local prefix = type(object) == "table" and getmetatable(object) == nil and object.__prefix
      if prefix then fail_unknown(s, prefix) end
      return object
    end
  end
end

local function unary(s)
  if accept(s, "~") then return api.not_(unary(s)) end
  if accept(s, "-") then return -unary(s) end
  return postfix(s)
end

local function product(s)
  local left = unary(s)
  while true do
    if accept(s, "*") then
      left = left * unary(s)
    elseif accept(s, "/") then
      left = left / unary(s)
    elseif accept(s, "%") then
      left = left % unary(s)
    else
      return left
    end
  end
end

local function sum(s)
  local left = product(s)
  while true do
    if accept(s, "+") then
      left = left + product(s)
    elseif accept(s, "-") then
      left = left - product(s)
    else
      return left
    end
  end
end

local function comparison(s)
  local left = sum(s)
  local token = s.list[s.at]
  if token and token[1] == "op" and OPERATORS[token[2]] then
    s.at = s.at + 1
    return left[OPERATORS[token[2]]](left, sum(s))
  end
  return left
end

function parse(s)
  local left = comparison(s)
  while true do
    if accept(s, "&") then
      left = api.and_(left, comparison(s))
    elseif accept(s, "|") then
      left = api.or_(left, comparison(s))
    else
      return left
    end
  end
end

--- What a string stands for, as said on a mapper's class.
function resolve.expression(mapper, text)
  local s = {mapper = mapper, text = text, list = tokens(text), at = 1}
  local found = parse(s)
  if accept(s, ",") then
    found = {found}
    repeat found[#found + 1] = parse(s) until not accept(s, ",")
  end
  if core.is_node(found) and core.kind(found) == "JOIN" then
    found = require("lualchemy.orm.entities").of_tables(found)
  end
  if s.at <= #s.list then expect(s, "the end") end
  return found
end

--- The class that a string names; the last part of a dotted path will do.
function resolve.class(mapper, text)
  local registry = mapper.registry
  local found = registry:find_class(text) or registry:find_class(text:match("([%w_]+)$") or text)
  if found then return found end
  fail({mapper = mapper, text = text}, "'" .. text .. "'")
end

--- The table that a string names, or what it stands for otherwise.
function resolve.from(mapper, text)
  return find_table({mapper = mapper, text = text}, text) or resolve.expression(mapper, text)
end

return resolve
