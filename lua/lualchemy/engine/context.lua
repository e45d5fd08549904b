--- The execution of one statement, for who asks: its parameters, defaults computed by the client, its rows, and what an
-- INSERT gives back besides them.
local core = require "lualchemy.core"
local compat = require "lualchemy.compat"
local err = require "lualchemy.error"
local compiler = require "lualchemy.sql.compiler"
local Source = require "lualchemy.engine.source"
local no_options = require("lualchemy.engine.parameters").no_options

local NULL = core.null

--- @class lualchemy.ExecutionContext
--- @field connection lualchemy.Connection
--- @field statement string the SQL
--- @field compiled? lualchemy.Compiled nil for SQL of the driver's
--- @field compiled_parameters table<string, any>[] by name, one table for each set
--- @field isinsert boolean
--- @field isddl boolean
--- @field is_crud boolean is it an INSERT, UPDATE or DELETE?
--- @field is_text boolean
--- @field no_parameters boolean
--- @field execute_style string "EXECUTE", "EXECUTEMANY" or "INSERTMANYVALUES"
--- @field cache_hit string "CACHE_HIT", "CACHE_MISS", "CACHING_DISABLED" or "NO_CACHE_KEY"
--- @field rowcount integer -1 before it is known
--- @field executemany boolean
local Context = {__name = "lualchemy.ExecutionContext"}
for name, method in pairs(Source) do
  if name:sub(1, 2) ~= "__" then Context[name] = method end
end
local getters = {}
Context.__index = compat.index(Context, function(self, key)
  local getter = getters[key]
  return getter and getter(self)
end)

function getters:statement() return self.cursor:sql() end
function getters:invoked_statement() return self.node end
function getters:isinsert() return self.info.kind == "INSERT" end
function getters:isupdate() return self.info.kind == "UPDATE" end
function getters:isdelete() return self.info.kind == "DELETE" end
function getters:dialect() return self.connection.dialect end
function getters:engine() return self.connection.engine end
function getters:root_connection() return self.connection end
function getters:current_parameters() return rawget(self, "current") end
function getters:parameters() return self.cursor:parameters() end

for _, name in ipairs{"compiled", "compiled_parameters", "isddl", "is_crud", "is_text", "unicode_statement",
  "no_parameters", "execute_style", "cache_hit", "rowcount"} do
  getters[name] = function(self) return require("lualchemy.engine.context_facts")[name](self) end
end

local NO_SETS = {}

--- @param cursor userdata the core's
--- @param info table the entry's
--- @param given? table the parameters: a table, or an array of many
--- @param reader? table what takes the rows (execute.run)
function Context.new(connection, cursor, info, node, given, many, options, reader)
  return setmetatable({connection = connection, cursor = cursor, info = info, node = node,
    sets = many and given or given and {given} or NO_SETS, executemany = many, execution_options = options,
    reader = reader or false}, Context)
end

--- The context of an execution of one set of parameters, with no options, that nobody asked for before.
function Context.of(connection, cursor, given)
  local node, info = cursor:origin()
  return Context.new(connection, cursor, info, node, given or nil, false, no_options)
end

-- ---- defaults ----

--- All parameters of the set whose defaults are being computed: those given, and the statement's own.
local function all_parameters(self)
  local out = {}
  for _, name in ipairs(self.info.names) do
    local value = self.current[name]
    if value == nil then value = self.cursor_own(name) end
    if value ~= NULL then out[name] = value end
  end
  for name, value in pairs(self.current) do
    if value ~= NULL and out[name] == nil then out[name] = value end
  end
  return out
end

--- The parameters of the row whose defaults are being computed, by column: for default functions.
--- @param options? {isolate_multiinsert_groups?: boolean} false: of all rows of values{{…}, {…}}, as they are named
--- @return table
function Context:get_current_parameters(options)
  if not self.current then
    err.raise("InvalidRequestError",
      "get_current_parameters() can only be invoked in the context of a Python side column default function")
  end
  local all = all_parameters(self)
  local many = core.kind(self.node) == "INSERT" and core.has(self.node, "multi_values")
  if not many or (options and options.isolate_multiinsert_groups == false) then return all end
  local row, out = self.current_name:match("_m(%d+)$") or "0", {}
  for name, value in pairs(all) do
    local key, index = name:match("^(.*)_m(%d+)$")
    if index == row then out[key] = value elseif not index and row == "0" then out[name] = value end
  end
  return out
end

local function default_of(info, column)
  local spec = core.get(column, "spec")
  return core.get(spec, info.kind == "UPDATE" and "onupdate" or "default_")
end

--- The key of a row that is not returned (Table{implicit_returning = false}): the column's server default, or the next
--- value of the sequence behind SERIAL.
local function next_key(self, column)
  local server = column.server_default
  if server and server.arg then
    local arg = server.arg
    return self:_scalar(type(arg) == "string" and require("lualchemy.sql.api").literal(arg) or arg)
  end
  local t, of_column = core.get(column, "table"), core.get(column, "name")
  local of_table = core.get(t, "name"):sub(1, 29 + math.max(0, 29 - #of_column))
  of_column = of_column:sub(1, 29 + math.max(0, 29 - #of_table))
  local name = core.schema.quoted(of_table .. "_" .. of_column .. "_seq", true)
  local sequence = require("lualchemy.sql.schema").Sequence(name, {schema = self.connection:schema_for_object(t)})
  return self:_scalar(core.new("NEXT_VALUE", {sequence = sequence}))
end

--- {value} of a column's default that is the same for every row; nil if it is computed.
function Context.constant_default(info, column)
  local default = default_of(info, column)
  if core.kind(default) == "SEQUENCE" or core.has(default, "callable") or core.has(default, "arg") then return nil end
  return {core.get(default, "value")}
end

--- The value of a default that the client computes: a function's result, a value, or SQL asked beforehand.
function Context:_compute(default)
  if not default then return next_key(self, self.current_column) end
  if core.kind(default) == "SEQUENCE" then return self:_scalar(core.new("NEXT_VALUE", {sequence = default,
    type = core.get(default, "data_type")})) end
  if core.has(default, "callable") then return core.get(default, "callable")(self) end
  if core.has(default, "arg") then return self:_scalar(core.schema.hold(core.get(default, "arg"))) end
  if core.get(default, "is_sentinel") == 1 then return self.current_row - 1 end
  return core.get(default, "value")
end

function Context:_scalar(expression)
  local la = require "lualchemy.sql.api"
  return require("lualchemy.engine.execute").nested(self.connection, la.select(expression)):scalar()
end

--- Adds the computed defaults to every set of parameters (in copies: those of the caller stay as they were).
function Context:_prefetch()
  local columns, names = self.info.prefetch, self.info.prefetch_names
  if not columns then return end
  local sets = {}
  for i = 1, math.max(1, #self.sets) do
    local set = {}
    for k, v in pairs(self.sets[i] or {}) do set[k] = v end
    self.current, self.current_row = set, i
    for k, column in ipairs(columns) do
      self.current_name, self.current_column = names[k], column
      local value = self:_compute(default_of(self.info, column))
      if value == nil then value = NULL end
      set[names[k]] = value
    end
    sets[i] = set
  end
  self.current = nil
  self.sets = sets
end

-- ---- what an INSERT gives back ----

--- The value that was sent for a column, nil if SQL computed it.
function Context:_sent(key, set)
  local value = (self.sets[set] or {})[key]
  if value == nil then value = self.cursor:own_value(key) end
  if value == NULL then return nil end
  return value
end

local function primary_key_columns(info)
  return info.primary_key or {}
end

--- Kinds of statements after which lastrowid means something; OTHER: it may be an INSERT in text().
local WITH_ROWID = {INSERT = true, UPDATE = true, OTHER = true}

local function rowcount_of(self)
  if self.executemany and self.batch_rowcount then return self.batch_rowcount end
  if self.returned_rows and self.info.kind ~= "INSERT" then return #self.returned_rows end
  return (self.cursor:outcome())
end

local function lastrowid_of(self)
  return WITH_ROWID[self.info.kind] and select(2, self.cursor:outcome()) or nil
end

--- The primary key of the row that an INSERT made, as far as it is known.
local function inserted_key(self)
  local info = self.info
  local keys = info.primary_keys or {}
  local key = {n = #keys}
  for i = 1, key.n do
    local name = keys[i]
    local value = self:_sent(name, 1)
    if value == nil and info.implicit and self.returned then value = self.returned[name] end
    if value == nil and info.lastrowid and i == info.autoincrement_at then value = lastrowid_of(self) end
    key[i] = value
  end
  return key
end

--- Did the caller give something of the primary key?
function Context.gives_key(info, given)
  local keys = info.primary_keys
  for i = 1, given and keys and #keys or 0 do
    if given[keys[i]] ~= nil then return true end
  end
  return false
end

--- Remembers what the caller gave for the primary key, who may change that table.
function Context:_keep_key()
  if Context.gives_key(self.info, self.sets[1]) then self._key = inserted_key(self) end
end

--- The rows of an implicit RETURNING.
function Context:_take_returned(rows)
  local row = rows[1]
  self.returned_rows = rows
  if not row then return end
  self.returned = {}
  for i, column in ipairs(self.info.implicit) do self.returned[core.get(column, "key")] = row[i] end
end

local function key_row(values, columns)
  local keys = {}
  for i, column in ipairs(columns) do keys[i] = core.get(column, "key") end
  local row = {}
  for i = 1, #keys do row[i] = values[i] end
  return setmetatable(row, require("lualchemy.engine.row").meta(keys))
end

local READ = {}

function READ:rowcount() return rowcount_of(self) end
function READ:lastrowid() return lastrowid_of(self) end
function READ:context() return self end
function READ:is_insert() return self.isinsert end

function READ:inserted_primary_key()
  if self.info.kind ~= "INSERT" then err.raise("InvalidRequestError",
    "Statement is not an insert() expression construct.") end
  if self.executemany then
    err.raise("InvalidRequestError",
      "This statement was an executemany call; if primary key returning is supported, please use "
      .. ".inserted_primary_key_rows.")
  end
  if self.info.returning then
    err.raise("InvalidRequestError", "Can't call inserted_primary_key when returning() is used.")
  end
  local returned = self.info.implicit and self.returned_rows
  if returned and #returned == 0 then return nil end
  return key_row(rawget(self, "_key") or inserted_key(self), primary_key_columns(self.info))
end

function READ:inserted_primary_key_rows()
  if not self.executemany then return {READ.inserted_primary_key(self)} end
  local rows = {}
  for i = 1, #self.sets do
    local key = {}
    for c, column in ipairs(primary_key_columns(self.info)) do
      key[c] = self:_sent(self.info.primary_keys[c], i)
      if key[c] == nil and self.returned_rows and self.returned_rows[i] then
        for p, returned in ipairs(self.info.implicit or {}) do
          if returned == column then key[c] = self.returned_rows[i][p] end
        end
      end
    end
    rows[i] = key_row(key, primary_key_columns(self.info))
  end
  return rows
end

function READ:returned_defaults()
  if self.executemany then
    err.raise("InvalidRequestError", "This statement was an executemany call; if return defaults is supported, please "
      .. "use .returned_defaults_rows.")
  end
  if not self.returned_rows or not self.returned_rows[1] then return nil end
  return key_row(self.returned_rows[1], self.info.implicit)
end

function READ:returned_defaults_rows()
  local rows = {}
  for i, row in ipairs(self.returned_rows or {}) do rows[i] = key_row(row, self.info.implicit) end
  return rows
end

-- ---- rows that lie in slots (execute.slots) ----

--- The number that the database gave to the row inserted last, where it tells without being asked.
--- @return integer?
function Context:get_lastrowid()
  return self.dialect.name == "sqlite" and not self.executemany and self:last_insert_id() or nil
end

function Context:last_insert_id() return self.connection._pooled.conn:last_insert_id() end

--- An attribute of the result that belongs to the execution.
function Context:attribute(name) return READ[name](self) end

local function require_kind(self, ...)
  local words = {}
  for i = 1, select("#", ...) do
    local kind = select(i, ...)
    if self.info.kind == kind then return end
    words[i] = kind:lower() .. "()"
  end
  err.raise("InvalidRequestError", "Statement is not an %s expression construct.", table.concat(words, " or "))
end

--- The parameters that were sent, defaults included.
local function sent_parameters(self)
  local keys = {}
  for k in pairs(self.sets[1] or {}) do keys[#keys + 1] = k end
  table.sort(keys)
  local compiled = compiler.for_execution(self.node, self.dialect, keys, self.executemany)
  if not self.executemany then return compiled:construct_params(self.sets[1]) end
  local all = {}
  for i, set in ipairs(self.sets) do all[i] = compiled:construct_params(set) end
  return all
end

function Context:last_inserted_params()
  require_kind(self, "INSERT")
  return sent_parameters(self)
end

function Context:last_updated_params()
  require_kind(self, "UPDATE")
  return sent_parameters(self)
end

--- Columns whose value was computed before, and those that only the database knows.
function Context:prefetch_cols()
  require_kind(self, "INSERT", "UPDATE")
  return self.info.prefetch or {}
end

function Context:postfetch_cols()
  require_kind(self, "INSERT", "UPDATE")
  return self.info.postfetch or {}
end

function Context:lastrow_has_defaults()
  return (self.isinsert or self.isupdate) and #(self.info.postfetch or {}) > 0
end
function Context:supports_sane_rowcount() return true end
function Context:supports_sane_multi_rowcount() return true end

Context.unpack = compat.unpack

--- Is x a context?
function Context.is(x) return getmetatable(x) == Context end

return Context
