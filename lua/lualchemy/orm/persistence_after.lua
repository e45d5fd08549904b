--- What objects know after the statement that wrote their row: what came back, defaults, and what must be read again.
local core = require "lualchemy.core"
local event = require "lualchemy.event"
local state = require "lualchemy.orm.state"

local NULL, NONE = core.null, {}

local function set_loaded(obj, c, value)
  if value == nil then value = NULL end
  rawset(obj, c.slot, value)
end

--- Tells listeners which attributes the statement gave new values: what came back, then the client's defaults.
local function tell_refreshed(context, row, tp, params, dispatch)
  local keys = {}
  for _, c in ipairs(row.returned and tp.columns or NONE) do
    if row.returned[c.key] ~= nil and not (row.new and c.primary_key) then keys[#keys + 1] = c.prop_key end
  end
  for _, column in ipairs(params and context.info.prefetch or NONE) do
    local c = tp.by_column[column]
    if c then keys[#keys + 1] = c.prop_key end
  end
  if keys[1] then event.fire(dispatch, "refresh_flush", row.obj, context, keys) end
end

--- What the client's defaults were, and what only the database knows.
local function take_defaults(context, row, tp, set)
  local params = context.sets and context.sets[set]
  for _, column in ipairs(context.info.prefetch or {}) do
    local c = tp.by_column[column]
    if c and params then set_loaded(row.obj, c, params[c.key]) end
  end
  local dispatch = tp.mapper.dispatch
  if dispatch.refresh_flush then tell_refreshed(context, row, tp, params, dispatch) end
end

local function expire(obj, keys)
  if #keys == 0 then return end
  local st = state.own(obj)
  st.expired_attributes = st.expired_attributes or {}
  for _, c in ipairs(keys) do
    rawset(obj, c.slot, nil)
    st.committed[c.slot] = nil
    st.expired_attributes[c.prop_key] = true
  end
  local dispatch = st.mapper.dispatch
  if not dispatch.expire then return end
  local names = {}
  for i, c in ipairs(keys) do names[i] = c.prop_key end
  event.fire(dispatch, "expire", obj, names)
end

local function after_insert(context, row, tp, set)
  row.new = true
  take_defaults(context, row, tp, set)
  local unknown = {}
  for _, c in ipairs(tp.columns) do
    if row.expressions and row.expressions[c.column] then
      if not row.returned or row.returned[c.key] == nil then unknown[#unknown + 1] = c end
    elseif rawget(row.obj, c.slot) == nil then
      if c.server and not (row.returned and row.returned[c.key] ~= nil) then
        unknown[#unknown + 1] = c
      end
    end
  end
  expire(row.obj, unknown)
end

local function take_returned(row, fetch, values)
  row.returned = {}
  for i, c in ipairs(fetch.columns) do
    local value = values[i]
    row.returned[c.key] = value == nil and NULL or value
    set_loaded(row.obj, c, value)
  end
end

local function after_update(context, row, tp, set)
  if row.version ~= nil then rawset(row.obj, tp.version.slot, row.version) end
  if row.goes then return end
  take_defaults(context, row, tp, set)
  local unknown = {}
  for _, c in ipairs(tp.columns) do
    local computed = row.expressions and row.expressions[c.column]
    if (computed or (c.server_onupdate and row.params[c.key] == nil))
      and not (row.returned and row.returned[c.key] ~= nil) then
      unknown[#unknown + 1] = c
    end
  end
  expire(row.obj, unknown)
end

return {insert = after_insert, update = after_update, take_returned = take_returned}
