---@meta _
--- Engines and what belongs to them. The methods of Engine, Connection, Result, URL and Inspector are commented where
--- they stand (lua/lualchemy/engine/); here is what they are called with, and what they answer to by other ways.

---@class lualchemy.EngineNames
---@field Engine lualchemy.Engine
---@field URL lualchemy.URL
---@field Connection lualchemy.Connection
---@field Transaction lualchemy.Transaction
---@field RootTransaction lualchemy.RootTransaction
---@field NestedTransaction lualchemy.NestedTransaction
---@field TwoPhaseTransaction lualchemy.TwoPhaseTransaction
---@field Result lualchemy.Result
---@field CursorResult lualchemy.CursorResult
---@field ResultProxy lualchemy.CursorResult
---@field AsyncAdaptedQueuePool table an error when it is called, as the next ones are
---@field FallbackAsyncAdaptedQueuePool table
---@field AdaptedConnection table
---@field CreateEnginePlugin table
---@field ExecutionContext lualchemy.KnownClass
---@field ExceptionContext lualchemy.KnownClass
---@field ScalarResult lualchemy.ScalarResult
---@field MappingResult lualchemy.MappingResult
---@field IteratorResult fun(cursor_metadata: lualchemy.SimpleResultMetaData, iterator: any[][]|(fun(): any[]?), options?: {raw: lualchemy.Result}): lualchemy.Result
---@field ChunkedIteratorResult fun(cursor_metadata: lualchemy.SimpleResultMetaData, chunks: (fun(n: integer?): any), options?: {source_supports_scalars: boolean, raw: lualchemy.Result, dynamic_yield_per: boolean}): lualchemy.Result
---@field MergedResult fun(cursor_metadata: lualchemy.SimpleResultMetaData, results: lualchemy.Result[]): lualchemy.Result
---@field FrozenResult fun(result: lualchemy.Result): lualchemy.FrozenResult
---@field result_tuple fun(fields: string[], extra?: any[][]): (fun(values: any[]): lualchemy.Row)
---@field Row lualchemy.Row
---@field BaseRow lualchemy.Row
---@field RowMapping lualchemy.RowMapping
---@field Inspector lualchemy.Inspector
---@field ObjectKind table<string, integer> kinds of objects, as la.ObjectKind.VIEW
---@field ObjectScope table<string, integer> scopes of objects, as la.ObjectScope.TEMPORARY
local names = {}

---@class lualchemy.EngineOptions
---@field echo? boolean|"debug" statements and parameters to standard output, "debug": rows, too
---@field echo_pool? boolean|"debug"
---@field hide_parameters? boolean values stand neither in the log nor in errors
---@field logging_name? string
---@field pool_logging_name? string
---@field poolclass? lualchemy.Pool the class of the pool
---@field pool? lualchemy.Pool
---@field pool_size? integer connections that are kept (5 unless given)
---@field max_overflow? integer connections beyond that, at most (10 unless given; -1: any number)
---@field pool_timeout? number seconds to wait for a connection (30 unless given)
---@field pool_recycle? number seconds after which a connection is opened anew
---@field pool_pre_ping? boolean a connection is tried before it is given out
---@field pool_reset_on_return? "rollback"|"commit"|boolean
---@field pool_use_lifo? boolean
---@field connect_args? table for the client library
---@field connect_timeout? number seconds for the whole of a connect: names, TCP, TLS, login
---@field wait? fun(descriptor: integer, mode: "r"|"w"|"rw", seconds: number?): any waits for a descriptor and may yield: require "lualchemy.wait.cqueues" or "lualchemy.wait.luv"
---@field isolation_level? string for example "SERIALIZABLE" or "AUTOCOMMIT"
---@field skip_autocommit_rollback? boolean
---@field client_encoding? string of PostgreSQL, as in connect_args
---@field executemany_mode? "values_only"|"values_plus_batch" of PostgreSQL: without effect, as the next two
---@field executemany_batch_page_size? integer
---@field use_native_hstore? boolean
---@field execution_options? table for all statements
---@field query_cache_size? integer compiled statements that are kept (500 unless given; 0: none)
---@field prepared_statements? integer|false prepared statements kept for each connection; false behind a proxy that pools by transaction
---@field paramstyle? string
---@field label_length? integer
---@field max_identifier_length? integer
---@field json_serializer? fun(value: any): string
---@field json_deserializer? fun(text: string): any
---@field use_insertmanyvalues? boolean many rows in one INSERT … RETURNING (true unless given)
---@field insertmanyvalues_page_size? integer
---@field implicit_returning? boolean
---@field enable_from_linting? boolean
---@field native_uuid? boolean
---@field native_json? boolean
---@field convert_unicode? boolean
---@field future? boolean
---@field creator? lualchemy.Creator opens connections: what dialect:connect() gives
---@field module? any an error: drivers are C modules
---@field plugins? string[] an error, too

--- An engine for the database that the URL names, as "sqlite:///music.db" or "postgresql://user@host/db". Nothing is
--- connected yet. A driver that is not there is an error that says what to install.
---@param url string|lualchemy.URL
---@param options? lualchemy.EngineOptions
---@return lualchemy.Engine
function names.create_engine(url, options) end

--- An engine from a table of settings: every key that begins with the prefix is a keyword of create_engine().
---@param configuration table<string, any>
---@param prefix? string|lualchemy.EngineOptions|{prefix: string} "sqlalchemy." unless given
---@param options? lualchemy.EngineOptions further keywords
---@return lualchemy.Engine
function names.engine_from_config(configuration, prefix, options) end

--- An engine that executes nothing: executor(statement, parameters) is called with each statement.
---@param url string|lualchemy.URL
---@param executor fun(statement: any, ...: any): any
---@param options? {paramstyle: string}
---@return lualchemy.MockEngine
function names.create_mock_engine(url, executor, options) end

names.make_url = require("lualchemy.engine.url").make_url

---@class lualchemy.URLParts
---@field drivername? string
---@field username? string
---@field password? string
---@field host? string
---@field port? integer
---@field database? string
---@field query? table<string, string|string[]>

---@class lualchemy.InspectionNames
local inspection = {}

--- What la.inspect() gives: of an engine or connection an Inspector, of a mapped class a Mapper, of an instance its
--- InstanceState, of a table, attribute or alias itself.
---@param subject any
---@param raiseerr? boolean|{raiseerr: boolean} false: nil where there is nothing to tell
---@return any
---@overload fun(subject: lualchemy.Engine|lualchemy.Connection): lualchemy.Inspector
---@overload fun(subject: lualchemy.MappedClass): lualchemy.Mapper
function inspection.inspect(subject, raiseerr) end

---@class lualchemy.RootTransaction: lualchemy.Transaction
---@class lualchemy.NestedTransaction: lualchemy.Transaction

---@class lualchemy.TwoPhaseTransaction: lualchemy.RootTransaction
---@field xid string

---@class lualchemy.Transaction
---@field is_valid boolean
local Transaction = {}

--- Commits; of a savepoint: releases it.
function Transaction:commit() end

--- Rolls back; of a savepoint: to it.
function Transaction:rollback() end

--- Rolls back unless it has ended.
function Transaction:close() end

---@param x any
---@return boolean
function Transaction:is(x) end

--- What execute() gives.
---@class lualchemy.CursorResult: lualchemy.Result
---@field rowcount integer how many rows UPDATE and DELETE changed
---@field lastrowid? integer
---@field inserted_primary_key? lualchemy.Row of INSERT: the key of the row
---@field inserted_primary_key_rows lualchemy.Row[] of INSERT of many rows
---@field returned_defaults? lualchemy.Row what the database filled in
---@field returned_defaults_rows lualchemy.Row[]
---@field is_insert boolean
---@field context lualchemy.ExecutionContext
local CursorResult = {}

--- The parameters of an INSERT as they were sent, defaults included.
---@return table
function CursorResult:last_inserted_params() end

--- The same of an UPDATE.
---@return table
function CursorResult:last_updated_params() end

--- The columns of an INSERT or UPDATE whose values were computed before.
---@return lualchemy.Column[]
function CursorResult:prefetch_cols() end

--- The columns whose values the database gave, which are not known.
---@return lualchemy.Column[]
function CursorResult:postfetch_cols() end

---@return boolean
function CursorResult:lastrow_has_defaults() end

---@return boolean
function CursorResult:supports_sane_rowcount() end

---@return boolean
function CursorResult:supports_sane_multi_rowcount() end

--- The first or another element of each row.
---@class lualchemy.ScalarResult: lualchemy.Result

--- Rows as mappings.
---@class lualchemy.MappingResult: lualchemy.Result

--- A row: `row.name`, `row[1]`, `#row`. A column's name wins over a method's. NULL is nil.
---@class lualchemy.Row
---@field [string|integer] any
---@field _fields string[] the names in order
---@field _mapping lualchemy.RowMapping the row by name
---@field t lualchemy.Row
local Row = {}

--- The elements after the first `start` up to number `stop`, as Python slices a tuple; NULL is la.NULL.
---@param start? integer below 0: from the end
---@param stop? integer
---@return any[]
function Row:slice(start, stop) end

--- Is the value one of the elements?
---@param value any
---@return boolean
function Row:contains(value) end

---@param x any
---@return boolean
function Row:is(x) end

--- The values, as Lua's unpack gives them.
---@return any ...
function Row:unpack() end

--- A plain table of the values by name; NULL is la.NULL.
---@return table<string, any>
function Row:_asdict() end

---@return lualchemy.Row
function Row:tuple() end
Row._tuple = Row.tuple

--- How many elements equal the value.
---@param value any
---@return integer
function Row:count(value) end

--- The position of the first element equal to the value; an error if there is none.
---@param value any
---@return integer
function Row:index(value) end

--- A row by name, or by column of the statement.
---@class lualchemy.RowMapping
---@field [any] any
local RowMapping = {}

---@return string[]
function RowMapping:keys() end

--- The values in order; NULL is la.NULL.
---@return any[]
function RowMapping:values() end

--- {name, value} for each.
---@return table[]
function RowMapping:items() end

---@param key any
---@param default? any
---@return any
function RowMapping:get(key, default) end

---@param key any
---@return boolean
function RowMapping:contains(key) end

---@class lualchemy.Inspector
---@field bind lualchemy.Engine|lualchemy.Connection
---@field engine lualchemy.Engine
---@field dialect lualchemy.Dialect
local Inspector = {}

--- Likewise get_view_names and the next ones.
---@param options? string|{schema: string} the schema
---@return string[]
function Inspector:get_table_names(options) end
Inspector.get_view_names = Inspector.get_table_names
Inspector.get_temp_table_names = Inspector.get_table_names
Inspector.get_temp_view_names = Inspector.get_table_names
Inspector.get_materialized_view_names = Inspector.get_table_names
Inspector.get_sequence_names = Inspector.get_table_names

--- The columns of a table: name, type, nullable, default … of each. NoSuchTableError if there is no such table, as of
--- the next ones.
---@param table_name string
---@param options? string|{schema: string}
---@return table[]
function Inspector:get_columns(table_name, options) end
Inspector.get_foreign_keys = Inspector.get_columns
Inspector.get_indexes = Inspector.get_columns
Inspector.get_unique_constraints = Inspector.get_columns
Inspector.get_check_constraints = Inspector.get_columns

--- {name, constrained_columns}
---@param table_name string
---@param options? string|{schema: string}
---@return table
function Inspector:get_pk_constraint(table_name, options) end
Inspector.get_table_comment = Inspector.get_pk_constraint
Inspector.get_table_options = Inspector.get_pk_constraint

--- What get_columns() says, of many tables: by "schema.name", or "name" where there is no schema. Likewise the next ones.
---@param options? lualchemy.MultiOptions
---@return table<string, table>
function Inspector:get_multi_columns(options) end
Inspector.get_multi_pk_constraint = Inspector.get_multi_columns
Inspector.get_multi_foreign_keys = Inspector.get_multi_columns
Inspector.get_multi_indexes = Inspector.get_multi_columns
Inspector.get_multi_unique_constraints = Inspector.get_multi_columns
Inspector.get_multi_check_constraints = Inspector.get_multi_columns
Inspector.get_multi_table_comment = Inspector.get_multi_columns
Inspector.get_multi_table_options = Inspector.get_multi_columns

--- The SELECT of a view.
---@param view_name string
---@param options? string|{schema: string}
---@return string
function Inspector:get_view_definition(view_name, options) end
