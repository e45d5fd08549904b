-- The tokens of SQL as each database reads them: enough to tell where strings and quoted names begin and end, and what
-- they say.
local lexer = {}

local MYSQL_ESCAPES = {["0"] = "\0", b = "\b", n = "\n", r = "\r", t = "\t", Z = "\26"}

--- What stands between the quotes from `at` on; returns it and the position behind the closing quote.
local function quoted(sql, at, close, backslashes)
  local out = {}
  while true do
    local ch = sql:sub(at, at)
    if ch == "" then error("a quote is not closed: " .. sql, 0) end
    if ch == close then
      if sql:sub(at + 1, at + 1) ~= close then return table.concat(out), at + 1 end
      out[#out + 1] = close
      at = at + 2
    elseif ch == "\\" and backslashes then
      local said, used = backslashes(sql:sub(at + 1, at + 2))
      out[#out + 1] = said
      at = at + (used or 2)
    else
      out[#out + 1] = ch
      at = at + 1
    end
  end
end

local function mysql_escape(two)
  local ch = two:sub(1, 1)
  if ch == "%" or ch == "_" then return "\\" .. ch end
  return MYSQL_ESCAPES[ch] or ch
end

--- A backslash and the end of its line are no part of the string.
local function mssql_continuation(two)
  if two == "\r\n" then return "", 3 end
  if two:find("^[\r\n]") then return "", 2 end
  return "\\", 1
end

--- Per dialect: which sign opens a name, and what a backslash means in a string.
local RULES = {
  default = {name = '"'},
  sqlite = {name = '"'},
  postgresql = {name = '"'},
  oracle = {name = '"'},
  mssql = {name = "[", backslashes = mssql_continuation},
  mysql = {name = "`", backslashes = mysql_escape},
}
RULES.mariadb = RULES.mysql
-- standard_conforming_strings = off: of PostgreSQL's escapes only those are met that the compiler writes
RULES["postgresql, old"] = {name = '"', backslashes = function(two) return two:sub(1, 1) end}

--- The tokens: {kind = "string"|"name"|"comment"|"word"|"sign", text}. A string of SQL Server has its N in front.
--- @return table[]
function lexer.tokens(sql, dialect)
  local rule, list, at = RULES[dialect], {}, 1
  local close = rule.name == "[" and "]" or rule.name
  local function add(kind, text, behind)
    list[#list + 1] = {kind = kind, text = text}
    at = behind
  end
  while at <= #sql do
    local ch, two = sql:sub(at, at), sql:sub(at, at + 1)
    local behind = select(2, sql:find("^%s+", at))
    if behind then
      at = behind + 1
    elseif ch == "'" then
      add("string", quoted(sql, at + 1, "'", rule.backslashes))
    elseif two == "N'" then
      add("string", quoted(sql, at + 2, "'", rule.backslashes))
    elseif ch == rule.name then
      add("name", quoted(sql, at + 1, close))
    elseif two == "--" or two == "/*" or ch == "#" and rule.name == "`" then
      add("comment", sql:sub(at), #sql + 1)
    else
      behind = select(2, sql:find("^[%w_]+", at)) or at
      add(behind > at and "word" or "sign", sql:sub(at, behind), behind + 1)
    end
  end
  return list
end

--- The texts of the tokens of a kind.
function lexer.of_kind(sql, dialect, kind)
  local list = {}
  for _, token in ipairs(lexer.tokens(sql, dialect)) do
    if token.kind == kind then list[#list + 1] = token.text end
  end
  return list
end

return lexer
