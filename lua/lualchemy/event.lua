--- Events (la.event): functions that are called when something happens to a target.
--
-- A target is any object of the library: an engine, a pool, a session, a table, a mapped class, an
-- attribute, or the class of one (la.Engine), which stands for all of them. Whoever emits events keeps
-- a dispatcher of the targets that concern it; `dispatcher[name]` is the array of its listeners, or
-- false, found with one table access.
local args = require "lualchemy.args"
local compat = require "lualchemy.compat"
local err = require "lualchemy.error"

--- @class lualchemy.event
--- @field epoch integer another number after each change of who listens
local event = {
  --- Another number after each change of who listens and of what is mapped: what was decided by these holds as long as
  --- it stays.
  epoch = 0,
}

--- Every event that there is: the names of what its listeners get. Read when the first listener comes.
local NAMES = {}
local function names()
  if NAMES[1] then return NAMES end
  for _, row in ipairs(require "lualchemy.event_names") do
    local parameters = {}
    for parameter in row[1]:gmatch("%S+") do parameters[#parameters + 1] = parameter end
    for name in row[2]:gmatch("%S+") do NAMES[#NAMES + 1], NAMES[name] = name, parameters end
  end
  return NAMES
end

--- Those of SQLAlchemy that nothing here emits: whoever listens would wait in vain.
local ABSENT = {}
for name in ([[
  append_wo_mutation do_setinputsizes]]):gmatch("%S+") do ABSENT[name] = true end

--- Those of a class that concern its heirs, too, unless told otherwise.
local INHERITED = {class_instrument = true, class_uninstrument = true, attribute_instrument = true}

--- target -> {name -> {listener, …}}; a listener is {fn, retval, named …}
local registered = setmetatable({}, {__mode = "k"})
local dispatchers = setmetatable({}, {__mode = "k"})
--- functions that say what a target (a class table, a callable …) really listens as
local resolvers = {}

local function forget()
  event.epoch = event.epoch + 1
  for d in pairs(dispatchers) do
    for name in pairs(d) do
      if type(name) == "string" then d[name] = nil end
    end
  end
end

--- The kinds of values to which nothing ever happens.
local NO_TARGET = {boolean = true, number = true, string = true}

--- Names that stand for several events: does anybody listen to one of them?
local GROUPS = {
  any_cursor_execute = {"before_cursor_execute", "after_cursor_execute", "do_execute", "do_executemany",
    "do_execute_no_params"},
  any_return = {"reset", "checkin", "close"},
}

local function collect(d, name)
  local found
  for _, one in ipairs(GROUPS[name] or {}) do found = found or d[one] end
  for _, target in ipairs(d[1]) do
    local of_target = registered[target]
    for _, listener in ipairs(of_target and of_target[name] or {}) do
      if not d[2] or d[2](listener, target) then
        found = found or {}
        found[#found + 1] = listener
      end
    end
  end
  d[name] = found or false
  return d[name]
end

local dispatcher_meta = {__index = collect}

--- A dispatcher for the listeners of all these targets, the most general first.
--- @param targets any[]
--- @param filter? fun(listener: table, target: any): boolean which of their listeners count
function event.dispatcher(targets, filter)
  local d = setmetatable({targets, filter}, dispatcher_meta)
  dispatchers[d] = true
  return d
end

--- A dispatcher for the listeners of a target, and then those of another dispatcher.
--- @param target any
--- @param dispatcher table
function event.dispatcher_before(target, dispatcher)
  local targets = {target}
  for i, other in ipairs(dispatcher[1]) do targets[i + 1] = other end
  return event.dispatcher(targets)
end

-- An object that emits may share the dispatcher of those that stand for it, until somebody listens to itself: then its
-- metatable's __listened(object) is called.

--- Calls every listener of `name` with the arguments.
--- @param dispatcher table
--- @param name string
--- @param ... any
function event.fire(dispatcher, name, ...)
  local list = dispatcher[name]
  if not list then return end
  for i = 1, #list do list[i].fn(...) end
end

--- What a listener with {retval = true} returned in the place of several values.
--- @param name string of the event
--- @param result any
--- @return any[]
function event.values(name, result)
  if type(result) == "table" and getmetatable(result) == nil then return result end
  err.raise("ArgumentError",
    "%s: a listener with {retval = true} must return an array, {statement, parameters}, got %s", name, type(result))
end

--- Calls the listeners one after the other, each with what the one before it (with `retval`) gave back
--- in the place of argument number `at`; returns that argument's last value.
--- @param dispatcher table
--- @param name string
--- @param at integer
--- @param ... any
--- @return any
function event.fold(dispatcher, name, at, ...)
  local list = dispatcher[name]
  local given = compat.pack(...)
  if not list then return given[at] end
  for i = 1, #list do
    local result = list[i].fn(compat.unpack(given, 1, given.n))
    if list[i].retval and result ~= nil then given[at] = result end
  end
  return given[at]
end

--- Registers a function that maps a target given by the user to the object that emits, or nil.
--- @param fn fun(target: any): any
function event.resolver(fn)
  resolvers[#resolvers + 1] = fn
end

local function resolve(target)
  for _, fn in ipairs(resolvers) do
    local found = fn(target)
    if found ~= nil then return found end
  end
  return target
end

local OPTIONS = {once = true, retval = true, propagate = true, named = true, insert = true, raw = true,
  active_history = true, restore_load_context = true, include_key = true}

--- Called once, whatever happens after.
local function once_only(fn)
  local done = false
  return function(...)
    if done then return end
    done = true
    return fn(...)
  end
end

--- Called with one table of everything by name; what has more names than parameters brings them in a table.
local function by_names(fn, parameters)
  return function(...)
    local given, kw = compat.pack(...), {}
    for i = 1, given.n do
      if parameters[i] then
        kw[parameters[i]] = given[i]
      elseif type(given[i]) == "table" then
        for k, v in pairs(given[i]) do kw[k] = v end
      end
    end
    return fn(kw)
  end
end

--- The parameter that is an object, of events of objects: {raw = true} is given what la.inspect() tells of it instead.
local OBJECT_AT = {init = 1, init_failure = 1, load = 1, refresh = 1, refresh_flush = 1, expire = 1, before_insert = 3,
  after_insert = 3, before_update = 3, after_update = 3, before_delete = 3, after_delete = 3}

local state_of

--- Says how the state of an object is found.
--- @param fn fun(object: any): any
function event.state_with(fn) state_of = fn end

local function of_state(fn, at)
  return function(...)
    local given = compat.pack(...)
    given[at] = state_of(given[at])
    return fn(compat.unpack(given, 1, given.n))
  end
end

local REPLACING = {before_execute = true, before_cursor_execute = true}

local function check_retval(name)
  local of_connections = names()[name][1] == "conn" or names()[name][1] == "engine"
  if of_connections and not REPLACING[name] then
    err.raise("ArgumentError", "Only the 'before_execute', 'before_cursor_execute' and 'handle_error' engine event "
      .. "listeners accept the 'retval=True' argument.")
  end
end

local function find(target, name, fn)
  local of_target = registered[target]
  for i, listener in ipairs(of_target and of_target[name] or {}) do
    if listener.given == fn then return of_target[name], i end
  end
end

--- Calls `fn` whenever `name` happens to `target`: once, however often it was asked to.
--- @param target any
--- @param name string for example "before_cursor_execute"
--- @param fn function
--- @param options? table once, retval, propagate, insert, named, raw, active_history
function event.listen(target, name, fn, options)
  options = args.check("listen", OPTIONS, options or {})
  if type(name) ~= "string" then err.raise("ArgumentError", "listen: the event must be named by a string, got %s",
    type(name)) end
  if target == nil then err.raise("ArgumentError", "listen: argument 'target' is nil") end
  if ABSENT[name] then err.raise("NotSupportedError", "listen: the event '%s' is not supported", name) end
  if not names()[name] then
    local near = err.nearest(name, names())
    err.raise("InvalidRequestError", "No such event '%s' for target '%s'%s", name, tostring(target),
      near and ("; did you mean '" .. near .. "'?") or "")
  end
  local emits = resolve(target)
  if NO_TARGET[type(emits)] then
    err.raise("InvalidRequestError", "No such event '%s' for target '%s'", name, tostring(target))
  end
  if options.retval then check_retval(name) end
  if find(emits, name, fn) then return fn end
  local of_target = registered[emits] or {}
  registered[emits] = of_target
  local list = of_target[name] or {}
  of_target[name] = list
  local propagate = options.propagate
  if propagate == nil then propagate = INHERITED[name] end
  local listener = {fn = fn, given = fn, retval = options.retval, propagate = propagate, named = options.named,
    raw = options.raw, active_history = options.active_history, include_key = options.include_key}
  if options.named then listener.fn = by_names(fn, names()[name]) end
  if options.raw and OBJECT_AT[name] then listener.fn = of_state(listener.fn, OBJECT_AT[name]) end
  if options.once then listener.fn = once_only(listener.fn) end
  table.insert(list, options.insert and 1 or #list + 1, listener)
  local meta = type(emits) == "table" and getmetatable(emits)
  local listened = type(meta) == "table" and rawget(meta, "__listened")
  if listened then listened(emits, listener) end
  forget()
  return fn
end

--- `la.event.listens_for(target, name)(fn)`: what Python decorates.
--- @param target any
--- @param name string
--- @param options? table
--- @return fun(fn: function): function
function event.listens_for(target, name, options)
  return function(fn) return event.listen(target, name, fn, options) end
end

--- Options stand behind the arguments: what is given by name, target too, is taken apart.
local function by_name(fn)
  return function(target, ...)
    if select("#", ...) > 0 or not args.is_options(target) then return fn(target, ...) end
    local name, options = args.pick(target, "identifier")
    local listener
    target, options = args.pick(options, "target")
    listener, options = args.pick(options, "fn")
    if listener == nil then return fn(target, name, options) end
    return fn(target, name, listener, next(options) and options or nil)
  end
end

--- A copy is listened to by those who listen to the original with {propagate = true}.
--- @param original any
--- @param copy any
function event.propagate(original, copy)
  for name, list in pairs(registered[original] or {}) do
    for _, l in ipairs(list) do
      if l.propagate then
        event.listen(copy, name, l.given, {propagate = true, retval = l.retval, named = l.named, raw = l.raw,
          include_key = l.include_key})
      end
    end
  end
end

--- Is `fn` listening?
--- @param target any
--- @param name string
--- @param fn function
--- @return boolean
function event.contains(target, name, fn)
  return find(resolve(target), name, fn) ~= nil
end

--- Stops `fn` from listening; an error if it does not.
--- @param target any
--- @param name string
--- @param fn function
function event.remove(target, name, fn)
  local list, i = find(resolve(target), name, fn)
  if not list then err.raise("InvalidRequestError", "remove: no such listener for event '%s'", tostring(name)) end
  table.remove(list, i)
  forget()
end

for _, name in ipairs{"listen", "listens_for", "contains", "remove"} do event[name] = by_name(event[name]) end

return event
