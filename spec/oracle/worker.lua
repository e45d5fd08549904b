-- Compiles what spec/oracle sends it. A request: the number of parts, then each part as its length, a newline and the
-- text: the program that returns a statement, and for each target its dialect and its options. The answer has one
-- part per target: "S", the SQL, the order of the parameters and the parameters; or "E", the class and the message.
local la = require "lualchemy"
_G.la = la
local core = require "lualchemy.core"
local compat = require "lualchemy.compat"
require("lualchemy.error").on_warning = function() end

local CHANGES = {INSERT = true, UPDATE = true, DELETE = true}
local MARK = "\31\30"
--- A dialect, its attributes set.
function _G.with_attributes(target, attributes)
  for name, value in pairs(attributes or {}) do target[name] = value end
  return target
end

local function spell(class, texts, spelled)
  for name, text in pairs(texts) do
    la.compiles(class, name ~= "default" and name or nil)(spelled(text))
  end
  return class
end

--- A function of one's own: dialect -> how it is spelled around its arguments.
function _G.function_class(name, texts)
  local class = la.FunctionElement:class(name, {name = name, type = la.Integer, inherit_cache = true})
  return spell(class, texts, function(text)
    return function(element, compiler, kw)
      local before, after = text:match("^(.-)%%s(.*)$")
      return before .. compiler:process(element.clauses, kw) .. after
    end
  end)
end

--- An expression of one's own: dialect -> its text.
function _G.element_class(name, texts)
  local class = la.ColumnElement:class(name, {type = la.Integer, inherit_cache = true})
  return spell(class, texts, function(text)
    return function() return text end
  end)
end

--- All that create_all() or drop_all() of a schema says, or its sorted tables; what follows is a table, an event, and
--- DDL that it brings.
function _G.Whole(metadata, word, _, ...)
  if ... then la.event.listen(...) end
  return {
    compile = function(_, options)
      local said = {}
      if word == "sorted_tables" then
        for i, t in ipairs(metadata.sorted_tables) do said[i] = t.name end
        return setmetatable({params = {}}, {__tostring = function() return table.concat(said, "\n;") end})
      end
      local engine = la.create_mock_engine("sqlite://", function(ddl)
        said[#said + 1] = tostring(ddl:compile{dialect = options.dialect})
      end)
      engine.dialect = options.dialect
      metadata[word](metadata, engine, {checkfirst = false})
      return setmetatable({params = {}}, {__tostring = function() return table.concat(said, "\n;") end})
    end,
  }
end

local load_text = loadstring or load -- luacheck: ignore
local PRELUDE = arg[1]
assert(load_text(assert(io.open(PRELUDE)):read("*a"), "=prelude"))()

local dialects = {}
local function dialect(source)
  if not dialects[source] then dialects[source] = assert(load_text("return " .. source))() end
  return dialects[source]
end

local show

local function show_table(t)
  local parts = {}
  local n = 0
  for i in ipairs(t) do n = i end
  if next(t) == nil then return "{}" end
  if n > 0 then
    for i = 1, n do parts[i] = show(t[i]) end
    return "[" .. table.concat(parts, ",") .. "]"
  end
  for k, v in pairs(t) do parts[#parts + 1] = show(k) .. ":" .. show(v) end
  table.sort(parts)
  return "{" .. table.concat(parts, ",") .. "}"
end

function show(v)
  if v == nil or v == la.NULL then return "null" end
  local kind = type(v)
  if kind == "boolean" then return tostring(v) end
  if kind == "string" then return '"' .. v .. '"' end
  if kind == "number" then
    if compat.is_integer(v) then return ("%d"):format(v) end
    return "f" .. ("%.17g"):format(v)
  end
  if kind == "table" and (not getmetatable(v) or tostring(v):find("^json_array")) then return show_table(v) end
  return tostring(v)
end

local function type_text(column)
  local ok, text = pcall(function() return tostring(column.type) end)
  return ok and (text:gsub("TupleType%(.*%)", "TupleType")) or "?"
end

local function columns_of(lines, columns)
  local keys = columns:keys()
  for i, c in ipairs(columns:values()) do lines[i] = keys[i] .. ": " .. type_text(c) end
end

local function primary_key(from)
  local key, keys = from.primary_key, {}
  for i, c in ipairs(core.is_node(key) and key.columns:values() or key) do keys[i] = c.key end
  return "primary key: " .. table.concat(keys, " ")
end

--- What a statement returns: the keys and types of its columns, and of a FROM its key; of an expression its type.
local function describe(statement)
  local lines = {}
  local kind = core.is_node(statement) and core.category(statement)
  if kind == "STATEMENT" and not CHANGES[core.kind(statement)] then
    columns_of(lines, statement.selected_columns)
  elseif kind == "FROM" or kind == "SCHEMA" and core.kind(statement) == "TABLE" then
    columns_of(lines, statement.c)
    lines[#lines + 1] = primary_key(statement)
  elseif kind == "EXPR" and core.kind(statement) ~= "TEXT" then
    lines[1] = type_text(statement)
  end
  local text = table.concat(lines, "\n"):gsub("%%%(%w+ ", "%%(")
  return table.concat({"S", text, "-", ""}, MARK)
end

local function outcome(compiled)
  local names = {}
  for k in pairs(compiled.params) do names[#names + 1] = k end
  table.sort(names)
  for i, k in ipairs(names) do names[i] = k .. "=" .. show(compiled.params[k]) end
  for i = #names, 1, -1 do
    if names[i]:find("=null$") or names[i]:find("=JSON_NULL$") then table.remove(names, i) end
  end
  local positions = compiled.positiontup
  return table.concat({"S", tostring(compiled), positions and positions[1] and table.concat(positions, ",") or "-",
    table.concat(names, "\n")}, MARK)
end

local function failure(e)
  local class = type(e) == "table" and getmetatable(e).__name or "Lua"
  return table.concat({"E", class, type(e) == "table" and tostring(e.message) or tostring(e)}, MARK)
end

local function answer(parts)
  local answers = {}
  local program, syntax = load_text(parts[1], "=statement")
  local ok, stmt = pcall(function() return assert(program, syntax)() end)
  for i = 2, #parts, 2 do
    if ok and i > 2 and not core.is_node(stmt) then ok, stmt = pcall(program) end
    if not ok then
      answers[#answers + 1] = failure(stmt)
    else
      local options = assert(load_text("return " .. parts[i + 1]))()
      if core.is_node(stmt) and core.kind(stmt) == "TYPE" then options = {describe = options.describe} end
      options.dialect = dialect(parts[i])
      local compiled, text = pcall(function()
        return options.describe and describe(stmt) or outcome(stmt:compile(options))
      end)
      answers[#answers + 1] = compiled and text or failure(text)
    end
  end
  return answers
end

local function read_part()
  local length = io.read("*l")
  return length and io.read(tonumber(length)) or nil
end

while true do
  local count = io.read("*l")
  if not count then break end
  local parts = {}
  for i = 1, tonumber(count) do parts[i] = read_part() end
  local answers = answer(parts)
  io.write(#answers, "\n")
  for _, a in ipairs(answers) do io.write(#a, "\n", a) end
  io.flush()
end
