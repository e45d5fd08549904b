--- la.create_mock_engine: an engine without a database, which hands all statements to a function.
local args = require "lualchemy.args"
local err = require "lualchemy.error"
local url_module = require "lualchemy.engine.url"

--- @class lualchemy.MockEngine
--- @field dialect lualchemy.Dialect
local Mock = {__name = "lualchemy.MockEngine"}
Mock.__index = Mock

--- Hands the statement on, with what else execute() was given.
--- @param statement any
--- @param ... any
--- @return any what the executor returns
function Mock:execute(statement, ...) return self._executor(statement, ...) end

--- Itself: options have no effect.
--- @return lualchemy.MockEngine
function Mock:execution_options() return self end

--- With a function: runs it with this engine in the place of a connection.
--- @param fn? fun(engine: lualchemy.MockEngine): any
--- @return lualchemy.MockEngine
function Mock:connect(fn)
  if fn == nil then return self end
  return fn(self)
end
Mock.begin = Mock.connect

--- Does nothing.
function Mock:close() end -- luacheck: ignore 212

--- The schema that an object is in.
--- @param object any
--- @return string?
function Mock:schema_for_object(object) return object.schema end -- luacheck: ignore 212

--- Visits a schema item; whatever exists, all is handed on.
function Mock:_run_ddl_visitor(visitor, element, keywords)
  visitor(self.dialect, self, {tables = keywords and keywords.tables}):traverse_single(element)
end

local KEYWORDS = {url = true, executor = true, paramstyle = true}

--- An engine that executes nothing: executor(statement, parameters) is called with each statement.
--- @param ... any url, executor, keywords of the dialect
--- @return lualchemy.MockEngine
local function create_mock_engine(...)
  local o = args.merge("url executor", args.take("create_mock_engine", KEYWORDS, ...))
  local url, executor = o.url, o.executor
  o.url, o.executor = nil, nil
  if type(executor) ~= "function" then
    err.raise("ArgumentError", "create_mock_engine: argument 'executor' must be a function, got %s", type(executor))
  end
  local name = url_module.make_url(url):get_backend_name()
  return setmetatable({url = url_module.make_url(url), _executor = executor, name = name,
    dialect = require("lualchemy.sql.dialect").create(name, o)}, Mock)
end

return {create_mock_engine = create_mock_engine}
