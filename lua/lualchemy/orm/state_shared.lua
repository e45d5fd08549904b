--- The states of instances that many objects share; state_shared(state) adds them.

--- @param state table
return function(state)
  --- Where the states of a mapper are in a session: those of ordinary objects by these, others by `load` in two tables.
  local EXPIRED, LOADED, PENDING, INSERTED = "expired", "loaded", "pending", state.INSERTED
  local OTHERS, EXPIRED_OTHERS, WEAK = "others", "expired others", {__mode = "k"}

  --- The states of a mapper in a session that has none of them yet.
  local function new_states(session, mapper)
    local found = {[PENDING] = false, [LOADED] = false, [EXPIRED] = false, [INSERTED] = false}
    if not session._states then session._states = {} end
    session._states[mapper] = found
    return found
  end

  --- The table of those by `load`.
  local function others_of(states, expired)
    local name = expired and EXPIRED_OTHERS or OTHERS
    local others = states[name]
    if not others then
      others = setmetatable({}, WEAK)
      states[name] = others
    end
    return others
  end

  --- The shared state of unmodified persistent objects. `session` may be a shard of one (ext/horizontal_shard.lua).
  --- @param load? any what lazy loads of these objects need (loader options); the key of the sharing
  --- @param expired? boolean
  function state.shared(session, mapper, load, expired)
    local of_session, key = session._states, load
    local states = of_session and of_session[mapper] or new_states(session, mapper)
    if load == nil then
      key = expired and EXPIRED or LOADED
    elseif load ~= INSERTED or expired then
      states = others_of(states, expired)
    end
    local found = states[key]
    if not found then
      local whole = rawget(session, "_session")
      found = {mapper = mapper, session = whole or session, shard = whole and session, status = "persistent",
        expired = expired and true or nil, load = load}
      if not expired then found.changed_states = false end
      states[key] = found
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
    local of_session = session._states
    local states = of_session and of_session[mapper] or new_states(session, mapper)
    local found = states[PENDING]
    if not found then
      found = {fresh = true, mapper = mapper, session = session, status = "pending", modified = true}
      states[PENDING] = found
    end
    return found
  end

  --- The state of persistent objects with this shared state of which a column was changed.
  --- @param slot? integer its slot; nil: several were changed
  function state.changed(base, slot)
    local states = base.changed_states or {}
    local found = {changed = true, slot = slot, mapper = base.mapper, session = base.session, shard = base.shard,
      status = "persistent", modified = true, load = base.load, base = base}
    base.changed_states, states[slot or "several"] = states, found
    return found
  end
end
