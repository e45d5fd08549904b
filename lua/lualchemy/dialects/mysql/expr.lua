--- Expressions of MySQL: match(…).
local core = require "lualchemy.core"
local args = require "lualchemy.args"
local err = require "lualchemy.error"

local MATCH = {against = true, in_boolean_mode = true, in_natural_language_mode = true, with_query_expansion = true}

--- Keyword of match() -> the modifier that the compiler knows.
local MODES = {
  in_boolean_mode = "mysql_boolean_mode", in_natural_language_mode = "mysql_natural_language",
  with_query_expansion = "mysql_query_expansion",
}

local function modifier(name, on)
  return core.new("PAIR", {
    key = core.new("STR", {s = name}), value = core.new("CONST", {value = on, repr = tostring(on)}),
  })
end

--- `MATCH (columns) AGAINST (…)`.
--- @param ... any columns, then {against = …, in_boolean_mode = …}
local function match(...)
  local p, o = args.take("match", MATCH, ...)
  if p.n == 0 then err.raise("ArgumentError", "columns are required") end
  if o.against == nil or o.against == core.null then err.raise("ArgumentError", "against is required") end
  local left = core.clause_list(p, core.ops.comma_op, false, false)
  local modifiers = {}
  for keyword, name in pairs(MODES) do modifiers[#modifiers + 1] = modifier(name, o[keyword] and true or false) end
  table.sort(modifiers, function(a, b) return core.get(core.get(a, "key"), "s") < core.get(core.get(b, "key"), "s") end)
  return core.with(core.binary(left, o.against, core.ops.match), {modifiers = modifiers})
end

--- A method of match(…) that sets a mode.
local function sets(name)
  return function(self)
    local modifiers, found = {}, false
    for i, pair in ipairs(core.get(self, "modifiers")) do
      local own = core.get(core.get(pair, "key"), "s") == name
      modifiers[i] = own and modifier(name, true) or pair
      found = found or own
    end
    if not found then err.raise("InvalidRequestError", "only la.mysql.match() has modes of matching") end
    return core.with(self, {modifiers = modifiers})
  end
end

local methods = {}
for keyword, name in pairs(MODES) do methods[keyword] = sets(name) end
core.methods({"BINARY"}, methods)

return {match = match}
