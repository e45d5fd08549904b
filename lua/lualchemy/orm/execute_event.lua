--- do_orm_execute: what a Session executes is shown to listeners, who may change it or answer in its place.
local core = require "lualchemy.core"

local execute_event = {}

--- @class lualchemy.ORMExecuteState
--- @field session lualchemy.Session
--- @field statement any the statement; listeners may put another in its place
--- @field parameters table|nil
--- @field execution_options table of the statement and the call together
--- @field local_execution_options table those of the call alone
--- @field is_from_statement boolean
--- @field all_mappers lualchemy.Mapper[]
--- @field lazy_loaded_from lualchemy.InstanceState? whose attribute is loaded
local State = {__name = "lualchemy.ORMExecuteState"}
local getters = {}

State.__index = function(self, name)
  local getter = getters[name]
  if getter then return getter(self) end
  return State[name]
end

--- The statement that says what objects there are.
local function about(self)
  return require("lualchemy.orm.from_statement").select_of(self.statement) or core.element(self.statement)
end

local function kind_of(self) return core.kind(core.element(self.statement)) end

function getters.is_select(self)
  local kind = kind_of(self)
  return kind == "SELECT" or kind == "COMPOUND" or kind == "TEXT_SELECT"
end
function getters.is_insert(self) return kind_of(self) == "INSERT" end
function getters.is_update(self) return kind_of(self) == "UPDATE" end
function getters.is_delete(self) return kind_of(self) == "DELETE" end
function getters.is_orm_statement(self)
  return self.loads ~= false or core.of_orm(about(self))
end
function getters.is_executemany(self)
  return type(self.parameters) == "table" and type(self.parameters[1]) == "table"
end
function getters.is_column_load(self) return self.loads == "column" end
function getters.is_relationship_load(self) return self.loads == "relationship" end
function getters.bind_mapper(self)
  local given = self.bind_arguments and self.bind_arguments.mapper
  if given then return require("lualchemy.orm.mapper").of(given) end
  return require("lualchemy.orm.execute").mapper_of(about(self))
end
function getters.is_from_statement(self)
  return require("lualchemy.orm.from_statement").is(self.statement)
end

--- Those of all classes that the statement selects, or that it changes.
function getters.all_mappers(self)
  local statement, out, seen = about(self), {}, {}
  if core.kind(statement) ~= "SELECT" then return {core.has_orm(statement) and self.bind_mapper or nil} end
  for _, description in ipairs(core.has_orm(statement) and statement.column_descriptions or out) do
    local mapper = description.entity and require("lualchemy.orm.mapper").of(description.entity)
    if mapper and not seen[mapper] then out[#out + 1], seen[mapper] = mapper, true end
  end
  return out
end

--- The options of the statement that a program has made itself (la.UserDefinedOption).
function getters.user_defined_options(self)
  return require("lualchemy.orm.user_option").of(about(self))
end

--- Adds to the execution options of this execution.
--- @param options table
function State:update_execution_options(options)
  for k, v in pairs(options) do self.execution_options[k] = v end
end

--- Executes now and gives the result, which a listener may return in place of what would follow.
--- @param statement any|nil in place of the state's
--- @param params table|nil laid over the state's parameters
--- @param execution_options table|nil
--- @return lualchemy.Result
function State:invoke_statement(statement, params, execution_options)
  local options, parameters = {}, self.parameters
  for k, v in pairs(self.execution_options) do options[k] = v end
  for k, v in pairs(execution_options or {}) do options[k] = v end
  if params and params[1] == nil and not self.is_executemany then
    parameters = {}
    for k, v in pairs(self.parameters or {}) do parameters[k] = v end
    for k, v in pairs(params) do parameters[k] = v end
  elseif params then
    parameters = params
  end
  return require("lualchemy.orm.execute").run(self.session, statement or self.statement, parameters,
    {execution_options = options, bind_arguments = self.bind_arguments, seen = true})
end

--- What listeners are shown, and choosers of shards.
--- @param lazy_from? table the object whose attribute is loaded
--- @param given? table the execution options of the call alone
function execute_event.state(session, statement, parameters, options, bind_arguments, loads, lazy_from, given)
  return setmetatable({local_execution_options = given or {},
    session = session, statement = statement, parameters = parameters,
    execution_options = options, bind_arguments = bind_arguments, loads = loads or false,
    lazy_loaded_from = lazy_from and require("lualchemy.orm.view").of(lazy_from) or nil}, State)
end

--- Shows the execution to the Session's listeners.
--- @param loads? "relationship"|"column"|"query" what of objects that are there already the statement loads; or a Query
--- has made it
--- @return any|nil result what a listener gave in place of it
--- @return lualchemy.ORMExecuteState state
function execute_event.fire(session, statement, parameters, options, bind_arguments, loads, given, lazy_from)
  local state = execute_event.state(session, statement, parameters, options, bind_arguments, loads, lazy_from, given)
  for _, listener in ipairs(session.dispatch.do_orm_execute) do
    local result = listener.fn(state)
    if result ~= nil then return result, state end
  end
  return nil, state
end

execute_event.State = State
return execute_event
