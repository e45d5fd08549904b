--- What the text of a CREATE TABLE says and no PRAGMA of SQLite tells: constraints and their names.
local ddl = {}

local byte, find, sub, upper = string.byte, string.find, string.sub, string.upper
local DASH, SLASH = byte("-/", 1, 2)

local CLOSING = {['"'] = '"', ["'"] = "'", ["`"] = "`", ["["] = "]"}
local WORD = "^[%w_$\128-\255]+"

--- The position behind white space and comments.
local function skip(sql, at)
  at = find(sql, "%S", at) or #sql + 1
  local sign = byte(sql, at)
  if sign ~= DASH and sign ~= SLASH then return at end
  sign = sub(sql, at, at + 1)
  if sign == "--" then return skip(sql, (find(sql, "\n", at, true) or #sql) + 1) end
  if sign == "/*" then return skip(sql, (select(2, find(sql, "*/", at + 2, true)) or #sql) + 1) end
  return at
end

--- The name in quotes at that position, and where it ends. A quote within is doubled, but for brackets.
local function quoted(sql, at)
  local close, parts = CLOSING[sql:sub(at, at)], {}
  while true do
    local to = sql:find(close, at + 1, true) or #sql + 1
    parts[#parts + 1] = sql:sub(at + 1, to - 1)
    if close == "]" or sql:sub(to + 1, to + 1) ~= close then return table.concat(parts, close), to end
    at = to + 1
  end
end

--- All tokens: {word = "UNIQUE", name = "unique", from, to}; a quoted name has no word, a sign is word and name.
local function tokens_of(sql)
  local list, at = {}, skip(sql, 1)
  while at <= #sql do
    local name, word, to
    if CLOSING[sub(sql, at, at)] then
      name, to = quoted(sql, at)
    else
      to = select(2, find(sql, WORD, at)) or at
      name = sub(sql, at, to)
      word = upper(name)
    end
    list[#list + 1] = {from = at, to = to, name = name, word = word}
    at = skip(sql, to + 1)
  end
  return list
end

--- Where the group ends whose ( is token i.
local function group_end(tokens, i)
  local depth = 0
  for k = i, #tokens do
    local word = tokens[k].word
    if word == "(" then
      depth = depth + 1
    elseif word == ")" then
      depth = depth - 1
      if depth == 0 then return k end
    end
  end
  return #tokens
end

--- The first name of each element of the group that begins at token i.
local function names_in(tokens, i)
  local names, to, k = {}, group_end(tokens, i), i
  while k < to do
    names[#names + 1] = tokens[k + 1].name
    k = k + 1
    while k < to and tokens[k].word ~= "," do k = tokens[k].word == "(" and group_end(tokens, k) + 1 or k + 1 end
  end
  return names
end

local KINDS = {PRIMARY = "primary", UNIQUE = "unique", CHECK = "check", FOREIGN = "foreign", REFERENCES = "foreign"}

--- The constraint that the word of token i begins, in an element whose first token is `first`.
local function constraint_at(sql, tokens, i, first)
  local word = tokens[i].word
  local open = (word == "PRIMARY" or word == "FOREIGN") and i + 2 or i + 1
  local group = tokens[open] and tokens[open].word == "("
  local found = {kind = KINDS[word], columns = {tokens[first].name}, inline = not group or word == "REFERENCES"}
  if not found.inline and word ~= "CHECK" then found.columns = names_in(tokens, open) end
  if word == "CHECK" and group then
    found.text = sql:sub(tokens[open].to + 1, tokens[group_end(tokens, open)].from - 1)
  end
  return found
end

--- Notes what a foreign key refers to, which the word REFERENCES of token i names.
local function note_referred(found, tokens, i)
  found.referred_table = tokens[i + 1] and tokens[i + 1].name
  if tokens[i + 2] and tokens[i + 2].word == "(" then found.referred_columns = names_in(tokens, i + 2) end
end

--- Adds the constraints of the element from token `first` on; returns the token behind it.
local function read_element(sql, tokens, first, last, list)
  local i, name, foreign, deferring = first, nil, false, nil
  while i < last and tokens[i].word ~= "," do
    local word = tokens[i].word
    if word == "CONSTRAINT" then
      i = i + 1
      name = tokens[i].name
    elseif KINDS[word] and not (word == "REFERENCES" and foreign) and (i > first or tokens[i + 1].word) then
      local found = constraint_at(sql, tokens, i, first)
      found.name, name = name, nil
      foreign = word == "FOREIGN"
      list[#list + 1] = found
      deferring = found
    elseif word == "DEFERRABLE" and deferring then
      deferring.deferrable = tokens[i - 1].word ~= "NOT"
    elseif word == "INITIALLY" and deferring then
      deferring.initially = tokens[i + 1].word
    end
    if word == "REFERENCES" and deferring then note_referred(deferring, tokens, i) end
    i = tokens[i].word == "(" and group_end(tokens, i) + 1 or i + 1
  end
  return i
end

--- The constraints in their order: {kind = "primary"|"unique"|"check"|"foreign", name, columns, text, inline,
--- deferrable, initially, referred_table, referred_columns}.
--- @param sql string as sqlite_master has it
--- @return table[]
function ddl.constraints(sql)
  local list, tokens = {}, tokens_of(sql)
  if not (tokens[2] and (tokens[2].word == "TABLE" or tokens[3] and tokens[3].word == "TABLE")) then return list end
  local open = 1
  while tokens[open] and tokens[open].word ~= "(" do open = open + 1 end
  if not tokens[open] then return list end
  local last, i = group_end(tokens, open), open + 1
  while i < last do i = read_element(sql, tokens, i, last, list) + 1 end
  return list
end

return ddl
