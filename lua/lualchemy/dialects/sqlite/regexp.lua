--- Regular expressions as Python writes them, for the `regexp` of SQLite's date types: literals, classes, groups (also
-- named ones and those that do not capture), alternatives, and the quantifiers, by backtracking.
local err = require "lualchemy.error"

local regexp = {}

--- A matcher is a function(text, at, groups, rest) that answers where `rest` ended, or nil.

local CLASSES = {d = "%d", D = "%D", w = "[%w_]", W = "[^%w_]", s = "%s", S = "%S"}
local ESCAPES = {n = "\n", t = "\t", r = "\r"}

local function one(test)
  return function(text, at, groups, rest)
    if at > #text or not test(text:sub(at, at)) then return nil end
    return rest(text, at + 1, groups)
  end
end

local function by_pattern(pattern)
  pattern = "^" .. pattern .. "$"
  return function(ch) return ch:find(pattern) ~= nil end
end

local function sequence(list)
  local function run(i, text, at, groups, rest)
    if not list[i] then return rest(text, at, groups) end
    return list[i](text, at, groups, function(t, a, g) return run(i + 1, t, a, g, rest) end)
  end
  return function(text, at, groups, rest) return run(1, text, at, groups, rest) end
end

local function choice(list)
  if #list == 1 then return list[1] end
  return function(text, at, groups, rest)
    for _, m in ipairs(list) do
      local stop = m(text, at, groups, rest)
      if stop then return stop end
    end
  end
end

local function repeated(m, least, most, lazy)
  local function run(n, text, at, groups, rest)
    local function more()
      if n >= most then return nil end
      return m(text, at, groups, function(t, a, g)
        if a == at then return nil end
        return run(n + 1, t, a, g, rest)
      end)
    end
    if n < least then return more() end
    if lazy then return rest(text, at, groups) or more() end
    return more() or rest(text, at, groups)
  end
  return function(text, at, groups, rest) return run(0, text, at, groups, rest) end
end

local function captured(m, index)
  return function(text, at, groups, rest)
    local before = groups[index]
    local stop = m(text, at, groups, function(t, a, g)
      local inner = g[index]
      g[index] = t:sub(at, a - 1)
      local ok = rest(t, a, g)
      if not ok then g[index] = inner end
      return ok
    end)
    if not stop then groups[index] = before end
    return stop
  end
end

-- ---- reading a pattern ----

local function fail(p, what)
  err.raise("ArgumentError", "regexp: %s at %d in '%s'", what, p.at, p.text)
end

--- Takes the literal text if it comes next.
local function take(p, literal)
  if p.text:sub(p.at, p.at + #literal - 1) ~= literal then return false end
  p.at = p.at + #literal
  return true
end

local function next_char(p)
  local ch = p.text:sub(p.at, p.at)
  if ch == "" then fail(p, "unexpected end") end
  p.at = p.at + 1
  return ch
end

local function escape(p)
  local ch = next_char(p)
  if CLASSES[ch] then return by_pattern(CLASSES[ch]) end
  if ch:find("%w") and not ESCAPES[ch] then fail(p, "the escape \\" .. ch .. " is not supported") end
  local literal = ESCAPES[ch] or ch
  return function(c) return c == literal end
end

--- [abc], [^a-z]; the opening bracket was taken.
local function read_class(p)
  local negated, tests = take(p, "^"), {}
  repeat
    local ch = next_char(p)
    if ch == "\\" then
      tests[#tests + 1] = escape(p)
    elseif p.text:match("^%-[^%]]", p.at) then
      p.at = p.at + 1
      local last = next_char(p)
      tests[#tests + 1] = function(c) return c >= ch and c <= last end
    else
      tests[#tests + 1] = function(c) return c == ch end
    end
  until take(p, "]")
  return one(function(c)
    for _, test in ipairs(tests) do
      if test(c) then return not negated end
    end
    return negated
  end)
end

local read_choice

--- (…), (?:…), (?P<name>…); the parenthesis was taken.
local function read_group(p)
  local index
  if not take(p, "?:") then
    p.groups = p.groups + 1
    index = p.groups
    if take(p, "?P<") then
      local name, stop = p.text:match("^([%a_][%w_]*)>()", p.at)
      if not name then fail(p, "a group without a name") end
      p.names[name], p.at = index, stop
    elseif take(p, "?") then
      fail(p, "this kind of group is not supported")
    end
  end
  local inner = read_choice(p)
  if not take(p, ")") then fail(p, "a parenthesis is not closed") end
  return index and captured(inner, index) or inner
end

local function at_end(text, at, groups, rest)
  return at > #text and rest(text, at, groups) or nil
end

local function at_start(text, at, groups, rest)
  return at == 1 and rest(text, at, groups) or nil
end

local function read_atom(p)
  local ch = next_char(p)
  if ch == "(" then return read_group(p) end
  if ch == "[" then return read_class(p) end
  if ch == "\\" then return one(escape(p)) end
  if ch == "." then return one(function(c) return c ~= "\n" end) end
  if ch == "^" then return at_start end
  if ch == "$" then return at_end end
  return one(function(c) return c == ch end)
end

local function read_quantified(p)
  local m = read_atom(p)
  local least, most
  if take(p, "*") then least, most = 0, math.huge
  elseif take(p, "+") then least, most = 1, math.huge
  elseif take(p, "?") then least, most = 0, 1
  else
    local from, comma, to, stop = p.text:match("^{(%d+)(,?)(%d*)}()", p.at)
    if not from then return m end
    p.at, least = stop, tonumber(from)
    most = comma == "" and least or tonumber(to) or math.huge
  end
  return repeated(m, least, most, take(p, "?"))
end

local function read_sequence(p)
  local list = {}
  while p.at <= #p.text and not p.text:find("^[|)]", p.at) do list[#list + 1] = read_quantified(p) end
  return sequence(list)
end

function read_choice(p)
  local list = {read_sequence(p)}
  while take(p, "|") do list[#list + 1] = read_sequence(p) end
  return choice(list)
end

local function parse(pattern)
  local p = {text = pattern, at = 1, groups = 0, names = {}}
  local m = read_choice(p)
  if p.at <= #pattern then fail(p, "a parenthesis too many") end
  return m, p
end

local function position(_, at) return at end

--- A function(text): does it match anywhere?
--- @param pattern string
function regexp.searcher(pattern)
  local m, p = parse(pattern)
  return function(text)
    for at = 1, #text + 1 do
      if m(text, at, {n = p.groups}, position) then return true end
    end
    return false
  end
end

--- A function(text) that matches at the beginning: its groups (array with n, nil for those that took no part) and the
--- named ones among them; nil if it does not match.
--- @param pattern string
function regexp.compile(pattern)
  local m, p = parse(pattern)
  return function(text)
    local groups, named = {n = p.groups}, {}
    if not m(text, 1, groups, position) then return nil end
    for name, index in pairs(p.names) do named[name] = groups[index] or "0" end
    return groups, named
  end
end

return regexp
