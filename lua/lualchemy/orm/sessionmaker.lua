--- la.sessionmaker, la.scoped_session: where sessions come from.
local args = require "lualchemy.args"
local compat = require "lualchemy.compat"
local err = require "lualchemy.error"
local event = require "lualchemy.event"
local session_module = require "lualchemy.orm.session"

local Session = session_module.Session

--- @class lualchemy.sessionmaker
local Maker = {__name = "lualchemy.sessionmaker"}
Maker.__index = Maker

local function joined(a, b)
  local all = {}
  for k, v in pairs(a) do all[k] = v end
  for k, v in pairs(b) do all[k] = v end
  return all
end

--- The maker's keywords and those of one call; `info` is that of both.
local function merged(self, options)
  local all = joined(self.kw, options)
  if args.is_plain(self.kw.info) and args.is_plain(options.info) then
    all.info = joined(self.kw.info, options.info)
  end
  return all
end

--- factory(), factory{expire_on_commit = false}, factory(function(session) … end)
Maker.__call = function(self, ...)
  local first, fn = ...
  if type(first) == "function" then first, fn = nil, first end
  local options, ways = self.kw, self.ways
  if first then
    options = merged(self, args.check("sessionmaker", self.class_.KEYWORDS, first))
    ways = Session._ways_of(options, self.shared)
  end
  local session = self.class_.make(options.bind, ways, options)
  if type(fn) ~= "function" then return session end
  return session:_with(fn)
end

--- Runs fn(session) in a transaction: commits, or rolls back; closes always.
--- @param fn? fun(session: lualchemy.Session): any
--- @return any # a session in a transaction, without a function
function Maker:begin(fn)
  local session = self()
  if not fn then
    session:begin()
    return session
  end
  return session:_with(function() return session:begin(fn) end)
end

--- Changes what later sessions are made with.
--- @param options lualchemy.SessionOptions
function Maker:configure(options)
  args.check("configure", self.class_.KEYWORDS, options)
  for k, v in pairs(options) do self.kw[k] = v end
  self.ways = Session._ways_of(self.kw, self.shared)
end

--- The class of the sessions that options ask for: Session, or one like it.
local function class_of(options)
  local class = args.is_plain(options) and options.class_ or Session
  if type(class) ~= "table" or type(rawget(class, "make")) ~= "function" then
    err.raise("ArgumentError", "sessionmaker: argument 'class_' must be a class of sessions, got %s", type(class))
  end
  return class
end

local function sessionmaker(...)
  local class = class_of((select(select("#", ...) + 1, nil, ...)))
  local positional, options = args.brace("sessionmaker", class.KEYWORDS, ...)
  local kw = {}
  for k, v in pairs(options) do kw[k] = v end
  if positional[1] ~= nil then kw.bind = positional[1] end
  local maker = setmetatable({kw = kw, class_ = class}, Maker)
  maker.shared = {targets = {Session, maker}, dispatcher = event.dispatcher{Session, maker}}
  maker.ways = Session._ways_of(kw, maker.shared)
  return maker
end

-- ---- scoped sessions ----

local Scoped = {__name = "lualchemy.scoped_session"}
local scoped_methods = {}
local MAIN = {}

local function scope_of(self)
  local fn = rawget(self, "_scopefunc")
  if fn then return fn() end
  return coroutine.running() or MAIN
end

local function current(self)
  local scope = scope_of(self)
  local registry = rawget(self, "_sessions")
  if not registry[scope] then registry[scope] = rawget(self, "session_factory")() end
  return registry[scope]
end

--- Closes the session of this scope and forgets it.
function scoped_methods:remove()
  local scope, registry = scope_of(self), rawget(self, "_sessions")
  if registry[scope] then registry[scope]:close() end
  registry[scope] = nil
end

function scoped_methods:has() return rawget(self, "_sessions")[scope_of(self)] ~= nil end

function scoped_methods:configure(options)
  if scoped_methods.has(self) then
    err.warn("At least one scoped session is already present.  configure() can not affect sessions that have already "
      .. "been created.")
  end
  rawget(self, "session_factory"):configure(options)
end

-- What Class.query is: a Query of the class in the session of this scope.
local query_meta = {descriptor = true, __name = "lualchemy.query_property"}

function query_meta.class_get(d, of)
  local session = current(d.scoped)
  if d.query_cls then return d.query_cls(of, session) end
  return session:query(of)
end

function query_meta.get(d, obj) return query_meta.class_get(d, require("lualchemy.orm.state").mapper(obj).class_) end

function query_meta.set(_, _, name) err.raise("AttributeError", "can't set attribute '%s'", tostring(name)) end

--- For classes: User.query is then scoped:query(User). Base.query = scoped:query_property().
--- @param query_cls? fun(class: table, session: lualchemy.Session): lualchemy.Query what makes the queries
--- @return table
function scoped_methods:query_property(query_cls)
  return setmetatable({scoped = self, query_cls = query_cls}, query_meta)
end

-- The sessions of all scopes: has(), set(session), clear() of this one; called, its session.
local Registry = {}
Registry.__index = Registry

function Registry:has() return scoped_methods.has(self.scoped) end

function Registry:set(session) rawget(self.scoped, "_sessions")[scope_of(self.scoped)] = session end

function Registry:clear() Registry.set(self, nil) end

Registry.__call = function(self) return current(self.scoped) end

Scoped.__index = function(self, key)
  if key == "registry" then return setmetatable({scoped = self}, Registry) end
  local method = scoped_methods[key]
  if method then return method end
  local session = current(self)
  local value = session[key]
  if type(value) ~= "function" then return value end
  return function(first, ...)
    if first == self then return value(session, ...) end
    return value(first, ...)
  end
end
Scoped.__newindex = function(self, key, value) current(self)[key] = value end
Scoped.__call = function(self, options)
  if options and scoped_methods.has(self) then
    err.raise("InvalidRequestError", "Scoped session is already present; no new arguments may be specified.")
  end
  if options then rawget(self, "_sessions")[scope_of(self)] = rawget(self, "session_factory")(options) end
  return current(self)
end

-- Who listens to a scoped session listens to what makes its sessions.
event.resolver(function(target)
  if getmetatable(target) ~= Scoped then return nil end
  local factory = rawget(target, "session_factory")
  if getmetatable(factory) == Maker or type(factory) == "table" and rawget(factory, "make") then return factory end
  err.raise("ArgumentError", "Session event listen on a scoped_session requires that its creation callable is "
    .. "associated with the Session class.")
end)

--- A session for each coroutine, or for each value of scopefunc().
local function scoped_session(...)
  local positional, options = args.brace("scoped_session", {session_factory = true, scopefunc = true}, ...)
  return setmetatable({session_factory = positional[1] or options.session_factory, _scopefunc = positional[2]
    or options.scopefunc,
    _sessions = setmetatable({}, {__mode = "k"})}, Scoped)
end

return {public = {sessionmaker = sessionmaker, scoped_session = scoped_session}, unpack = compat.unpack}
