-- Strings that break what is glued together: {name, text, nul =, invalid =}. `nul`: has a NUL byte; `invalid`: is not
-- UTF-8; `long`: longer than any name may be.
local strings = {}

local function add(name, text)
  strings[#strings + 1] = {name = name, text = text, nul = text:find("\0", 1, true) ~= nil}
  return strings[#strings]
end

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
add("a lone byte", "a\255b").invalid = true
add("a sequence cut off", "a\226\130").invalid = true
add("a byte that swallows a quote", "\191\39 OR 1=1 --").invalid = true
add("an overlong quote", "\192\167").invalid = true
add("half a surrogate pair", "\237\160\128").invalid = true
add("63 bytes", ("n"):rep(63))
add("64 bytes", ("n"):rep(64)).long = true
add("300 bytes", ('x"\''):rep(100)).long = true
add("a megabyte", ("a'\"\\%:?\n"):rep(131072)).long = true

return strings
