--- The part of Session that is about relationships of objects that are not in it: session_related(of) adds its methods.
local objects = require "lualchemy.orm.session_objects"
local state = require "lualchemy.orm.state"

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
end
