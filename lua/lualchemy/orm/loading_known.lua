--- What an object that the session had before learns of a row.
local core = require "lualchemy.core"
local err = require "lualchemy.error"
local state = require "lualchemy.orm.state"

local NULL = core.null

--- An object that had expired has what was filled in.
local function settle(obj, st, filled)
  if not st.own then
    if st.expired then rawset(obj, 1, state.shared(st.shard or st.session, st.mapper, st.load)) end
    return
  end
  local keys = {}
  for _, impl in ipairs(st.mapper.impl_list) do
    if filled[impl.slot] then keys[#keys + 1] = impl.key end
  end
  state.commit(obj, keys)
  st.expired = nil
  state.settle(obj)
end

--- Only what is not there is filled in; was there anything?
local function fill_missing(obj, list, row, st)
  local filled
  for i = 1, #list, 2 do
    local slot = list[i]
    if rawget(obj, slot) == nil then
      local value = row[list[i + 1]]
      if value == nil then value = NULL end
      rawset(obj, slot, value)
      filled = filled or {}
      filled[slot] = true
    end
  end
  if filled and (st.expired or st.expired_attributes) then settle(obj, st, filled) end
  return filled ~= nil
end

--- What the row has takes the place of what is there, changes included.
local function overwrite(obj, list, row, st)
  local filled = {}
  if st.changed then st = state.own(obj) end
  for i = 1, #list, 2 do
    local value = row[list[i + 1]]
    if value == nil then value = NULL end
    rawset(obj, list[i], value)
    filled[list[i]] = true
  end
  if st.own and st.modified then
    for slot in pairs(filled) do st.committed[slot] = nil end
    if next(st.committed) == nil then
      st.modified = nil
      st.session._dirty[obj] = nil
    end
  end
  settle(obj, st, filled)
end

--- Related objects are forgotten: they are loaded as the new statement says, or when they are asked for.
local function forget_related(obj, st, load)
  if st.changed then st = state.own(obj) end
  for _, impl in ipairs(st.mapper.impl_list) do
    if impl.object or impl.collection then
      rawset(obj, impl.slot, nil)
      if st.own then st.committed[impl.slot] = nil end
    end
  end
  if st.own then
    st.load, st.pending = load, nil
  elseif st.load ~= load then
    rawset(obj, 1, state.shared(st.shard or st.session, st.mapper, load, st.expired))
  end
end

--- Raises where the row has another version than the object.
local function check_version(obj, list, row)
  local mapper = state.mapper(obj)
  local prop = mapper.version_id_col ~= nil and mapper.column_to_property[mapper.version_id_col]
  local known = prop and rawget(obj, prop.slot)
  for i = 1, known ~= nil and #list or 0, 2 do
    local found = row[list[i + 1]]
    if list[i] == (prop and prop.slot) and found ~= known then
      err.raise("StaleDataError", "Instance '%s' has version id '%s' which does not match database-loaded version id "
        .. "'%s'.", state.describe(obj), tostring(known), tostring(found))
    end
  end
end

--- The keys of all attributes that are not there.
local function unloaded(obj)
  local keys = {}
  for _, impl in ipairs(obj[1].mapper.impl_list) do
    if rawget(obj, impl.slot) == nil and not impl.composite then keys[#keys + 1] = impl.key end
  end
  return keys
end

return {fill_missing = fill_missing, overwrite = overwrite, forget_related = forget_related,
  check_version = check_version, unloaded = unloaded}
