---@meta _
--- la.default, la.sqlite, la.mysql, la.mssql. PostgreSQL and Oracle have files of their own.

--- A dialect. Attributes are SQLAlchemy's and may be set: `dialect.server_version_info = {8, 0, 17}`.
---@alias lualchemy.AskOfConnection fun(self: lualchemy.Dialect, connection: lualchemy.Connection, ...: any): any

---@class lualchemy.Dialect
---@field name string
---@field server_version_info? integer[]
---@field dbapi_version? integer[] of the client library, once there was a connection
---@field default_schema_name? string
---@field identifier_preparer lualchemy.IdentifierPreparer
---@field has_table lualchemy.AskOfConnection as the Inspector's; so are the next ones
---@field has_multi_table lualchemy.AskOfConnection
---@field has_index lualchemy.AskOfConnection
---@field has_sequence lualchemy.AskOfConnection
---@field has_schema lualchemy.AskOfConnection
---@field has_type lualchemy.AskOfConnection
---@field get_table_names lualchemy.AskOfConnection
---@field get_view_names lualchemy.AskOfConnection
---@field get_temp_table_names lualchemy.AskOfConnection
---@field get_temp_view_names lualchemy.AskOfConnection
---@field get_sequence_names lualchemy.AskOfConnection
---@field get_materialized_view_names lualchemy.AskOfConnection
---@field get_schema_names lualchemy.AskOfConnection
---@field get_columns lualchemy.AskOfConnection
---@field get_pk_constraint lualchemy.AskOfConnection
---@field get_foreign_keys lualchemy.AskOfConnection
---@field get_indexes lualchemy.AskOfConnection
---@field get_unique_constraints lualchemy.AskOfConnection
---@field get_check_constraints lualchemy.AskOfConnection
---@field get_table_comment lualchemy.AskOfConnection
---@field get_table_options lualchemy.AskOfConnection
---@field get_view_definition lualchemy.AskOfConnection
---@field get_enums lualchemy.AskOfConnection
---@field get_domains lualchemy.AskOfConnection
---@field get_foreign_table_names lualchemy.AskOfConnection
---@field get_table_oid lualchemy.AskOfConnection
---@field [string] any
local Dialect = {}

--- The name as an identifier, quoted where it must be.
---@param name string
---@return string
function Dialect:quote_identifier(name) end

--- Raises where a name is longer than the dialect's names may be.
---@param name string
function Dialect:validate_identifier(name) end

--- The dialect's own type for one of all dialects.
---@param type_ lualchemy.TypeEngine
---@return lualchemy.TypeEngine
function Dialect:type_descriptor(type_) end

--- A connection that no pool has, made with what the driver takes: dialect:connect("music.db"),
--- dialect:connect{host = "h", dbname = "d"}.
---@param ... any
---@return lualchemy.DBAPIConnection
function Dialect:connect(...) end

--- What connect() takes for a URL: {{positional …}, {name = value}}.
---@param url string|lualchemy.URL
---@return any[]
function Dialect:create_connect_args(url) end

--- The isolation levels that may be set.
---@param dbapi_connection? lualchemy.DBAPIConnection
---@return string[]
function Dialect:get_isolation_level_values(dbapi_connection) end

--- The level that is in force.
---@param dbapi_connection lualchemy.DBAPIConnection
---@return string
function Dialect:get_isolation_level(dbapi_connection) end

--- The level of new connections.
---@param dbapi_connection lualchemy.DBAPIConnection
---@return string
function Dialect:get_default_isolation_level(dbapi_connection) end

---@param dbapi_connection lualchemy.DBAPIConnection
---@param level string
function Dialect:set_isolation_level(dbapi_connection, level) end

--- As it was when the connection was new.
---@param dbapi_connection lualchemy.DBAPIConnection
function Dialect:reset_isolation_level(dbapi_connection) end

--- `la.mysql.dialect{is_mariadb = true}`: a dialect object with these attributes.
---@class lualchemy.DialectClass
---@field name string
---@field is fun(self: lualchemy.DialectClass, x: any): boolean
---@overload fun(attributes?: table<string, any>): lualchemy.Dialect

---@class lualchemy.default
---@field dialect lualchemy.DialectClass

---@class lualchemy.sqlite.DateOptions
---@field storage_format? string
---@field regexp? string

---@class lualchemy.sqlite.DATE: lualchemy.Date
---@overload fun(options?: lualchemy.sqlite.DateOptions): lualchemy.sqlite.DATE

---@class lualchemy.sqlite.TimeOptions: lualchemy.sqlite.DateOptions
---@field timezone? boolean
---@field truncate_microseconds? boolean

---@class lualchemy.sqlite.TIME: lualchemy.Time
---@overload fun(options?: lualchemy.sqlite.TimeOptions): lualchemy.sqlite.TIME

---@class lualchemy.sqlite.DATETIME: lualchemy.DateTime
---@overload fun(options?: lualchemy.sqlite.TimeOptions): lualchemy.sqlite.DATETIME

---@class lualchemy.sqlite
---@field Insert fun(table: any): any the class of what insert() makes
---@field dialect lualchemy.DialectClass
---@field INTEGER lualchemy.Integer
---@field SMALLINT lualchemy.Integer
---@field CHAR lualchemy.String
---@field VARCHAR lualchemy.String
---@field TEXT lualchemy.String
---@field NUMERIC lualchemy.Numeric
---@field DECIMAL lualchemy.Numeric
---@field FLOAT lualchemy.Float
---@field REAL lualchemy.Float
---@field BOOLEAN lualchemy.Boolean
---@field BLOB lualchemy.LargeBinary
---@field DATE lualchemy.sqlite.DATE
---@field TIME lualchemy.sqlite.TIME
---@field DATETIME lualchemy.sqlite.DATETIME
---@field TIMESTAMP lualchemy.DateTime
---@field JSON lualchemy.JSON
---@field JSONB lualchemy.JSON binary, from SQLite 3.45 on
local sqlite = {}

--- INSERT with SQLite's ON CONFLICT.
---@param table lualchemy.FromClause|lualchemy.MappedClass
---@return lualchemy.Insert
function sqlite.insert(table) end

---@class lualchemy.mysql.IntegerOptions
---@field display_width? integer
---@field unsigned? boolean
---@field zerofill? boolean

---@class lualchemy.mysql.INTEGER: lualchemy.Integer
---@overload fun(display_width?: integer|lualchemy.mysql.IntegerOptions, options?: lualchemy.mysql.IntegerOptions): lualchemy.mysql.INTEGER

---@class lualchemy.mysql.NumericOptions: lualchemy.NumericOptions
---@field unsigned? boolean
---@field zerofill? boolean

---@class lualchemy.mysql.NUMERIC: lualchemy.Numeric
---@overload fun(precision?: integer|lualchemy.mysql.NumericOptions, scale?: integer, options?: lualchemy.mysql.NumericOptions): lualchemy.mysql.NUMERIC

---@class lualchemy.mysql.StringOptions: lualchemy.StringOptions
---@field charset? string
---@field collate? string the same as collation
---@field ascii? boolean
---@field unicode? boolean
---@field national? boolean
---@field binary? boolean

---@class lualchemy.mysql.VARCHAR: lualchemy.String
---@overload fun(length?: integer|lualchemy.mysql.StringOptions, options?: lualchemy.mysql.StringOptions): lualchemy.mysql.VARCHAR

---@class lualchemy.mysql.EnumOptions: lualchemy.EnumOptions, lualchemy.mysql.StringOptions
---@field strict? boolean

---@class lualchemy.mysql.ENUM: lualchemy.Enum
---@overload fun(...: string|lualchemy.mysql.EnumOptions): lualchemy.mysql.ENUM

---@class lualchemy.mysql.SetOptions: lualchemy.mysql.StringOptions
---@field retrieve_as_bitwise? boolean

---@class lualchemy.mysql.SET: lualchemy.String
---@overload fun(...: string|lualchemy.mysql.SetOptions): lualchemy.mysql.SET

---@class lualchemy.mysql.TimeOptions: lualchemy.TimeOptions
---@field fsp? integer digits of the second's fraction

---@class lualchemy.mysql.TIME: lualchemy.Time
---@overload fun(options?: lualchemy.mysql.TimeOptions): lualchemy.mysql.TIME

---@class lualchemy.mysql.DATETIME: lualchemy.DateTime
---@overload fun(options?: lualchemy.mysql.TimeOptions): lualchemy.mysql.DATETIME

---@class lualchemy.mysql.YearOptions
---@field display_width? integer

---@class lualchemy.mysql.YEAR: lualchemy.TypeEngine
---@overload fun(display_width?: integer|lualchemy.mysql.YearOptions): lualchemy.mysql.YEAR

---@class lualchemy.mysql
---@field limit fun(limit: integer|lualchemy.ColumnElement): lualchemy.SyntaxExtension LIMIT of an UPDATE or DELETE, for ext()
---@field Insert fun(table: any): any the class of what insert() makes
---@field dialect lualchemy.DialectClass
---@field INTEGER lualchemy.mysql.INTEGER
---@field TINYINT lualchemy.mysql.INTEGER
---@field SMALLINT lualchemy.mysql.INTEGER
---@field MEDIUMINT lualchemy.mysql.INTEGER
---@field BIGINT lualchemy.mysql.INTEGER
---@field NUMERIC lualchemy.mysql.NUMERIC
---@field DECIMAL lualchemy.mysql.NUMERIC
---@field FLOAT lualchemy.mysql.NUMERIC
---@field REAL lualchemy.mysql.NUMERIC
---@field DOUBLE lualchemy.mysql.NUMERIC
---@field CHAR lualchemy.mysql.VARCHAR
---@field VARCHAR lualchemy.mysql.VARCHAR
---@field NCHAR lualchemy.mysql.VARCHAR
---@field NVARCHAR lualchemy.mysql.VARCHAR
---@field TEXT lualchemy.mysql.VARCHAR
---@field TINYTEXT lualchemy.mysql.VARCHAR
---@field MEDIUMTEXT lualchemy.mysql.VARCHAR
---@field LONGTEXT lualchemy.mysql.VARCHAR
---@field BINARY lualchemy.LargeBinary
---@field VARBINARY lualchemy.LargeBinary
---@field BLOB lualchemy.LargeBinary
---@field TINYBLOB lualchemy.LargeBinary
---@field MEDIUMBLOB lualchemy.LargeBinary
---@field LONGBLOB lualchemy.LargeBinary
---@field BIT lualchemy.LargeBinary
---@field BOOLEAN lualchemy.Boolean
---@field DATE lualchemy.Date
---@field TIME lualchemy.mysql.TIME
---@field DATETIME lualchemy.mysql.DATETIME
---@field TIMESTAMP lualchemy.mysql.DATETIME
---@field YEAR lualchemy.mysql.YEAR
---@field ENUM lualchemy.mysql.ENUM
---@field SET lualchemy.mysql.SET
---@field JSON lualchemy.JSON
---@field INET4 lualchemy.TypeEngine
---@field INET6 lualchemy.TypeEngine
local mysql = {}

--- INSERT with ON DUPLICATE KEY UPDATE.
---@param table lualchemy.FromClause|lualchemy.MappedClass
---@return lualchemy.Insert
function mysql.insert(table) end

---@class lualchemy.mysql.MatchOptions
---@field against lualchemy.Expression
---@field in_boolean_mode? boolean
---@field in_natural_language_mode? boolean
---@field with_query_expansion? boolean

--- `MATCH (…) AGAINST (…)`
---@param ... lualchemy.Expression|lualchemy.mysql.MatchOptions
---@return lualchemy.BinaryExpression
function mysql.match(...) end

---@class lualchemy.mssql.PrecisionOptions: lualchemy.TimeOptions
---@field precision? integer

---@class lualchemy.mssql.DATETIME2: lualchemy.DateTime
---@overload fun(precision?: integer|lualchemy.mssql.PrecisionOptions): lualchemy.mssql.DATETIME2

---@class lualchemy.mssql.TIME: lualchemy.Time
---@overload fun(precision?: integer|lualchemy.mssql.PrecisionOptions): lualchemy.mssql.TIME

---@class lualchemy.mssql.RowversionOptions
---@field convert_int? boolean

---@class lualchemy.mssql.TIMESTAMP: lualchemy.LargeBinary
---@overload fun(options?: lualchemy.mssql.RowversionOptions): lualchemy.mssql.TIMESTAMP

---@class lualchemy.mssql.VarbinaryOptions: lualchemy.BinaryOptions
---@field filestream? boolean

---@class lualchemy.mssql.VARBINARY: lualchemy.LargeBinary
---@overload fun(length?: integer|"max"|lualchemy.mssql.VarbinaryOptions, options?: lualchemy.mssql.VarbinaryOptions): lualchemy.mssql.VARBINARY

---@class lualchemy.mssql
---@field dialect lualchemy.DialectClass
---@field try_cast fun(expression: any, type_: any): lualchemy.ColumnElement
---@field INTEGER lualchemy.Integer
---@field TINYINT lualchemy.Integer
---@field SMALLINT lualchemy.Integer
---@field BIGINT lualchemy.Integer
---@field NUMERIC lualchemy.Numeric
---@field DECIMAL lualchemy.Numeric
---@field FLOAT lualchemy.Float
---@field REAL lualchemy.Float
---@field DOUBLE_PRECISION lualchemy.Float
---@field MONEY lualchemy.TypeEngine
---@field SMALLMONEY lualchemy.TypeEngine
---@field CHAR lualchemy.String
---@field NCHAR lualchemy.String
---@field VARCHAR lualchemy.String
---@field NVARCHAR lualchemy.String
---@field TEXT lualchemy.String
---@field NTEXT lualchemy.String
---@field XML lualchemy.String
---@field BINARY lualchemy.LargeBinary
---@field VARBINARY lualchemy.mssql.VARBINARY
---@field IMAGE lualchemy.LargeBinary
---@field BIT lualchemy.Boolean
---@field DATE lualchemy.Date
---@field TIME lualchemy.mssql.TIME
---@field DATETIME lualchemy.DateTime
---@field SMALLDATETIME lualchemy.DateTime
---@field DATETIME2 lualchemy.mssql.DATETIME2
---@field DATETIMEOFFSET lualchemy.mssql.DATETIME2
---@field TIMESTAMP lualchemy.mssql.TIMESTAMP
---@field ROWVERSION lualchemy.mssql.TIMESTAMP
---@field UNIQUEIDENTIFIER lualchemy.UUID
---@field JSON lualchemy.JSON
---@field SQL_VARIANT lualchemy.TypeEngine
