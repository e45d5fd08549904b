--- The names of la that are about engines.
local engine = require "lualchemy.engine.engine"
local results = require "lualchemy.engine.result"
local transaction = require "lualchemy.engine.transaction"
local url = require "lualchemy.engine.url"
local pool = require "lualchemy.engine.pool"
local row = require "lualchemy.engine.row"
local frozen = require "lualchemy.engine.frozen"
local iterators = require "lualchemy.engine.iterator_result"
local inspector = require "lualchemy.engine.inspector"
local err = require "lualchemy.error"
local multi = require "lualchemy.engine.inspector_multi"
local args = require "lualchemy.args"
local core = require "lualchemy.core"
local schema_base = require "lualchemy.sql.schema_base"

-- what fills tables is loaded with the first one that is reflected: it takes the place of these
function schema_base.autoload(...)
  require "lualchemy.engine.reflect_table"
  return schema_base.autoload(...)
end
core.methods({"METADATA"}, {reflect = function(metadata, ...)
  require "lualchemy.engine.reflect_table"
  return metadata:reflect(...)
end})

--- An engine from a table of settings: every key that begins with the prefix ("sqlalchemy.") is a keyword, and so is
-- what stands beside the prefix.
local function engine_from_config(configuration, ...)
  if select("#", ...) == 0 and configuration.configuration then
    return engine_from_config(args.pick(configuration, "configuration"))
  end
  local prefix, options = ...
  if type(prefix) == "table" then prefix, options = nil, prefix end
  options = options or {}
  prefix = prefix or options.prefix or "sqlalchemy."
  local keywords, text = {}, nil
  local as = {["true"] = true, ["false"] = false}
  for k, v in pairs(configuration) do
    if k:sub(1, #prefix) == prefix then
      local name = k:sub(#prefix + 1)
      if name == "url" then text = v
      elseif as[v] ~= nil then keywords[name] = as[v]
      else keywords[name] = tonumber(v) or v end
    end
  end
  for k, v in pairs(options) do
    if k ~= "prefix" then keywords[k] = v end
  end
  return engine.create_engine(text, keywords)
end

local FrozenResult = setmetatable({is = frozen.is}, {__call = function(_, result) return result:freeze() end})
local Row = {is = function(_, x) return row.is(x) end}

--- A class of what events are given: told by its metatable's name.
local function known_as(name)
  return {is = function(_, x)
    local meta = type(x) == "table" and getmetatable(x)
    return type(meta) == "table" and rawget(meta, "__name") == "lualchemy." .. name
  end}
end

--- A name of SQLAlchemy's for what is tied to Python: it says so when it is called, and nothing is of it.
local function of_python(name, why)
  local function refuse() err.raise("NotSupportedError", "%s is not supported: %s", name, why) end
  return setmetatable({is = function() return false end, class = refuse}, {__call = refuse})
end
local NO_ASYNC = "any pool serves coroutines where the engine is made with create_engine{wait = …}"

--- @class lualchemy.engine: lualchemy.EngineNames, lualchemy.PoolNames
local names = {
  create_engine = engine.create_engine, Engine = engine.Engine, engine_from_config = engine_from_config,
  make_url = url.make_url, URL = url.URL, Connection = require "lualchemy.engine.connection",
  create_mock_engine = require("lualchemy.engine.mock").create_mock_engine,
  Inspector = inspector, ObjectKind = multi.ObjectKind, ObjectScope = multi.ObjectScope,
  Result = results.Result, CursorResult = results.CursorResult, ResultProxy = results.CursorResult,
  ExecutionContext = known_as "ExecutionContext", ExceptionContext = known_as "ExceptionContext",

    ScalarResult = results.ScalarResult, MappingResult = results.MappingResult,
  IteratorResult = iterators.IteratorResult, ChunkedIteratorResult = iterators.ChunkedIteratorResult,
  MergedResult = iterators.MergedResult, FrozenResult = FrozenResult, result_tuple = iterators.result_tuple,
  Row = Row, BaseRow = Row, RowMapping = {is = function(_, x) return row.is_mapping(x) end},
  Transaction = transaction.Transaction, RootTransaction = transaction.RootTransaction,
    NestedTransaction = transaction.NestedTransaction,
  TwoPhaseTransaction = transaction.TwoPhaseTransaction,
  Pool = pool.Pool, QueuePool = pool.QueuePool, NullPool = pool.NullPool, StaticPool = pool.StaticPool,
  SingletonThreadPool = pool.SingletonThreadPool, AssertionPool = pool.AssertionPool,
  AsyncAdaptedQueuePool = of_python("AsyncAdaptedQueuePool", NO_ASYNC),
  FallbackAsyncAdaptedQueuePool = of_python("FallbackAsyncAdaptedQueuePool", NO_ASYNC),
  AdaptedConnection = of_python("AdaptedConnection", "drivers are C modules"),
  CreateEnginePlugin = of_python("CreateEnginePlugin", "a function of the program's may change URL and options itself"),
  PoolProxiedConnection = pool.PoolProxiedConnection, PoolResetState = pool.PoolResetState,
  create_pool_from_url = pool.create_pool_from_url,
}

--- What only la.engine has: la.engine.result, with the names that la has not.
local result = setmetatable({SimpleResultMetaData = iterators.SimpleResultMetaData,
  null_result = iterators.null_result}, {__index = names})

local function words(...)
  local out = {}
  for _, word in ipairs{...} do out[word] = word end
  return out
end

--- la.engine.interfaces: what executions tell (context.cache_hit, context.execute_style), and connections of drivers.
local interfaces = setmetatable({
  CacheStats = words("CACHE_HIT", "CACHE_MISS", "CACHING_DISABLED", "NO_CACHE_KEY", "NO_DIALECT_SUPPORT"),
  ExecuteStyle = words("EXECUTE", "EXECUTEMANY", "INSERTMANYVALUES"),
  DBAPIConnection = known_as "DBAPIConnection", DBAPICursor = known_as "DBAPICursor",
}, {__index = names})

return setmetatable(names, {__index = function(_, name)
  if name == "result" then return result end
  if name == "interfaces" then return interfaces end
  err.raise("InvalidRequestError", "la.engine has no '%s'", tostring(name))
end})
