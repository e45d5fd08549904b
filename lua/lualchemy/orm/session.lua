--- Session: objects, their identities, and the transaction in which they are loaded and written.
local args = require "lualchemy.args"
local cascade = require "lualchemy.orm.cascade"
local compat = require "lualchemy.compat"
local collection = require "lualchemy.orm.collection"
local core = require "lualchemy.core"
local err = require "lualchemy.error"
local event = require "lualchemy.event"
local identity = require "lualchemy.orm.identity"
local objects = require "lualchemy.orm.session_objects"
local session_ways = require "lualchemy.orm.session_ways"
local state = require "lualchemy.orm.state"
local Transaction = require "lualchemy.orm.session_transaction"

--- Modules that need this one, loaded on first use.
local execute, query

--- @class lualchemy.Session
--- @field new lualchemy.SessionObjects what a flush will INSERT
--- @field dirty lualchemy.SessionObjects what has changed
--- @field deleted lualchemy.SessionObjects what a flush will DELETE
--- @field autoflush boolean
--- @field expire_on_commit boolean
local Session = {__name = "lualchemy.Session"}
local getters = {}

Session.__index = compat.index(Session, function(self, key)
  local getter = getters[key]
  if getter then return getter(self) end
  if type(key) == "string" and key:sub(1, 1) ~= "_" and key ~= "bind" then
    local names = {}
    for k in pairs(Session) do names[#names + 1] = k end
    local near = err.nearest(key, names)
    err.raise("InvalidRequestError", "a Session has no attribute '%s'%s", key, near
      and ("; did you mean '" .. near .. "'?") or "")
  end
end)
Session.__close = function(self) self:close() end

Session.KEYWORDS = session_ways.KEYWORDS

local NONE = {}

--- Sessions that may be open, each with its number.
local live = setmetatable({}, {__mode = "k"})
local count = 0

local function given(v)
  if v == core.null then return nil end
  return v
end

local SHARED = {targets = {Session}, dispatcher = event.dispatcher{Session}}

--- Who listens to this very session is told by a dispatcher of its own.
function Session.__listened(self)
  local targets = {}
  for i, target in ipairs(self._ways.shared.targets) do targets[i] = target end
  targets[#targets + 1] = self
  self.dispatch = event.dispatcher(targets)
end

--- @param options lualchemy.SessionOptions checked ones
--- @param shared? table {targets, dispatcher}: those that stand for the sessions
--- @return table ways as orm/session_ways.lua makes them
function Session._ways_of(options, shared) return session_ways.of(options, shared or SHARED) end

local ORDINARY = Session._ways_of(NONE)

--- A session. Sixteen fields: a table of one more would be twice as large.
--- @param bind? lualchemy.Engine|lualchemy.Connection
--- @param ways table of Session._ways_of
--- @param options? lualchemy.SessionOptions checked ones; those that are each session's own
--- @return lualchemy.Session
function Session.make(bind, ways, options)
  count = count + 1
  local self = setmetatable({
    bind = given(bind), _binds = NONE, autoflush = ways.autoflush, expire_on_commit = ways.expire_on_commit,
    _ways = ways, dispatch = ways.shared.dispatcher, _new = {}, _dirty = {}, _deleted = {}, _identity = {},
    _insert_order = 0, _flushing = false, _collections = false, _transaction = false, _states = false, _shards = false,
  }, Session)
  live[self] = count
  if not options then return self end
  for k, v in pairs(options.info or NONE) do self.info[k] = v end
  for target, engine in pairs(options.binds or NONE) do
    require("lualchemy.orm.session_bind").add(self, target, engine)
  end
  return self
end

--- la.Session(engine), la.Session(engine, {options}), la.Session{bind = engine, …}, la.Session(engine, fn)
local function construct(_, ...)
  local n = select("#", ...)
  local fn = select(n > 0 and n or 1, ...)
  if n == 1 and type(fn) == "table" and getmetatable(fn) then return Session.make(fn, ORDINARY) end
  local positional, options
  if n > 0 and type(fn) == "function" then
    local rest = {...}
    rest[n] = nil
    positional, options = args.brace("Session", Session.KEYWORDS, compat.unpack(rest, 1, n - 1))
  else
    fn = nil
    positional, options = args.brace("Session", Session.KEYWORDS, ...)
  end
  local session = Session.make(positional[1] or options.bind, Session._ways_of(options), options)
  if not fn then return session end
  return session:_with(fn)
end

--- Runs fn(session) and closes the session whatever happens.
function Session:_with(fn)
  local results = compat.pack(compat.pcall(fn, self))
  if results[1] then
    self:close()
    return compat.unpack(results, 2, results.n)
  end
  compat.pcall(self.close, self)
  error(results[2], 0)
end

-- ---- asking ----

function getters:is_active()
  local t = self._transaction
  return not t or t.is_active
end
for name, get in pairs(session_ways.getters) do getters[name] = get end
--- Which of the sessions of this process it is, for messages.
function getters._number(self) return live[self] end
function getters.new(self) return objects.list(objects.ordered(self._new)) end
function getters.deleted(self) return objects.list(objects.ordered(self._deleted)) end
function getters.dirty(self)
  collection.sync_all(self)
  return objects.list(core.identified(self._dirty), self._deleted)
end
getters.identity_map = identity.view
function getters.no_autoflush(self) return function(fn) return Session.no_autoflush(self, fn) end end

--- @return boolean
function Session:in_transaction() return self._transaction ~= false end
--- @return boolean
function Session:in_nested_transaction() return self:get_nested_transaction() ~= nil end
--- The savepoint in progress, or nil.
--- @return lualchemy.SessionTransaction?
function Session:get_nested_transaction()
  local t = self._transaction
  while t and not t.nested do t = t._parent end
  return t or nil
end
--- The outermost transaction in progress, or nil.
--- @return lualchemy.SessionTransaction?
function Session:get_transaction()
  local t = self._transaction
  while t and t._parent do t = t._parent end
  return t or nil
end

--- Is the object in this session?
--- @param obj table
--- @return boolean
function Session:contains(obj)
  objects.check(obj)
  return objects.contains(self, obj)
end

--- Nothing to flush?
--- @param which? string which collections are compared: "all" or "recent"
function Session:_is_clean(which)
  collection.sync_all(self, which)
  return next(self._new) == nil and next(self._deleted) == nil and next(self._dirty) == nil
end

--- `for obj in session:iterate()`: all that is in the session.
function Session:all_objects()
  local out = identity.all(self)
  for obj in pairs(self._new) do out[#out + 1] = obj end
  return out
end
Session.__call = function(self, _, last)
  local list = last == nil and self:all_objects() or self._iterating
  self._iterating = list
  return table.remove(list)
end

-- ---- objects ----

--- Adds an object, and those that its relationships reach.
--- @param obj table
function Session:add(obj)
  if self._flushing then self:_warn_of_flush("Session.add()") end
  objects.save_one(self, obj)
end

--- @param list table[]
function Session:add_all(list)
  if self._flushing then self:_warn_of_flush("Session.add_all()") end
  objects.save_all(self, list)
end

--- @param obj table
function Session:delete(obj)
  if self._flushing then self:_warn_of_flush("Session.delete()") end
  objects.delete(self, obj)
end
--- @param list table[]
function Session:delete_all(list)
  for _, obj in ipairs(list) do objects.delete(self, obj) end
end
--- @param obj table
function Session:expunge(obj) objects.expunge(self, obj) end

--- Takes all objects out of the session.
function Session:expunge_all()
  local all = self:all_objects()
  for obj in pairs(self._deleted) do all[#all + 1] = obj end
  self._new, self._deleted = {}, {}
  objects.expunge_objects(self, all, false)
  self._dirty, self._identity, self._collections = {}, {}, false
  for _, shard in pairs(self._shards or {}) do shard._identity = {} end
end

Session._save_or_update = objects.save_or_update
Session._expunge_objects = objects.expunge_objects
Session._revert_deletion = objects.revert_deletion
Session._detach_object = objects.detach_object
Session._expire_object = objects.expire_object
Session._register_persistent = objects.register_persistent
Session._register_deleted = objects.register_deleted

--- Forgets what was loaded of an object (or those attributes), so that it is read again.
--- @param obj table
--- @param keys? string[]
function Session:expire(obj, keys)
  objects.check(obj)
  if state.session(obj) ~= self or state.status(obj) ~= "persistent" then
    err.raise("InvalidRequestError", "Instance '%s' is not persistent within this Session", state.describe(obj))
  end
  if type(keys) == "table" and keys.attribute_names then keys = keys.attribute_names end
  if keys then
    for _, key in ipairs(keys) do state.impl(obj, key) end
    return state.expire(obj, keys)
  end
  local reached = cascade.iterate("refresh-expire", obj)
  objects.expire_object(self, obj)
  for _, x in ipairs(reached) do
    local status = state.session(x) == self and state.status(x)
    if status == "persistent" then objects.expire_object(self, x) end
    if status == "pending" then objects.expunge_objects(self, {x}) end
  end
end

--- Forgets what was loaded of all objects.
function Session:expire_all()
  local maps = identity.maps(self)
  for i = 1, #maps, 2 do state.expire_map(maps[i + 1], maps[i]) end
end

--- Reads an object again (or those attributes of it).
--- @param obj table
--- @param ... string[]|lualchemy.RefreshOptions the attributes, unless all; options
function Session:refresh(obj, ...)
  objects.check(obj)
  if state.session(obj) ~= self or state.status(obj) ~= "persistent" then
    err.raise("InvalidRequestError", "Instance '%s' is not persistent within this Session", state.describe(obj))
  end
  local keys, options = ...
  if args.is_plain(keys) and #keys == 0 then keys, options = nil, keys end
  if type(options) == "boolean" then options = {with_for_update = options} end
  keys = keys or options and options.attribute_names
  self:expire(obj, keys)
  self:_autoflush()
  require("lualchemy.orm.loading_key").refresh(self, obj, keys,
    {plain = true, with_for_update = options and options.with_for_update})
end

--- The object of that class and primary key: from the session if it is there, else read; nil if there is none.
--- @param class table
--- @param key any a value, an array, or a table by attribute
--- @return table?
--- @param ... lualchemy.GetOptions
function Session:get(class, key, ...)
  Session.get = require("lualchemy.orm.loading_key").get
  return Session.get(self, class, key, ...)
end

--- The same; NoResultFound if there is none.
--- @param class table
--- @param key any
--- @return table
--- @param ... lualchemy.GetOptions
function Session:get_one(class, key, ...)
  local obj = self:get(class, key, ...)
  if obj == nil then err.raise("NoResultFound", "No row was found when one was required") end
  return obj
end

--- A copy of the object's state in the object that is (or comes to be) in this session.
--- @param obj table
--- @param ... lualchemy.MergeOptions
--- @return table
function Session:merge(obj, ...)
  if self._flushing then self:_warn_of_flush("Session.merge()") end
  return require("lualchemy.orm.merge").merge(self, obj, ...)
end

--- The same for an array of objects.
--- @param list table[]
--- @param ... lualchemy.MergeOptions
--- @return table[]
function Session:merge_all(list, ...)
  return require("lualchemy.orm.merge").merge_all(self, list, ...)
end

require "lualchemy.orm.session_begin"(Session)
require "lualchemy.orm.session_related"(Session)

-- ---- statements ----

--- Executes a statement; rows hold objects where it selects classes.
--- @return lualchemy.CursorResult
--- @param statement any
--- @param parameters? table
--- @param options? table
function Session:execute(statement, parameters, options)
  execute = execute or require "lualchemy.orm.execute"
  return execute.run(self, statement, parameters, options)
end

--- @param statement any
--- @param parameters? table
--- @param options? table
--- @return any
function Session:scalar(statement, parameters, options)
  return self:execute(statement, parameters, options):scalar()
end

--- @param statement any
--- @param parameters? table
--- @param options? table
--- @return lualchemy.ScalarResult
function Session:scalars(statement, parameters, options)
  return self:execute(statement, parameters, options):scalars()
end

--- A Query of classes and columns.
--- @param ... any classes and columns
--- @return lualchemy.Query
function Session:query(...)
  query = query or require "lualchemy.orm.query"
  return query.new(self, ...)
end

require "lualchemy.orm.session_flush"(Session)

for _, name in ipairs{"bulk_save_objects", "bulk_insert_mappings", "bulk_update_mappings"} do
  Session[name] = function(self, ...) return require("lualchemy.orm.bulk")[name](self, ...) end
end

--- Is x a session?
--- @param x any
--- @return boolean
function Session.is(_, x)
  local meta = type(x) == "table" and getmetatable(x)
  return meta == Session or type(meta) == "table" and rawget(meta, "base") == Session
end

--- Closes every session there is.
local function close_all_sessions()
  for session in pairs(live) do session:close() end
end

--- The session that an object is in, or nil.
--- @param obj table
--- @return lualchemy.Session?
local function object_session(obj)
  return state.session(objects.check(obj))
end

--- The same: la.Session.object_session(obj), session:object_session(obj).
--- @param first any the object, or any session
--- @param obj? table
--- @return lualchemy.Session?
function Session.object_session(first, obj) return object_session(obj or first) end

setmetatable(Session, {__call = construct, __tostring = function() return "la.Session" end})

return {Session = Session, public = {
  Session = Session, close_all_sessions = close_all_sessions, object_session = object_session,
    SessionTransaction = Transaction,
}}
