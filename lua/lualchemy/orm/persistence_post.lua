--- post_update: foreign keys that could only be known when all rows were there.
local order = require "lualchemy.orm.persistence_order"
local persistence = require "lualchemy.orm.persistence"
local plan = require "lualchemy.orm.persistence_plan"
local rows_of = require "lualchemy.orm.persistence_rows"
local state = require "lualchemy.orm.state"

--- The version of an object that is new in this flush stays what it is.
local function with_version(row, tp)
  local c = tp.version
  if not c then return end
  if rawget(row.obj, 2) ~= nil then return rows_of.add_version(row, tp, false) end
  row.params[c.where_name] = rows_of.key_value(row.obj, c)
end

--- UPDATEs of foreign keys (post_update) of objects that stay, or of ones that are deleted afterwards.
return function(uow, base, isdelete)
  local list = {}
  for obj in pairs(uow.post_updates) do
    if state.mapper(obj).base_mapper == base and uow:is_deleted(obj) == isdelete then list[#list + 1] = obj end
  end
  if #list == 0 then return end
  local connection = uow.session:_connection_for(base)
  local new, old = order.by_age(list)
  list = {}
  for _, part in ipairs{order.by_number(new, uow.session._new), order.by_identity(old)} do
    for _, obj in ipairs(part) do list[#list + 1] = obj end
  end
  for _, t in ipairs(plan.tables(base)) do
    local rows = {}
    for _, obj in ipairs(list) do
      local tp = plan.of(state.mapper(obj), t)
      local row = tp and rows_of.update_some(obj, tp, uow.post_updates[obj])
      if row then
        row.goes = isdelete
        with_version(row, tp)
        rows[#rows + 1] = row
      end
    end
    persistence.runs(rows, function(run)
      persistence.update_batch(connection, run[1].tp, run)
    end, function(a, b) return a.tp == b.tp end)
  end
  for _, obj in ipairs(list) do uow.post_updates[obj] = nil end
end
