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
  local delete, update, of_key = la.delete(prop.secondary), la.update(prop.secondary), {}
  for _, list in ipairs{prop.synchronize_pairs, prop.secondary_synchronize_pairs} do
    for _, pair in ipairs(list) do of_key[pair[2]] = true end
  end
  for _, column in ipairs(core.columns(prop.secondary):values()) do
    if of_key[column] then
      local key, o = core.get(column, "key"), {type_ = core.get(column, "type")}
      delete = delete:where(column:eq(la.bindparam(key, nil, o)))
      update = update:where(column:eq(la.bindparam("old_" .. key, nil, o)))
    end
  end
  known = {insert = la.insert(prop.secondary), delete = delete, update = update}
  secondaries[prop] = known
  return known
end

--- Sends an UPDATE or DELETE of rows, all of which must be there.
local function change(connection, prop, what, statement, rows)
  local result = connection:execute(statement, #rows == 1 and rows[1] or rows)
  if result.rowcount >= 0 and result.rowcount ~= #rows then
    err.raise("StaleDataError", "%s statement on table '%s' expected to %s %d row(s); Only %d were matched.",
      what:upper(), tostring(prop.secondary), what, #rows, result.rowcount)
  end
end

--- Rows of an association table.
--- @param updates? table[] rows whose keys change
function secondary.write(uow, prop, inserts, deletes, updates)
  updates = updates or {}
  if #inserts == 0 and #deletes == 0 and #updates == 0 then return end
  local connection = uow.session:_connection_for(prop.parent)
  local statements = statements_of(prop)
  if #deletes > 0 then change(connection, prop, "delete", statements.delete, deletes) end
  if #updates > 0 then change(connection, prop, "update", statements.update, updates) end
  if #inserts > 0 then connection:execute(statements.insert, #inserts == 1 and inserts[1] or inserts) end
end

return secondary
