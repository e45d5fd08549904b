--- The states of instances that many objects share; state_shared(state) adds them.

--- @param state table
return function(state)
  --- Where the states by `load` are kept; those without stand at true (expired) and false.
  local EXPIRED, LOADED, WEAK = "expired", "loaded", {__mode = "k"}

  --- The shared state of unmodified persistent objects. `session` may be a shard of one (ext/horizontal_shard.lua).
  --- @param load? any what lazy loads of these objects need (loader options); the key of the sharing
  --- @param expired? boolean
  function state.shared(session, mapper, load, expired)
    local cache = session._states
    if not cache then
      cache = {}
      session._states = cache
    end
    local of_mapper = cache[mapper]
    if not of_mapper then
      of_mapper = {}
      cache[mapper] = of_mapper
    end
    local key, by_load = expired and true or false, of_mapper
    if load ~= nil then
      by_load = of_mapper[key and EXPIRED or LOADED]
      if not by_load then
        by_load = setmetatable({}, WEAK)
        of_mapper[key and EXPIRED or LOADED] = by_load
      end
      key = load
    end
    local found = by_load[key]
    if not found then
      local whole = rawget(session, "_session")
      found = {mapper = mapper, session = whole or session, shard = whole and session, status = "persistent",
        expired = expired and true or nil, load = load}
      by_load[key] = found
    end
    return found
  end

  --- The state of objects that were just made.
  function state.blank(mapper)
    local found = mapper.blank
    if not found then
      found = {fresh = true, mapper = mapper, status = "transient"}
      mapper.blank = found
    end
    return found
  end

  --- The state of new objects: transient ones, or those that are pending in the session.
  function state.fresh(mapper, session)
    if not session then
      local found = mapper.fresh
      if not found then
        found = {fresh = true, mapper = mapper, status = "transient", modified = true}
        mapper.fresh = found
      end
      return found
    end
    local transient, of_session = state.fresh(mapper), session._fresh
    local found = of_session[transient]
    if not found then
      found = {fresh = true, mapper = mapper, session = session, status = "pending", modified = true}
      of_session[transient] = found
    end
    return found
  end

  --- The state of persistent objects with this shared state once columns were changed.
  function state.changed(base)
    local found = {changed = true, mapper = base.mapper, session = base.session, shard = base.shard,
      status = "persistent", modified = true, load = base.load, base = base}
    base.changed_state = found
    return found
  end
end
