-- Reads the comments for editors (LuaCATS) of Lua files: which classes there are, what they have, and whether every
-- comment is well formed.
--
--   local cats = luacats.read(paths)
--   cats.classes[name]   {name, parents = {name, …}, members = {name = member}, mentioned = by overloads}
--   cats:member(class, name)  the member, its own or inherited;  cats:members(class)  all of them
--   cats:keywords(mentioned)  the names of parameters, and of fields of the tables and classes that are mentioned
--   cats.functions       all functions with a comment or without;  cats.problems  array of texts
-- A member is {kind = "field", type} or {kind = "function", params, documented = {name = true}, text, mentioned} or
-- {kind = "reference", to}; all have `at`, "file:line".
local luacats = {}

local BUILTIN = {}
for word in ("any nil string integer number boolean table function userdata self true false unknown"):gmatch("%S+") do
  BUILTIN[word] = true
end

-- ---- types ----

local parse

local function expect(text, at, pattern, what)
  local from, to = text:find("^%s*" .. pattern, at)
  if not from then error({what .. " expected at '" .. text:sub(at) .. "'"}, 0) end
  return to + 1
end

local function seen(text, at, pattern) return text:find("^%s*" .. pattern, at) ~= nil end

--- name[?]: type, …: up to the closing sign.
local function parse_list(text, at, words, close)
  while not seen(text, at, close) do
    local name, after = text:match("^%s*([%w_.]+)%??%s*():", at)
    if after then
      words.names[name] = true
      at = parse(text, after + 1, words)
    elseif seen(text, at, "%[") then
      at = parse(text, expect(text, at, "%[", "["), words)
      at = expect(text, at, "%]%s*:", "]:")
      at = parse(text, at, words)
    else
      at = expect(text, at, "[%w_.]+%??", "a name")
    end
    if seen(text, at, ",") then at = expect(text, at, ",", ",") else break end
  end
  return expect(text, at, close, close)
end

local function parse_one(text, at, words)
  if seen(text, at, "fun%s*%(") then
    at = parse_list(text, expect(text, at, "fun%s*%(", "("), words, "%)")
    while seen(text, at, ":") or seen(text, at, ",") do at = parse(text, expect(text, at, "[:,]", ":"), words) end
  elseif seen(text, at, "{") then
    at = parse_list(text, expect(text, at, "{", "{"), words, "}")
  elseif seen(text, at, "%(") then
    at = expect(text, parse(text, expect(text, at, "%(", "("), words), "%)", ")")
  elseif seen(text, at, '"') then
    at = expect(text, at, '"[^"]*"', "a string")
  elseif seen(text, at, "%-?%d") then
    at = expect(text, at, "%-?%d+", "a number")
  else
    local word = text:match("^%s*([%a_][%w_.]*)", at)
    if not word then error({"a type expected at '" .. text:sub(at) .. "'"}, 0) end
    words[#words + 1] = word
    at = expect(text, at, "[%a_][%w_.]*", "a name")
    if seen(text, at, "<") then
      repeat at = parse(text, expect(text, at, "[<,]", "<"), words) until not seen(text, at, ",")
      at = expect(text, at, ">", ">")
    end
  end
  while text:find("^%[%]", at) do at = at + 2 end
  if text:sub(at, at) == "?" then at = at + 1 end
  return at
end

--- Reads the type that begins at a position of the text, notes the names in it, and gives the position after it.
function parse(text, at, words)
  at = parse_one(text, at, words)
  while seen(text, at, "|") do at = parse_one(text, expect(text, at, "|", "|"), words) end
  return at
end

-- ---- comments ----

local Cats = {}
Cats.__index = Cats

function Cats:class(name)
  self.classes[name] = self.classes[name] or {name = name, parents = {}, members = {}, mentioned = {names = {}}}
  return self.classes[name]
end

function Cats:complain(at, text) self.problems[#self.problems + 1] = at .. ": " .. text end

--- Notes the names in a type, which begins with the text.
function Cats:types(at, text, generics, mentioned)
  local words = mentioned or {names = {}}
  local first = #words + 1
  local ok, e = pcall(parse, text, 1, words)
  if not ok then return self:complain(at, type(e) == "table" and e[1] or e) end
  for i = first, #words do
    local word = words[i]
    if not BUILTIN[word] and not generics[word] then self.used[#self.used + 1] = {word, at} end
  end
end

local tags = {}

function tags.class(self, block, at, rest)
  local name, parents = rest:match("^([%w_.]+)%s*:%s*(.*)$")
  name = name or rest:match("^[%w_.]+")
  if not name then return self:complain(at, "@class without a name") end
  block.class = self:class(name)
  block.class.declared = true
  for parent in (parents or ""):gmatch("[%w_.]+") do
    table.insert(block.class.parents, parent)
    self:types(at, parent, {})
  end
end

function tags.field(self, block, at, rest)
  if not block.class then return self:complain(at, "@field without @class") end
  local name, text = rest:match("^([%a_][%w_]*)%??%s+(.*)$")
  if not name then
    local key
    key, text = rest:match("^%[(.-)%]%s+(.*)$")
    if not key then return self:complain(at, "@field without a name") end
    self:types(at, key, {})
  end
  self:types(at, text, {})
  local type_ = text:match("^[%w_.]+")
  if name then block.class.members[name] = {kind = "field", at = at, type = type_} end
end

function tags.param(self, block, at, rest)
  local name, text = rest:match("^([%w_.]+)%??%s+(.*)$")
  if not name then return self:complain(at, "@param needs a name and a type") end
  block.params[name] = true
  block.mentioned.names[name] = true
  self:types(at, text, block.generics, block.mentioned)
end

tags["return"] = function(self, block, at, rest)
  block.returns = true
  self:types(at, rest, block.generics)
end

function tags.overload(self, block, at, rest)
  self:types(at, rest, block.generics, block.class and block.class.mentioned or block.mentioned)
end
function tags.type(self, block, at, rest)
  self:types(at, rest, {})
  block.type = rest:match("^[%w_.]+")
end

function tags.alias(self, _, at, rest)
  local name, text = rest:match("^([%w_.]+)%s+(.*)$")
  self.aliases[name] = true
  self:types(at, text, {})
end

function tags.generic(_, block, _, rest)
  for name in rest:gmatch("([%a_]+)%s*:?[^,]*") do block.generics[name] = true end
end

function tags.operator(self, _, at, rest)
  local argument, result = rest:match("^%a+%((.-)%)%s*:%s*(.*)$")
  if argument then self:types(at, argument, {}) end
  self:types(at, result or rest:match("^%a+%s*:%s*(.*)$") or "", {})
end

for name in ("meta private deprecated nodiscard see diagnostic"):gmatch("%a+") do tags[name] = function() end end

local function new_block() return {params = {}, generics = {}, text = false, mentioned = {names = {}}} end

local function comment(self, block, at, line)
  local tag, rest = line:match("^%-%-%-%s*@(%a+)%s*(.*)$")
  if not tag then
    if line:match("^%-%-%-%s*%S") then block.text = true end
  elseif tags[tag] then
    tags[tag](self, block, at, rest)
  else
    self:complain(at, "unknown @" .. tag)
  end
end

local function params_of(text)
  local params = {}
  for name in text:gmatch("[%w_.]+") do
    if name ~= "self" then params[#params + 1] = name end
  end
  return params
end

--- Adds a member; a function has one place.
local function add(self, class, name, member)
  local there = class.members[name]
  if there and there.kind == "function" and member.kind == "function" then
    self:complain(member.at, class.name .. "." .. name .. " has its comment at " .. there.at)
  end
  class.members[name] = there or member
end

--- Are the parameters of the comment those of the function?
local function check_params(self, block, at, line)
  local params = line:match("function [%w_.:]*%s*%((.-)%)") or line:match("function%((.-)%)")
  local known = {self = line:find(":", 1, true) ~= nil}
  for name in (params or ""):gmatch("[%w_.]+") do known[name] = true end
  for name in pairs(block.params) do
    if not known[name] then self:complain(at, "there is no parameter " .. name) end
  end
end

--- What a line of code after a block declares.
local function code(self, block, at, line, classes)
  local name = line:match("^%s*local ([%a_][%w_]*)") or line:match("^%s*function ([%a_][%w_]*)%(")
  if name and block.class then
    classes[name] = block.class
    return
  end
  local owner, member, params = line:match("^%s*function ([%a_][%w_]*)[.:]([%a_][%w_]*)%((.-)%)")
  if owner then
    local made = {kind = "function", at = at, name = member, class = classes[owner] and classes[owner].name,
      params = params_of(params), documented = block.params, mentioned = block.mentioned,
      text = block.text or next(block.params) ~= nil or block.returns}
    self.functions[#self.functions + 1] = made
    if classes[owner] then add(self, classes[owner], member, made) end
    return
  end
  owner, member, params = line:match("^%s*([%a_][%w_]*)%.([%a_][%w_]*) = (.*)$")
  if not owner or not classes[owner] then return end
  local of, name_there = params:match("^([%a_][%w_]*)%.([%w_]+)$")
  local to = of and classes[of] and classes[of].members[name_there]
  add(self, classes[owner], member, to or {kind = "reference", at = at, to = params})
end

local function read_file(self, path)
  local block, classes, n = new_block(), {}, 0
  for line in io.lines(path) do
    n = n + 1
    local at = path .. ":" .. n
    if line:match("^%s*%-%-%-") and not line:match("^%s*%-%-%-%-") then
      comment(self, block, at, line:match("^%s*(.*)$"))
    else
      if not line:match("^%s*%-%-") then
        check_params(self, block, at, line)
        code(self, block, at, line, classes)
        block = new_block()
      end
    end
  end
end

--- The member of a class by that name, its own or inherited.
function Cats:member(class, name)
  local c = self.classes[class]
  if not c then return nil end
  if c.members[name] then return c.members[name] end
  for _, parent in ipairs(c.parents) do
    local found = self:member(parent, name)
    if found then return found end
  end
end

--- All members of a class, inherited ones as well: name -> member.
function Cats:members(class, into)
  into = into or {}
  local c = self.classes[class] or {parents = {}, members = {}}
  for name, member in pairs(c.members) do into[name] = into[name] or member end
  for _, parent in ipairs(c.parents) do self:members(parent, into) end
  return into
end

--- The names of parameters, and of fields of the tables and classes that are mentioned.
function Cats:keywords(mentioned)
  local names = {}
  for name in pairs(mentioned.names) do names[name] = true end
  for _, word in ipairs(mentioned) do
    for name in pairs(self:members(word)) do names[name] = true end
  end
  return names
end

--- The files of the library, or those with such a path.
function luacats.files(pattern)
  local list, pipe = {}, assert(io.popen("find lua -name '*.lua' | sort"))
  for path in pipe:lines() do
    if not pattern or path:find(pattern) then list[#list + 1] = path end
  end
  pipe:close()
  return list
end

--- Reads the comments of these files.
function luacats.read(paths)
  local self = setmetatable({classes = {}, aliases = {}, used = {}, problems = {}, functions = {}}, Cats)
  for _, path in ipairs(paths) do read_file(self, path) end
  for _, use in ipairs(self.used) do
    local class = self.classes[use[1]]
    if not (class and class.declared) and not self.aliases[use[1]] then
      self:complain(use[2], "there is no type " .. use[1])
    end
  end
  return self
end

return luacats
