--- The part of the state of instances that is about forgetting what was loaded; state_expire(state) adds it.
local core = require "lualchemy.core"
local err = require "lualchemy.error"
local event = require "lualchemy.event"

--- @param state table
return function(state)
  local function forget(obj, st, slot, impl)
    local value = rawget(obj, slot)
    if value ~= nil and impl and impl.collection then require("lualchemy.orm.collection").detach(value) end
    rawset(obj, slot, nil)
    st.committed[slot] = nil
  end

  --- Composites are made anew when one of their columns was loaded or forgotten.
  function state.forget_composites(obj, mapper, keys)
    for _, impl in ipairs(mapper.impl_list) do
      for _, part in ipairs(impl.composite and impl.prop.keys or {}) do
        for _, key in ipairs(keys) do
          if part == key then rawset(obj, impl.slot, nil) end
        end
      end
    end
  end

  --- Was a column's value, which is not there, expired?
  function state.is_lost(st, impl)
    return st.expired or st.expired_attributes and st.expired_attributes[impl.key]
  end

  function state.raise_lost(obj)
    err.raise("InvalidRequestError", "Instance %s cannot be refreshed - it's not  persistent and does not contain a "
      .. "full primary key.", state.describe(obj))
  end

  --- Raises if the primary key of an object without an identity was expired.
  function state.check_not_lost(obj, st)
    local mapper = st.mapper
    for _, column in ipairs(mapper.primary_key) do
      local impl = mapper.impls[mapper.column_to_property[column].key]
      if rawget(obj, impl.slot) == nil and state.is_lost(st, impl) then state.raise_lost(obj) end
    end
  end

  --- Forgets values so that the next access loads them: those of `keys` (array), or all of the object.
  function state.expire(obj, keys)
    local mapper = rawget(obj, 1).mapper
    if keys then
      local st = state.own(obj)
      st.expired_attributes = st.expired_attributes or {}
      for _, key in ipairs(keys) do
        local impl = mapper.impls[key]
        if impl then
          forget(obj, st, impl.slot, impl)
          if st.pending then st.pending[impl.slot] = nil end
          if impl.column then st.expired_attributes[key] = true end
        end
      end
      state.forget_composites(obj, mapper, keys)
      if mapper.dispatch.expire then event.fire(mapper.dispatch, "expire", obj, keys) end
      return
    end
    state.expire_all(obj, mapper)
  end

  --- The slots of a mapper's objects, as core.expire takes them.
  local function layout_of(mapper)
    local lists, width = {}, 2
    for _, impl in ipairs(mapper.impl_list) do
      if impl.slot > width then width = impl.slot end
      if impl.collection then lists[#lists + 1] = impl.slot end
    end
    return {width = width, lists = lists}
  end

  --- For core.expire: the state of objects that had a shared one and were forgotten.
  local function twin_of(st)
    if st.own or st.fresh or st.changed or not st.session then return nil end
    local mapper = st.mapper
    local layout = mapper.layout or layout_of(mapper)
    mapper.layout = layout
    return state.shared(st.shard or st.session, mapper, state.lasting_load(st), true), layout.lists, layout.width
  end

  --- Does anybody listen to `expire` of a base mapper's objects?
  local function is_heard(base)
    if base.expires_unheard == event.epoch then return false end
    for _, mapper in ipairs(base.self_and_descendants) do
      if mapper.dispatch.expire then return true end
    end
    base.expires_unheard = event.epoch
    return false
  end

  --- Forgets all that objects of a session hold: map is a part of its identity map.
  function state.expire_map(map, base)
    local rest
    if is_heard(base) then
      rest = {}
      for _, obj in pairs(map) do rest[#rest + 1] = obj end
    else
      rest = core.expire(map, twin_of)
    end
    for i = 1, #rest do
      state.expire_all(rest[i], rest[i][1].mapper)
      rest[i][1].session._dirty[rest[i]] = nil
    end
  end

  --- Forgets everything that was loaded; changes are lost.
  function state.expire_all(obj, mapper)
    if mapper.dispatch.expire then event.fire(mapper.dispatch, "expire", obj, nil) end
    local st = rawget(obj, 1)
    local impls = mapper.impl_list
    for i = 1, #impls do
      local impl = impls[i]
      if impl.collection then
        local value = rawget(obj, impl.slot)
        if value ~= nil then require("lualchemy.orm.collection").detach(value) end
      end
      rawset(obj, impl.slot, nil)
    end
    if st.changed then st.session._dirty[obj] = nil end
    if not st.own and not st.fresh and st.session then
      rawset(obj, 1, state.shared(st.shard or st.session, mapper, state.lasting_load(st), true))
      return
    end
    st = state.own(obj)
    st.load = state.lasting_load(st)
    st.committed, st.modified, st.expired, st.expired_attributes, st.pending = {}, nil, true, nil, nil
    if st.session then st.session._dirty[obj] = nil end
    if st.session then state.settle(obj) end
  end
end
