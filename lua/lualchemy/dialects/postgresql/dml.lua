--- Statements of PostgreSQL: ON CONFLICT of INSERT, DISTINCT ON of SELECT.
local core = require "lualchemy.core"
local err = require "lualchemy.error"
local extension = require "lualchemy.sql.extension"

local names = require("lualchemy.sql.upsert").on_conflict("postgresql")

local DISTINCT_ON = "postgresql_distinct_on"

local function make(elements) return core.new("DIALECT_EXPR", {name = DISTINCT_ON, args = elements}) end

local function is_distinct_on(element)
  return core.kind(element) == "DIALECT_EXPR" and core.get(element, "name") == DISTINCT_ON
end

--- What stands before the columns, with the elements added to those of the DISTINCT ON that is there.
local function merged(existing, elements)
  local out, all = {}, {}
  local function add(list)
    for _, element in ipairs(list) do all[#all + 1] = element end
  end
  for _, element in ipairs(existing) do
    if is_distinct_on(element) then add(core.get(element, "args")) else out[#out + 1] = element end
  end
  add(elements)
  out[#out + 1] = make(all)
  return out
end

extension.define(DISTINCT_ON, {apply_to_select = function(self, stmt)
  if #core.get(stmt, "distinct_on") > 0 then
    err.raise("InvalidRequestError", "Cannot mix ``select.ext(distinct_on(...))`` and ``select.distinct(...)``")
  end
  core.set(stmt, {distinct = true})
  stmt:apply_syntax_extension_point(function(existing) return merged(existing, core.get(self, "args")) end,
    "pre_columns")
end})

--- `DISTINCT ON (…)` of a SELECT: `stmt:ext(la.postgresql.distinct_on(t.c.a))`. Several add up.
--- @param ... any expressions, names of labels
--- @return lualchemy.SyntaxExtension
function names.distinct_on(...)
  local elements = {...}
  for i = 1, select("#", ...) do elements[i] = core.coerce(core.roles.by_of, elements[i]) end
  return make(elements)
end

return names
