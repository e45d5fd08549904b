--- Tables and columns of a FROM; ON clauses from foreign keys.
local core = require "lualchemy.core"

local join_find = {}

--- The tables within a FROM.
function join_find.tables(from, out)
  out = out or {}
  local kind = core.kind(from)
  if kind == "TABLE" then
    out[#out + 1] = from
  elseif kind == "JOIN" then
    join_find.tables(core.get(from, "left"), out)
    join_find.tables(core.get(from, "right"), out)
  elseif kind == "FROM_GROUPING" then
    join_find.tables(core.get(from, "element"), out)
  end
  return out
end

local NAMED = {ALIAS = true, SUBQUERY = true}

--- Is it a name for another FROM or for a SELECT?
function join_find.is_named(from) return NAMED[core.kind(from)] == true end

--- The same with those that what is selected comes from.
function join_find.written_tables(from, out)
  out = join_find.tables(from, out)
  if not join_find.is_named(from) then return out end
  local element = core.get(from, "element")
  local froms = core.kind(element) == "SELECT" and element:get_final_froms() or {element}
  for _, one in ipairs(froms) do
    if core.category(one) == "FROM" then join_find.written_tables(one, out) end
  end
  return out
end

--- The columns of a FROM, as an array.
function join_find.columns(from)
  return core.columns(from):values()
end

--- How messages call a FROM.
function join_find.description(from)
  return tostring(core.from_description(from))
end

--- The condition that joins a and b along a foreign key, in either direction.
--- @param only? any[] the columns that count as foreign keys
--- @param a_subset? any the right side of a, looked at first
function join_find.condition(a, b, only, a_subset)
  return core.join_condition(a, b, a_subset, only)
end

return join_find
