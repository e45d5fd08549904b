--- Pools that are made by themselves: la.pool.QueuePool(creator, {pool_size = 3}), la.create_pool_from_url(url).
--
-- Until an engine is made with one, it serves an engine that knows nothing of the database.
local args = require "lualchemy.args"
local core = require "lualchemy.core"
local err = require "lualchemy.error"

local COMMON = {"creator", "recycle", "echo", "logging_name", "reset_on_return", "events", "dialect", "pre_ping"}
local OWN = {
  QueuePool = {"pool_size", "max_overflow", "timeout", "use_lifo"}, SingletonThreadPool = {"pool_size"},
  AssertionPool = {"store_traceback"}, NullPool = {}, StaticPool = {},
}

local keywords = {}
for kind, own in pairs(OWN) do
  keywords[kind] = {}
  for _, list in ipairs{COMMON, own} do
    for _, name in ipairs(list) do keywords[kind][name] = true end
  end
end

local function nothing() end

--- What a pool needs of an engine.
local function no_engine(dialect)
  return {dialect = dialect or {name = "default"}, wait = false, _ping_sql = "SELECT 1", _on_connect = nothing,
    _reset_isolation_level = nothing}
end

--- Settings of the pool, but what says no more than the default.
local function settings_of(creator, options)
  local settings = {creator = creator}
  for name, value in pairs(options) do
    if value ~= core.null or name == "reset_on_return" then settings[name] = value end
  end
  settings.dialect, settings.events, settings.store_traceback = nil, nil, nil
  return settings
end

return function(pool_module)
  --- A pool of connections that a function makes.
  function pool_module.standalone(kind, ...)
    local p, o = args.brace(kind, keywords[kind], ...)
    local creator = p[1] or o.creator
    local meta = type(creator) == "table" and getmetatable(creator)
    if type(creator) ~= "function" and not (meta and meta.__call) then
      err.raise("ArgumentError", "%s: argument 'creator' must be a function that returns a connection, got %s", kind,
        type(creator))
    end
    local options = {}
    for name, value in pairs(o) do options[name] = value end
    for i, name in ipairs(OWN[kind]) do
      if p[i + 1] ~= nil then options[name] = p[i + 1] end
    end
    local self = pool_module.make(no_engine(o.dialect), kind, settings_of(creator, options))
    for _, listener in ipairs(o.events or {}) do require("lualchemy.event").listen(self, listener[2], listener[1]) end
    return self
  end

  --- The pool that an engine for the URL would have. Keywords are those of create_engine() that are about pools, with
  -- their prefix "pool_" or without it.
  --- @param url string|lualchemy.URL
  --- @param options? table
  --- @return lualchemy.Pool
  function pool_module.create_pool_from_url(url, options)
    local names = {}
    for name, value in pairs(options or {}) do
      local plain = ({timeout = "pool_timeout", recycle = "pool_recycle", pre_ping = "pool_pre_ping",
        use_lifo = "pool_use_lifo", reset_on_return = "pool_reset_on_return"})[name]
      names[plain or name] = value
    end
    return require("lualchemy.engine.engine").create_engine(url, names).pool
  end
end
