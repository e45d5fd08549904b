--- la.merge_frozen_result: rows that were kept, with the session's own objects.
local core = require "lualchemy.core"
local merge = require "lualchemy.orm.merge"
local state = require "lualchemy.orm.state"

--- The rows of a frozen result for a session: objects are merged into it.
--- @param session lualchemy.Session
--- @param _ any the statement
--- @param frozen lualchemy.FrozenResult what result:freeze() gave
--- @param load? boolean false: without a SELECT for objects that the session has not
--- @return lualchemy.FrozenResult
local function merge_frozen_result(session, _, frozen, load)
  if type(load) == "table" then load = load.load end
  local rows = frozen:rewrite_rows()
  for _, row in ipairs(rows) do
    for i, value in pairs(row) do
      if value ~= core.null and state.is_instance(value) then
        row[i] = merge.merge(session, value, {load = load ~= false})
      end
    end
  end
  return frozen:with_new_rows(rows)
end

return {public = {merge_frozen_result = merge_frozen_result}}
