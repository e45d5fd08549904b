--- SQL that a database tells of itself, as text() must have it.
local reflect_text = {}

--- SQL of the database as text() must have it, which takes ":name" for a bind and "\\:" for a colon.
function reflect_text.as_it_is(sql)
  return (sql:gsub("()(:[%w_$\128-\255]*)", function(at, word)
    local before, behind = sql:sub(at - 1, at - 1), sql:sub(at + #word, at + #word)
    if at == 1 then before = "" end
    local bind = #word > 1 and not before:find("[%w_$:\128-\255]")
    return behind ~= ":" and (bind or before == "\\") and "\\" .. word or word
  end))
end

return reflect_text
