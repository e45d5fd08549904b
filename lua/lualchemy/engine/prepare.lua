--- What is known of a statement before it is sent: compiled once, kept in the engine's cache.
--
-- The `info` of a cache entry: names of binds, functions that values pass through, codec, metatable of the
-- rows, and for INSERT and UPDATE which columns are computed or fetched.
local core = require "lualchemy.core"
local err = require "lualchemy.error"
local batches = require "lualchemy.engine.insertmanyvalues"
local compiler = require "lualchemy.sql.compiler"
local processors = require "lualchemy.sql.processors"
local row_module = require "lualchemy.engine.row"
local NO_OPTIONS = require("lualchemy.engine.parameters").no_options

local prepare = {}

--- The node that execute() runs for something that stands for a statement and is none.
--- @param refuse? fun(x: any, text: string) raises another error than that of connections
local function made_executable(x, refuse)
  local node = core.element(x)
  local kind = node and core.kind(node)
  if kind == "FUNCTION" or kind == "NEXT_VALUE" then return require("lualchemy.sql.api").select(node) end
  if kind == "SEQUENCE" then return require("lualchemy.sql.api").select(core.new("NEXT_VALUE", {sequence = node,
    type = core.get(node, "data_type")})) end
  if kind == "COLUMN_DEFAULT" then
    local la = require "lualchemy.sql.api"
    if core.has(node, "arg") then return la.select(core.schema.hold(core.get(node, "arg"))) end
    return la.select(la.literal(core.has(node, "callable") and core.get(node, "callable")() or core.get(node, "value")))
  end
  if type(x) == "userdata" and compiler.is_compiled(x) then return (prepare.executable(x.statement)) end
  if kind == "CUSTOM" and require("lualchemy.sql.api").Executable:is(node) then return node end
  local ok, text = pcall(tostring, x)
  if not ok then text = core.kind(node) end
  if refuse then refuse(x, text) end
  err.raise("ObjectNotExecutableError", "Not an executable object: %s", type(x) == "string" and ("'" .. x .. "'")
    or text)
end

--- What a session alone executes is refused by connections.
function prepare.refuse_query(x)
  local meta = getmetatable(x)
  if type(meta) == "table" and rawget(meta, "__of_session") then
    err.raise("ObjectNotExecutableError", "Not an executable object: <%s object>; its session executes it", meta.__name)
  end
end

--- The node that execute() runs for what it was given, and the execution options that it holds.
--- @param refuse? fun(x: any, text: string) raises, where x is no statement
--- @return userdata node, table? options
function prepare.executable(x, refuse)
  local node, options = core.executable(x)
  if node then return node, options end
  node = made_executable(x, refuse)
  return node, (select(2, core.executable(node)))
end

-- ---- what only the server knows ----

--- Once a statement has been executed it is known which of its columns of no type are JSON or ranges.
function prepare.settle(info, cursor, dialect)
  local before = info.result
  info.result = require("lualchemy.engine.late_columns").with_types(before, info.untyped, cursor:columns(), dialect)
  info.untyped = nil
  if info.result ~= before then cursor:use(info) end
end

local function same_names(known, names)
  if not known or #known ~= #names then return false end
  for i = 1, #names do
    if known[i] ~= names[i].name or known.codes[i] ~= names[i].code then return false end
  end
  return true
end

local describe

--- Columns that only the driver knows (text, raw SQL): info for them, once their names are known.
function prepare.late(info, cursor, dialect)
  local names = cursor:columns()
  if #names == 0 then return nil end
  if not info.late_info or not same_names(info.late_info.names, names) then
    info.late_info = require("lualchemy.engine.late_columns").of(info, names, dialect, describe)
  end
  info.meta = info.late_info.meta
  cursor:use(info.late_info)
  return info.meta
end

-- ---- the info ----

local function describe_key(info, node)
  local table_node = core.get(node, "table")
  if core.kind(table_node) ~= "TABLE" or not core.has(table_node, "spec") then return end
  info.primary_key, info.primary_keys = table_node.primary_key.columns:values(), {}
  info.autoincrement = table_node.autoincrement_column
  for i, column in ipairs(info.primary_key) do
    info.primary_keys[i] = core.get(column, "key")
    if column == info.autoincrement then info.autoincrement_at = i end
  end
end

local function describe_columns(info, compiled, node, dialect, plan)
  if info.kind == "OTHER" and not info.textual and core.kind(node) == "TEXT_SELECT" then
    info.late, info.by_name, info.dialect = true, node, dialect
  elseif (info.ad_hoc or info.unsure) and not plan and not info.plaintext then
    info.late, info.dialect, info.compiled = true, dialect, compiled
    info.declared = core.compiled_columns(compiled)
    info.result = processors.of(compiled, "results", dialect)
  elseif info.textual or info.plaintext then
    info.late = true
    info.declared = core.compiled_columns(compiled)
    info.also = compiled
    info.result = processors.of(compiled, "results", dialect)
  elseif info.width > 0 then
    info.result = processors.of(compiled, "results", dialect)
    if not plan then info.meta = row_module.meta(info.keys, compiled, nil, compiled) end
    info.untyped = dialect.name == "postgresql" and core.compiled_untyped(compiled)
  elseif info.kind == "OTHER" then
    info.late = true
  end
end

--- The info of a compiled statement.
--- @param plan? table by which objects are made of its rows
function describe(compiled, node, dialect, plan)
  local info = core.compiled_info(compiled)
  info.codec = core.codec(compiled, dialect)
  info.bind = processors.of(compiled, "binds", dialect)
  if info.rows then batches.describe(info.rows, info.returning, node) end
  info.returning = info.returning and not info.implicit
  if info.kind == "INSERT" or info.kind == "UPDATE" then describe_key(info, node) end
  describe_columns(info, compiled, node, dialect, plan)
  info.plan = plan
  return info
end
local rewriters = {}

--- The ORM registers how its statements become ones of Core: fn(node) -> node, plan.
function prepare.on_orm(fn) rewriters[1] = fn end

--- The names of a set of parameters, in order.
local function names_of(set)
  local names = {}
  for name in pairs(set) do names[#names + 1] = name end
  table.sort(names, function(a, b) return tostring(a) < tostring(b) end)
  return names
end

local NO_NAMES, NULL = {}, core.null

--- Compiles for the connection and puts what comes of it into its cache.
local function compile(connection, node, set, many, options, extra, conn, rewrite, cache)
  local started = core.monotonic()
  local engine, statement, plan = connection.engine, node, nil
  if compiler.is_orm(node) then
    statement, plan = (rewrite or rewriters[1])(node, options)
  end
  local dialect = engine.dialect
  local compiled = compiler.for_execution(statement, dialect, set and names_of(set) or NO_NAMES, many,
    engine._linting, options.schema_translate_map)
  local info = describe(compiled, statement, dialect, plan)
  for _, text in ipairs(info.warnings or NO_NAMES) do err.warn(text) end
  info.made = core.monotonic()
  info.compile_seconds = info.made - started
  local cursor, ready = cache:add(node, set, many, extra, conn, compiled, info, compiler.driver_style(dialect))
  return cursor, info, ready
end

--- What compiled statements are kept in for a program's table: {cache of the core, engine}.
local own_caches = setmetatable({}, {__mode = "k"})

--- With the execution option compiled_cache: a table keeps statements of its own, to which their texts are added;
-- la.NULL keeps none.
local function find_in(own, connection, node, set, many, options, extra, conn, rewrite)
  local engine, kept = connection.engine, own ~= NULL
  if kept and type(own) ~= "table" then
    err.raise("ArgumentError", "execution option 'compiled_cache' must be a table or la.NULL, got %s", type(own))
  end
  local known = kept and own_caches[own]
  if not known or known[2] ~= engine.dialect then
    known = {core.statement_cache(kept and 500 or 0), engine.dialect}
    if kept then own_caches[own] = known end
  end
  local cursor, info, ready = known[1]:find(node, set, many, extra, conn)
  if cursor then return cursor, info, ready end
  cursor, info, ready = compile(connection, node, set, many, options, extra, conn, rewrite, known[1])
  if kept then own[#own + 1] = cursor:sql_or_template() else info.uncached = true end
  return cursor, info, ready
end

local translations = setmetatable({}, {__mode = "k"})
local last_translation = 0

--- A number for a schema_translate_map: the same for the same content.
local function translation_id(map)
  if not map then return 0 end
  local parts = {}
  for k, v in pairs(map) do
    local from, to = k == core.null and "" or "=" .. k, v == core.null and "" or "=" .. v
    parts[#parts + 1] = ("%d:%s%d:%s"):format(#from, from, #to, to)
  end
  table.sort(parts)
  local text = table.concat(parts)
  if not translations[1] then translations[1] = {} end
  local known = translations[1]
  if not known[text] then
    last_translation = last_translation + 1
    known[text] = last_translation
  end
  return known[text]
end

--- An execution to come of a statement (a cursor of the core), what the cache knows of it, compiled if it is not
-- there, and whether it is ready: its values are bound, and the database connection is usable.
--- @param set? table the parameters, or the first of many
--- @param conn? userdata the core's connection; nil: nothing is to be bound
--- @param rewrite? function how ORM names in it become Core's: fn(node, options) -> node, plan
function prepare.find(connection, node, set, many, options, conn, rewrite)
  local extra = rewrite and 0x10000 or 0
  if options ~= NO_OPTIONS then
    extra = extra + translation_id(options.schema_translate_map)
    local own = options.compiled_cache
    if own ~= nil then return find_in(own, connection, node, set, many, options, extra, conn, rewrite) end
  end
  local cache = connection.engine._cache
  local cursor, info, ready = cache:find(node, set, many, extra, conn)
  if cursor then return cursor, info, ready end
  return compile(connection, node, set, many, options, extra, conn, rewrite, cache)
end

return prepare
