-- Strings that break what is glued together: {name, text, nul, invalid, long}. `nul`: has a NUL byte; `invalid`: is not
-- UTF-8; `long`: longer than the names of PostgreSQL.
local strings = {}

--- The length of the character that begins at byte `at`, nil if it is none of UTF-8.
local function character(text, at)
  local a, b, c, d = text:byte(at, at + 3)
  local function more(x, low, high) return x and x >= (low or 0x80) and x <= (high or 0xbf) end
  if a < 0x80 then return 1 end
  if a >= 0xc2 and a < 0xe0 then return more(b) and 2 end
  if a >= 0xe0 and a < 0xf0 then return more(b, a == 0xe0 and 0xa0, a == 0xed and 0x9f) and more(c) and 3 end
  if a >= 0xf0 and a < 0xf5 then
    return more(b, a == 0xf0 and 0x90, a == 0xf4 and 0x8f) and more(c) and more(d) and 4
  end
end

local function is_utf8(text)
  if not text:find("[\128-\255]") then return true end
  local at = 1
  while at <= #text do
    local n = character(text, at)
    if not n then return false end
    at = at + n
  end
  return true
end

--- The entry for a text.
function strings.entry(name, text)
  return {name = name, text = text, nul = text:find("\0", 1, true) ~= nil, invalid = not is_utf8(text),
    long = #text > 63}
end

local function add(name, text) strings[#strings + 1] = strings.entry(name, text) end

add("nothing", "")
add("a space", " ")
add("a space behind", "a ")
add("a space in front", " a")
add("two words", "two words")
add("upper case", "MiXed")
add("a number", "12")
add("a negative number", "-1")
add("a reserved word", "select")
add("NULL", "NULL")
add("a dot", "a.b")
add("a quote", "it's")
add("quotes only", "''''")
add("a double quote", 'a"b')
add("double quotes only", '""')
add("a backtick", "a`b")
add("brackets", "a]b[c]]")
add("a backslash", "a\\b")
add("a backslash at the end", "a\\")
add("a backslash and a quote", "\\'; DELETE FROM canary; -- ")
add("a quote and a statement", "'; DROP TABLE canary; --")
add("a double quote and a statement", '"; DROP TABLE canary; --')
add("parentheses and a statement", '"); DELETE FROM canary; --')
add("quote, parenthesis, statement", "'); UPDATE canary SET v = 'dead'; COMMIT; --")
add("the end of a comment", "*/ DELETE FROM canary; /*")
add("a comment to the end of the line", "a -- b")
add("a comment", "/* a */")
add("semicolons", ";;")
add("per cent", "100%")
add("two per cent", "%%")
add("a printf directive", "%s%d%n")
add("a pyformat bind", "%(x)s")
add("a named bind", ":name")
add("a cast", "a::text")
add("an escaped colon", "\\:x")
add("question marks", "a ? b ??")
add("a numbered bind", "$1")
add("dollar quotes", "$$ a $tag$")
add("braces", '{"a", b}')
add("the mark of an expanding bind", "__[POSTCOMPILE_x]")
add("the mark of a schema", "__[SCHEMA_x]")
add("wildcards", "a%b_c\\%")
add("a JSON path", '$.a[0]."b"[*]?(@ > 1)')
add("an operator", "#>> @> ->>")
add("an escape string", "E'\\x41'")
add("a newline", "a\nb")
add("a newline at the end", "a\n")
add("white space", "\t\r\n\v\f")
add("control characters", "\1\27[31m\127")
add("a backslash before a newline", "a\\\nb\\\r\nc")
add("umlauts", "größe")
add("combining characters", "e\204\129\204\163")
add("four bytes", "\240\159\152\128")
add("a mark of byte order", "\239\187\191a")
add("right to left", "\226\128\174abc")
add("a full-width quote", "\239\188\135; x")
add("NUL", "\0")
add("NUL within", "a\0'; DROP TABLE canary; --")
add("NUL at the end", "a\0")
add("a lone byte", "a\255b")
add("a sequence cut off", "a\226\130")
add("a byte that swallows a quote", "\191\39 OR 1=1 --")
add("an overlong quote", "\192\167")
add("half a surrogate pair", "\237\160\128")
add("63 bytes", ("n"):rep(63))
add("64 bytes", ("n"):rep(64))
add("300 bytes", ('x"\''):rep(100))
add("a megabyte", ("a'\"\\%:?\n"):rep(131072))

return strings
