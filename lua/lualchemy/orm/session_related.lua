--- The part of Session that is about single objects: relationships of those that are not in it, changes of those that
-- are. session_related(of) adds its methods.
local args = require "lualchemy.args"
local collection = require "lualchemy.orm.collection"
local err = require "lualchemy.error"
local objects = require "lualchemy.orm.session_objects"
local state = require "lualchemy.orm.state"

local IS_MODIFIED = {include_collections = true}
local OF_KEY = {class_ = true, ident = true, instance = true, row = true, identity_token = true}

--- The identity key that the arguments of Session.identity_key() tell.
local function key_of(class, ident, o)
  if class ~= nil then
    local mapper = require("lualchemy.orm.mapper").of(class)
    if o.row ~= nil then return mapper:identity_key_from_row(o.row) end
    if ident == nil then err.raise("ArgumentError", "ident or row is required") end
    return mapper:identity_key_from_primary_key(args.is_plain(ident) and ident or {ident})
  end
  if o.instance == nil then err.raise("ArgumentError", "class or instance is required") end
  return state.mapper(objects.check(o.instance)):identity_key_from_instance(o.instance)
end

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

  --- The identity key of a class and a primary key, of an object or of a row; by a dot, too.
  --- @param ... any class, primary key (an array if it has several columns), {row = …, instance = …}
  --- @return any[] key {class, {primary key …}}
  function Session.identity_key(...)
    local first = ...
    if first == Session or Session:is(first) then return Session.identity_key(select(2, ...)) end
    local p, o = args.take("identity_key", OF_KEY, ...)
    local class, key = p[1], p[2]
    if class == nil then class = o.class_ end
    if key == nil then key = o.ident end
    return key_of(class, key, o)
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
