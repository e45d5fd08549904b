--- The part of Session that is about single objects: relationships of those that are not in it, changes of those that
-- are. session_related(of) adds its methods.
local args = require "lualchemy.args"
local collection = require "lualchemy.orm.collection"
local objects = require "lualchemy.orm.session_objects"
local state = require "lualchemy.orm.state"

local IS_MODIFIED = {include_collections = true}

--- @param of lualchemy.Session
return function(of)
  --- @class lualchemy.Session
  local Session = of

  --- Lets an object that is transient or detached load its relationships by this session, by the foreign keys it has.
  -- It does not come into the session by this.
  --- @param obj table
  function Session:enable_relationship_loading(obj)
    objects.check(obj)
    if objects.before_attach(self, obj) then
      local st = state.own(obj)
      st.session, st.base = self, nil
    end
    state.own(obj).load_on_pending = true
  end

  --- Would a flush find a change in the object?
  --- @param obj table
  --- @param ... any {include_collections = false: changes of collections do not count}
  --- @return boolean
  function Session:is_modified(obj, ...)
    local _, o = args.take("is_modified", IS_MODIFIED, ...)
    objects.check(obj)
    collection.sync_object(obj)
    if not state.is_modified(obj) then return false end
    for _, impl in ipairs(state.mapper(obj).impl_list) do
      if not (impl.collection and o.include_collections == false) and state.before(rawget(obj, 1), obj, impl) ~= nil
        and state.history(obj, impl.key, state.NO_FETCH):has_changes() then
        return true
      end
    end
    return false
  end
end
