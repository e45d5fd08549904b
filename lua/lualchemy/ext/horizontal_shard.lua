--- la.horizontal_shard: a Session over several databases of the same tables.
--
--     la.horizontal_shard.ShardedSession{shards = {east = engine1, west = engine2},
--       shard_chooser = function(mapper, instance, o) return "east" end,              where new objects go
--       identity_chooser = function(mapper, primary_key, o) return {"east", "west"} end,   where a key may be
--       execute_chooser = function(state) return {"east", "west"} end}                where a statement is executed
--
-- A *shard* of a session stands for it where objects are loaded and saved: it has the engine, the identity map and the
-- states of its own objects ({_session, token, bind, _identity, _states}), and all else from the session.
local args = require "lualchemy.args"
local compat = require "lualchemy.compat"
local core = require "lualchemy.core"
local err = require "lualchemy.error"
local execute = require "lualchemy.orm.execute"
local execute_event = require "lualchemy.orm.execute_event"
local identity = require "lualchemy.orm.identity"
local Query = require("lualchemy.orm.query").Query
local sessions = require "lualchemy.orm.session"
local state = require "lualchemy.orm.state"
local view = require "lualchemy.orm.view"

local Session, NULL = sessions.Session, core.null
local horizontal_shard = {}

-- ---- shards ----

local function new_shard(session, token, bind)
  return setmetatable({_session = session, token = token, bind = bind, _identity = {}, _states = false, _binds = {},
    _shards = false, _autobegin = function() return session:_autobegin() end,
    _autoflush = function() return session:_autoflush() end}, {__index = session, __newindex = session})
end

--- @class lualchemy.ShardedSession: lualchemy.Session
local Sharded = {__name = "lualchemy.ShardedSession", base = Session}
local methods = {}

Sharded.__index = function(self, key)
  local method = methods[key]
  if method ~= nil then return method end
  return Session.__index(self, key)
end
Sharded.__close, Sharded.__call = Session.__close, Session.__call

local function shard(self, token)
  local found = self._shards[token]
  if found then return found end
  local known = {}
  for name in pairs(self._shards) do known[#known + 1] = tostring(name) end
  table.sort(known)
  err.raise("InvalidRequestError", "ShardedSession: there is no shard '%s'; known are: %s", tostring(token),
    table.concat(known, ", "))
end

--- Where new objects, and statements without any, go.
local function choose(self, mapper, obj, clause)
  return shard(self, self.shard_chooser(mapper, obj, clause ~= nil and {clause = clause} or nil))
end

local function shard_of(self, obj)
  local st = state.of(obj)
  if st.shard then return shard(self, st.shard.token) end
  local found = choose(self, state.mapper(obj), obj)
  state.own(obj).shard = found
  return found
end

--- Gives the session a further shard.
--- @param shard_id any
--- @param bind lualchemy.Engine
function methods:bind_shard(shard_id, bind) self._shards[shard_id] = new_shard(self, shard_id, bind) end

--- The engine for a mapper, an object, a shard.
--- @param what? any
--- @param ... any options: mapper, clause, shard_id, instance
--- @return lualchemy.Engine
function methods:get_bind(what, ...)
  local options = args.is_plain(what) and what or select(1, ...) or {}
  if args.is_plain(what) then what = options.mapper end
  if options.bind then return options.bind end
  if options.shard_id ~= nil then return shard(self, options.shard_id).bind end
  if options.instance ~= nil then return shard_of(self, options.instance).bind end
  return choose(self, what, nil, options.clause).bind
end

--- The connection for an object that is being flushed, or a shard.
--- @param o {mapper: lualchemy.Mapper, instance: table, shard_id: any}
--- @return lualchemy.Connection
function methods:connection_callable(o) return self:_autobegin():_connection_for(self:get_bind(o)) end

-- ---- choosing ----

local function list_of(self, tokens, who)
  if type(tokens) ~= "table" then
    err.raise("ArgumentError", "ShardedSession: %s must return an array of shards, got %s", who, type(tokens))
  end
  local out = {}
  for i, token in ipairs(tokens) do out[i] = shard(self, token) end
  return out
end

--- The object of that primary key, if it is there: asked for in the shards that the key may be in.
function methods:_find(mapper, values, o)
  local raw, tokens = identity.raw(values, #values, true), {o.identity_token}
  if o.identity_token == nil then
    tokens = self.identity_chooser(mapper, values, {
      lazy_loaded_from = o.lazy_from and view.of(o.lazy_from) or NULL, execution_options = o.execution_options or {},
      bind_arguments = o.bind_arguments or {}})
  end
  for _, one in ipairs(list_of(self, tokens, "identity_chooser")) do
    local obj = identity.get(one, mapper, raw)
    if obj then return obj end
  end
end

--- A shard whose objects stay with it in the loads that follow.
local function pinned(place)
  local found = rawget(place, "_pinned")
  if not found then
    found = setmetatable({_session = place._session, _states = false, pinned = true},
      {__index = place, __newindex = place})
    rawset(place, "_pinned", found)
  end
  return found
end

--- The shard that set_shard_id() among a statement's options names.
local function option_of(self, node)
  for _, option in ipairs(core.has(node, "options") and core.get(node, "options") or {}) do
    local object = core.get(option, "object")
    if object.of_session and object.shard_id ~= nil then
      local place = shard(self, object.shard_id)
      return object.propagate_to_loaders and pinned(place) or place
    end
  end
end

--- The shards that a statement is executed on.
local function places_of(self, node, parameters, options, bind_arguments, o)
  if o.only then return {shard_of(self, o.only)} end
  local said = o.lazy_from and state.of(o.lazy_from).shard
  if said and rawget(said, "pinned") then return {said} end
  said = option_of(self, node)
  if said then return {said} end
  local token = o.token
  if token == nil then token = options.identity_token end
  if token == nil then token = options._sa_shard_id end
  if token == nil and bind_arguments then token = bind_arguments.shard_id end
  if token ~= nil then return {shard(self, token)} end
  local shown = execute_event.state(self, node, parameters, options, bind_arguments or {}, o.loads, o.lazy_from)
  local places = list_of(self, self.execute_chooser(shown), "execute_chooser")
  if #places == 0 then
    err.raise("InvalidRequestError", "ShardedSession: execute_chooser returned no shard")
  end
  return places
end

-- ---- executing ----

--- One result of those of all shards: their rows, or the sum of the rows that were changed.
local function merged(list)
  local first = list[1]
  if #list == 1 then return first end
  if first.returns_rows then return first:merge(compat.unpack(list, 2)) end
  local count = 0
  for _, result in ipairs(list) do count = count + result.rowcount end
  rawset(first, "rowcount", count)
  return first
end

--- Session:execute
function methods:_execute(node, parameters, options, bind_arguments)
  if options.autoflush ~= false and core.of_orm(node) then self:_autoflush() end
  local list = {}
  for i, place in ipairs(places_of(self, node, parameters, options, bind_arguments, {})) do
    list[i] = execute.run(place, node, parameters, {execution_options = options, seen = true})
  end
  return merged(list)
end

--- execute.objects: statements of the ORM's own.
function methods:_load(node, parameters, o)
  local list, plan = {}, nil
  local options = o.execution_options or {}
  for i, place in ipairs(places_of(self, node, parameters, options, o.bind_arguments, o)) do
    list[i], plan = execute.objects(place, node, parameters, o)
  end
  return merged(list), plan
end

-- ---- flushing ----

--- Calls fn(uow, base, objects) for the objects of each shard, the unit of work being of that shard.
function methods:_each_shard(uow, base, list, fn)
  local places, parts = {}, {}
  for _, obj in ipairs(list) do
    local place = shard_of(self, obj)
    if not parts[place] then
      parts[place] = {}
      places[#places + 1] = place
    end
    table.insert(parts[place], obj)
  end
  for _, place in ipairs(places) do
    fn(setmetatable({session = place}, {__index = uow, __newindex = uow}), base, parts[place])
  end
end

--- session:query(City):set_shard("asia")
function Query:set_shard(shard_id)
  if not self._session._shards then
    err.raise("InvalidRequestError", "set_shard(): the query's session is no ShardedSession")
  end
  return self:execution_options{_sa_shard_id = shard_id}
end

-- ---- making ----

local CHOOSERS = {"shard_chooser", "identity_chooser", "execute_chooser"}
local KEYWORDS = {shards = true, shard_chooser = true, identity_chooser = true, execute_chooser = true}
for name in pairs(Session.KEYWORDS) do KEYWORDS[name] = true end
Sharded.KEYWORDS = KEYWORDS

local function of(options, ways)
  local self = Session.make(nil, ways, options)
  self._shards = {}
  setmetatable(self, Sharded)
  for _, name in ipairs(CHOOSERS) do
    local fn = options[name]
    if type(fn) ~= "function" then
      err.raise("ArgumentError", "ShardedSession: argument '%s' must be a function, got %s", name, type(fn))
    end
    rawset(self, name, fn)
  end
  for token, bind in pairs(options.shards or {}) do self:bind_shard(token, bind) end
  return self
end

--- For sessionmaker{class_ = ShardedSession}.
--- @param _ any what a Session is bound to
--- @param ways table of Session._ways_of
--- @param options lualchemy.ShardedSessionOptions
--- @return lualchemy.ShardedSession
function Sharded.make(_, ways, options) return of(options, ways) end

--- A session over several databases: {shards = {[name] = engine}, shard_chooser, identity_chooser, execute_chooser},
-- and what a Session takes; with a function: runs it and closes.
local function construct(_, ...)
  local n = select("#", ...)
  local fn, given = select(n > 0 and n or 1, ...), {...}
  if type(fn) == "function" and type(given[1]) == "table" then given[n], n = nil, n - 1 else fn = nil end
  local p, o = args.brace("ShardedSession", KEYWORDS, compat.unpack(given, 1, n))
  for i, name in ipairs(CHOOSERS) do
    if p[i] ~= nil then o[name] = p[i] end
  end
  if p[4] ~= nil then o.shards = p[4] end
  local self = of(o, Session._ways_of(o))
  if fn then return self:_with(fn) end
  return self
end

--- Is x such a session?
--- @param x any
--- @return boolean
function Sharded.is(_, x) return type(x) == "table" and getmetatable(x) == Sharded end
horizontal_shard.ShardedSession = setmetatable(Sharded, {__call = construct,
  __tostring = function() return "la.horizontal_shard.ShardedSession" end})

--- An option of statements: they, and the loads that follow for their objects, are executed on that shard.
--- @param shard_id any
--- @param o? {propagate_to_loaders: boolean}
--- @return any
function horizontal_shard.set_shard_id(shard_id, o)
  local _, options = args.take("set_shard_id", {propagate_to_loaders = true}, o)
  local stays = options.propagate_to_loaders ~= false
  return core.new("OPTION", {key = ("shard:%s:%s"):format(tostring(stays), tostring(shard_id)),
    object = {of_session = true, shard_id = shard_id, propagate_to_loaders = stays}})
end

return horizontal_shard
