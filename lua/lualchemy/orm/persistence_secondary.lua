--- The rows of association tables.
local core = require "lualchemy.core"
local err = require "lualchemy.error"

local secondary = {}

local secondaries = setmetatable({}, {__mode = "k"})

--- The statements for the association table of a relationship.
local function statements_of(prop)
  local known = secondaries[prop]
  if known then return known end
  local la = require "lualchemy.sql.api"
  local delete, of_key = la.delete(prop.secondary), {}
  for _, list in ipairs{prop.synchronize_pairs, prop.secondary_synchronize_pairs} do
    for _, pair in ipairs(list) do of_key[pair[2]] = true end
  end
  for _, column in ipairs(core.columns(prop.secondary):values()) do
    if of_key[column] then
      delete = delete:where(column:eq(la.bindparam(core.get(column, "key"), nil, {type_ = core.get(column, "type")})))
    end
  end
  known = {insert = la.insert(prop.secondary), delete = delete}
  secondaries[prop] = known
  return known
end

--- Rows of an association table.
function secondary.write(uow, prop, inserts, deletes)
  if #inserts == 0 and #deletes == 0 then return end
  local connection = uow.session:_connection_for(prop.parent)
  local statements = statements_of(prop)
  if #deletes > 0 then
    local result = connection:execute(statements.delete, #deletes == 1 and deletes[1] or deletes)
    if result.rowcount >= 0 and result.rowcount ~= #deletes then
      err.raise("StaleDataError", "DELETE statement on table '%s' expected to delete %d row(s); Only %d were matched.",
        tostring(prop.secondary), #deletes, result.rowcount)
    end
  end
  if #inserts > 0 then connection:execute(statements.insert, #inserts == 1 and inserts[1] or inserts) end
end

return secondary
