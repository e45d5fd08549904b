--- Compiling: stmt:compile{dialect = …}, the compiled object, tostring of SQL constructs.
local args = require "lualchemy.args"
local core = require "lualchemy.core"
local dialect_module = require "lualchemy.sql.dialect"
local err = require "lualchemy.error"

local NULL = core.null
local compiler = {}

local OPTIONS = {
  dialect = true, bind = true, paramstyle = true, literal_binds = true, render_postcompile = true, column_keys = true,
  schema_translate_map = true, render_schema_translate = true, for_executemany = true, compile_kwargs = true,
  inline = true,
}

local orm_rewriter

--- The ORM says how statements with its names become ones without: fn(node) -> node.
function compiler.on_orm(fn) orm_rewriter = fn end

local function copy(t, into)
  into = into or {}
  for k, v in pairs(t) do into[k] = v end
  return into
end

--- {[from] = to} as an array of {from, to}.
local function schema_pairs(map)
  if not map then return nil end
  local list = {}
  for from, to in pairs(map) do
    if from ~= "_none" then list[#list + 1] = {from ~= NULL and from or nil, to ~= NULL and to or nil} end
  end
  return list
end

--- Is the node the ORM's: does it hold names of it, or options of loaders?
function compiler.is_orm(node)
  return core.has_orm(node) or core.kind(node) == "SELECT" and core.has(node, "options")
end

--- The node as Core sees it: ORM names rewritten, DDL without what does not apply.
local function plain(node, dialect)
  if orm_rewriter and compiler.is_orm(node) then node = orm_rewriter(node) end
  if core.kind(node) == "DDL" then return require("lualchemy.sql.ddl_element").prepare(node, dialect) end
  return node
end

compiler.plain = plain

--- @class lualchemy.Compiled
--- @field string string
--- @field params table<string, any>
--- @field positiontup? string[] names in order; nil where parameters go by name
--- @field statement lualchemy.ClauseElement
--- @field dialect lualchemy.Dialect
--- @field isinsert boolean
--- @field isupdate boolean
--- @field isdelete boolean
--- @field positional boolean do parameters go by position?
--- @field preparer lualchemy.IdentifierPreparer
--- @field is_sql boolean
--- @field is_ddl boolean
--- @field binds table<string, lualchemy.BindParameter>
--- @field returning? lualchemy.ColumnElement[] also those that nobody asked for; nil where no rows are changed
--- @field effective_returning? lualchemy.ColumnElement[] the same
--- @field prefetch lualchemy.Column[] whose defaults are values that are sent
--- @field insert_prefetch lualchemy.Column[]
--- @field update_prefetch lualchemy.Column[]
--- @field postfetch lualchemy.Column[] whose values the database makes
local methods = {}
local getters = {}

--- The values for these parameters: {name = value}.
--- @param given? table<string, any>
--- @return table<string, any>
function methods:construct_params(given) return core.compiled_params(self, given, true) end

--- @class lualchemy.ExpandedState
--- @field statement string
--- @field parameters table<string, any>
--- @field positiontup? string[]
--- @field positional_parameters any[]

--- The SQL with its lists expanded for these parameters, and the parameters as they are sent.
--- @param given? table<string, any>
--- @return lualchemy.ExpandedState
function methods:construct_expanded_state(given)
  local stmt = core.compiled_statement(self)
  local state = compiler.compile(stmt:params(given or {}), dialect_module.of(core.compiled_dialect(self)),
    {render_postcompile = true, paramstyle = (select(2, core.compiled_kind(self)))})
  local out = {statement = state.string, parameters = state.params, positiontup = state.positiontup}
  out.additional_parameters = out.parameters
  return setmetatable(out, {__index = function(_, key)
    if key ~= "positional_parameters" then return nil end
    if not out.positiontup then
      err.raise("InvalidRequestError", "statement does not use a positional paramstyle")
    end
    local list = {}
    for i, name in ipairs(out.positiontup) do list[i] = out.parameters[name] end
    return list
  end})
end

--- The text of another construct on the same dialect.
--- @param obj any
--- @param options? table as compile_kwargs
--- @return string
function methods:process(obj, options) return compiler.compile(obj, getters.dialect(self), options or {}).string end

getters.string = core.compiled_string
function getters.params(c) return core.compiled_params(c) end
function getters.positiontup(c)
  local _, style = core.compiled_kind(c)
  if style == "named" or style == "pyformat" then return nil end
  return core.compiled_positions(c)
end
function getters.positional(c) return getters.positiontup(c) ~= nil end
function getters.preparer(c) return getters.dialect(c).identifier_preparer end
function getters.statement(c) return core.compiled_statement(c) end
function getters.dialect(c) return dialect_module.of(core.compiled_dialect(c)) end
for _, kind in ipairs{"INSERT", "UPDATE", "DELETE"} do
  getters["is" .. kind:lower()] = function(c) return core.compiled_kind(c) == kind end
end
function getters.is_ddl(c) return core.compiled_kind(c) == "DDL" end
function getters.is_sql(c) return core.compiled_kind(c) ~= "DDL" end
getters.binds = core.compiled_binds

--- The columns of RETURNING, also those that nobody asked for; nil of what is no INSERT, UPDATE or DELETE.
function getters.effective_returning(c)
  local info, stmt = core.compiled_info(c), core.compiled_statement(c)
  if not getters["is" .. info.kind:lower()] then return nil end
  return info.implicit or core.columns(stmt):values()
end
getters.returning = getters.effective_returning

--- What the INSERT or UPDATE gives the values of before it is sent, and after.
for name, of in pairs{prefetch = "[IU]", insert_prefetch = "I", update_prefetch = "U"} do
  getters[name] = function(c)
    local info = core.compiled_info(c)
    return info.kind:find("^" .. of) and info.prefetch or {}
  end
end
function getters.postfetch(c) return core.compiled_info(c).postfetch or {} end

core.compiled_answers(getters, methods, function(_, key)
  err.raise("InvalidRequestError", "a compiled statement has no attribute '%s'", tostring(key))
end)

local function is_engine(x)
  return type(x) == "table" and not args.is_plain(x) and not dialect_module.is(x) and dialect_module.is(x.dialect)
end

--- Compiles a node for a dialect object.
function compiler.compile(node, dialect, options)
  if options and options.schema_translate_map then
    options = copy(options)
    options.schema_translate_map = schema_pairs(options.schema_translate_map)
  end
  return core.compile(plain(node, dialect), dialect.core, options, dialect)
end

local NUMERIC = {numeric = true, numeric_dollar = true}

--- How the placeholders look that the driver gets: SQLite knows numbers, too.
--- @return string
function compiler.driver_style(dialect)
  if dialect.name == "postgresql" then return "numeric_dollar" end
  return NUMERIC[dialect.paramstyle] and dialect.paramstyle or "qmark"
end

--- Compiles for an engine; the node has no names of the ORM.
--- @param keys? string[] the names of the parameters to come
--- @param many? boolean are there many sets of them?
--- @param lint? boolean are there to be warnings of FROM elements that nothing connects?
--- @param schemas? table a schema_translate_map
function compiler.for_execution(node, dialect, keys, many, lint, schemas)
  if core.kind(node) == "DDL" then node = require("lualchemy.sql.ddl_element").prepare(node, dialect) end
  return core.compile_to_send(node, dialect.core, dialect, compiler.driver_style(dialect), keys, many, lint,
    schema_pairs(schemas))
end

function compiler.is_compiled(x) return core.is_compiled(x) end

--- Kinds that one dialect alone has.
local OF_DIALECT = {ARRAY = "postgresql", AGG_ORDER_BY = "postgresql"}

--- Only EXCLUDE says what index it uses.
local function is_exclude(element)
  return element and core.kind(element) == "CONSTRAINT" and core.get(element, "using") ~= nil
end

--- The dialect for a node when none is named: an insert() of a dialect is in that one.
local function own_dialect(node)
  local kind, name = core.kind(node), nil
  if kind == "INSERT" then
    local insert = core.get(node, "dialect_insert")
    name = insert and core.get(insert, "s")
  elseif kind == "DDL" and is_exclude(core.get(node, "element")) then
    name = "postgresql"
  end
  return dialect_module.resolve(name or OF_DIALECT[kind])
end

--- stmt:compile{dialect = "postgresql", literal_binds = true, …}
local function compile_with(node, ...)
  local first = ...
  if is_engine(first) then return compiler.compile(node, first.dialect) end
  if dialect_module.is(first) then return compiler.compile(node, first, (select(2, ...))) end
  local positional, o = args.take("compile", OPTIONS, ...)
  if is_engine(positional[1]) then o.bind = positional[1] end
  if o.compile_kwargs then o = copy(o.compile_kwargs, copy(o)) end
  local dialect = o.bind and o.bind.dialect
  if not dialect then dialect = o.dialect == nil and own_dialect(node) or dialect_module.resolve(o.dialect) end
  local key = next(o)
  if (key == "dialect" or key == "bind") and next(o, key) == nil then o = nil end
  return compiler.compile(node, dialect, o)
end

local compile_method = core.compile_method(compile_with)
core.methods({"EXPR", "FROM", "STATEMENT", "TYPE", "DDL"}, {compile = compile_method})
core.methods({"CONSTRAINT", "INDEX"}, {compile = compile_method})

local PRINTED = {EXPR = true, FROM = true, STATEMENT = true, DDL = true, TYPE = true}
local printers = {}

--- Registers how nodes of a kind print: fn(node) -> string.
function compiler.printer(kind, fn) printers[kind] = fn end

--- The node as SQL for people.
function compiler.text(node)
  return compiler.compile(node, own_dialect(node)).string
end

core.metamethods{
  __tostring = function(node)
    local printer = printers[core.kind(node)]
    if printer then return printer(node) end
    if PRINTED[core.category(node)] then return compiler.text(node) end
    return core.dump(node)
  end,
}

return compiler
