--- DELETE of objects.
local err = require "lualchemy.error"
local order = require "lualchemy.orm.persistence_order"
local persistence = require "lualchemy.orm.persistence"
local plan = require "lualchemy.orm.persistence_plan"
local state = require "lualchemy.orm.state"

local rows_of = require "lualchemy.orm.persistence_rows"

local key_value, key_part = rows_of.key_value, rows_of.key_part

local MISSING = "DELETE statement on table '%s' expected to delete %d row(s); %d were matched.  Please set "
  .. "confirm_deleted_rows=False within the mapper configuration to prevent this warning."

--- Deletes objects that share a base mapper: the tables of subclasses first.
local function delete(uow, base, all)
  local list = {}
  for _, obj in ipairs(all) do
    if not uow:entry(obj).listonly then list[#list + 1] = obj end
  end
  if #list == 0 then return end
  if uow.session._shards then return uow.session:_each_shard(uow, base, list, delete) end
  local connection = uow.session:_connection_for(base)
  list = order.by_identity(list)
  persistence.notify("before_delete", list, connection, base)
  local tables = plan.tables(base)
  for i = #tables, 1, -1 do
    local rows = {}
    for _, obj in ipairs(list) do
      local tp = plan.of(state.mapper(obj), tables[i])
      if tp then
        local params = {}
        for _, c in ipairs(tp.primary_key) do params[c.key] = key_part(obj, tp, c, "delete from") end
        if tp.version then params[tp.version.key] = key_value(obj, tp.version) end
        rows[#rows + 1] = {params = params, tp = tp, shape = ""}
      end
    end
    persistence.runs(rows, function(run)
      local result = connection:execute(run[1].tp.delete, #run == 1 and run[1].params or persistence.params_of(run))
      local tp, matched = run[1].tp, result.rowcount
      if not base.confirm_deleted_rows or matched < 0 or matched == #run then return end
      local message = MISSING:format(tp.name, #run, matched)
      if tp.version then err.raise("StaleDataError", message) end
      err.warn(message)
    end)
  end
  persistence.notify("after_delete", list, connection, base)
end

return delete
