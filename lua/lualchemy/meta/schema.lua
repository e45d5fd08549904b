---@meta _
--- Tables, their columns, and what belongs to them.

--- Where tables can be created.
---@alias lualchemy.Bind lualchemy.Engine|lualchemy.Connection|lualchemy.MockEngine

---@class lualchemy.SchemaItem
---@field info table whatever a program keeps there
local SchemaItem = {}

--- Is x of this class? False for anything else.
---@param x any
---@return boolean
function SchemaItem:is(x) end

--- What takes keywords of dialects: `postgresql_using = "gist"`.
---@class lualchemy.DialectKWArgs
---@field dialect_options table<string, table<string, any>>
---@field dialect_kwargs table<string, any>
---@field kwargs table<string, any>
local DialectKWArgs = {}

--- What an option is on a dialect; `else_` where that dialect has no such option; with `deprecated_fallback` what was
--- given for that other dialect, if nothing was for this one.
---@param dialect lualchemy.Dialect
---@param argument_name string
---@param options? {else_: any, deprecated_fallback: string}
---@return any
function DialectKWArgs:get_dialect_option(dialect, argument_name, options) end

---@class lualchemy.MetaDataOptions
---@field schema? string that of tables without one
---@field quote_schema? boolean
---@field naming_convention? table<string, string> how constraints without a name are named: `{ix = "ix_%(column_0_label)s"}`
---@field info? table

--- Tables that belong together.
---@class lualchemy.MetaData: lualchemy.SchemaItem
---@field schemas string[] those of its tables, and its own
---@field tables lualchemy.MetaDataTables
---@field sorted_tables lualchemy.Table[] each after those that its foreign keys name
---@field schema? string
---@field naming_convention table<string, string>
---@overload fun(schema?: string, options?: lualchemy.MetaDataOptions): lualchemy.MetaData
---@overload fun(options: lualchemy.MetaDataOptions): lualchemy.MetaData
local MetaData = {}

--- Tables by key ("schema.name"); nil where there is none.
---@class lualchemy.ReflectOptions
---@field bind? lualchemy.Engine|lualchemy.Connection
---@field schema? string
---@field views? boolean views as well
---@field only? string[]|fun(name: string, metadata: lualchemy.MetaData): boolean
---@field resolve_fks? boolean false: tables that foreign keys refer to are not read
---@field extend_existing? boolean tables that are there get what they lack
---@field autoload_replace? boolean false: columns that are there stay as they are

---@class lualchemy.MetaDataTables
---@field [string] lualchemy.Table?
local MetaDataTables = {}

---@return string[]
function MetaDataTables:keys() end

---@return lualchemy.Table[]
function MetaDataTables:values() end

---@param key string
---@return boolean
function MetaDataTables:contains(key) end

---@param key string
---@return lualchemy.Table?
function MetaDataTables:get(key) end

---@class lualchemy.CreateAllOptions
---@field tables? lualchemy.Table[] these only
---@field checkfirst? boolean|integer true unless given: what is there is left alone; or a sum of la.CheckFirst

--- Creates the tables that are missing, in the order of their foreign keys. What is there is never altered.
---@param bind lualchemy.Bind
---@param options? lualchemy.CreateAllOptions
function MetaData:create_all(bind, options) end

--- Drops the tables that are there.
---@param bind lualchemy.Bind
---@param options? lualchemy.CreateAllOptions
function MetaData:drop_all(bind, options) end

---@class lualchemy.ReflectOptions
---@field schema? string
---@field views? boolean
---@field only? string[]|fun(name: string, metadata: lualchemy.MetaData): boolean
---@field extend_existing? boolean
---@field autoload_replace? boolean
---@field resolve_fks? boolean

--- Reads the tables of a database.
---@param bind lualchemy.Bind
---@param options? lualchemy.ReflectOptions
function MetaData:reflect(bind, options) end

--- Is there such a table?
---@param table string|lualchemy.Table
---@return boolean
function MetaData:contains(table) end

---@param table lualchemy.Table
function MetaData:remove(table) end

--- Forgets all tables.
function MetaData:clear() end

---@class lualchemy.SchemaObjectOptions
---@field schema? string that of the MetaData unless given; la.NULL: none

--- Its sequences, or types with names, of a class: la.Sequence, la.Enum …
---@param kind any the class
---@param options? lualchemy.SchemaObjectOptions
---@return any[]
function MetaData:get_schema_objects(kind, options) end

--- The one of that name, or nil.
---@param kind any the class
---@param name string
---@param options? lualchemy.SchemaObjectOptions
---@return any
function MetaData:get_schema_object_by_name(kind, name, options) end

--- A table by its name and columns alone, as la.table() makes it.
---@class lualchemy.TableClause: lualchemy.WritableFrom
---@field schema? string
---@overload fun(name: string, ...: lualchemy.ColumnClause|{schema: string}): lualchemy.TableClause

---@class lualchemy.TableOptions
---@field name? string
---@field metadata? lualchemy.MetaData
---@field schema? string
---@field quote? boolean
---@field quote_schema? boolean
---@field autoload_with? lualchemy.Engine|lualchemy.Connection|lualchemy.Inspector reads the table from there
---@field autoload_replace? boolean
---@field include_columns? string[] only these are read
---@field resolve_fks? boolean
---@field keep_existing? boolean
---@field extend_existing? boolean
---@field must_exist? boolean
---@field implicit_returning? boolean
---@field prefixes? string[] words after CREATE
---@field listeners? table[]
---@field comment? string
---@field info? table

--- A table: `la.Table("name", metadata, la.Column(…), …, {schema = "x"})`. Options of dialects are named after them
--- ("mysql_engine").
---@class lualchemy.Table: lualchemy.TableClause, lualchemy.SchemaItem, lualchemy.DialectKWArgs
---@field metadata lualchemy.MetaData
---@field fullname string with its schema
---@field key string
---@field primary_key lualchemy.PrimaryKeyConstraint
---@field constraints lualchemy.Constraint[]
---@field foreign_key_constraints lualchemy.ForeignKeyConstraint[]
---@field indexes lualchemy.Index[]
---@field autoincrement_column? lualchemy.Column
---@field comment? string
---@field implicit_returning boolean
---@field is_view boolean
---@overload fun(name: string, metadata: lualchemy.MetaData, ...: lualchemy.Column|lualchemy.Constraint|lualchemy.Index|lualchemy.TableOptions): lualchemy.Table
---@overload fun(options: lualchemy.TableOptions): lualchemy.Table
local Table = {}

---@class lualchemy.CheckFirstOptions
---@field checkfirst? boolean|integer or a sum of la.CheckFirst

---@param bind lualchemy.Bind
---@param options? lualchemy.CheckFirstOptions
function Table:create(bind, options) end

---@param bind lualchemy.Bind
---@param options? lualchemy.CheckFirstOptions
function Table:drop(bind, options) end

---@class lualchemy.AppendColumnOptions
---@field replace_existing? boolean

---@param column lualchemy.Column
---@param options? lualchemy.AppendColumnOptions
function Table:append_column(column, options) end

--- Adds a column before the one at a position.
---@param column lualchemy.Column
---@param index integer from 1; negative: from the end
---@param options? lualchemy.AppendColumnOptions
function Table:insert_column(column, index, options) end

---@param constraint lualchemy.Constraint|lualchemy.Index
function Table:append_constraint(constraint) end

--- This table is to be created after that one.
---@param table lualchemy.Table
function Table:add_is_dependent_on(table) end

--- What create_all() executes in the place of CREATE TABLE.
---@param ddl lualchemy.DDLElement
function Table:set_creator_ddl(ddl) end

--- What drop_all() executes in the place of DROP TABLE.
---@param ddl lualchemy.DDLElement
function Table:set_dropper_ddl(ddl) end

---@class lualchemy.ToMetaDataOptions
---@field schema? string
---@field name? string
---@field referred_schema_fn? fun(table: lualchemy.Table, to_schema: string?, constraint: lualchemy.ForeignKeyConstraint, referred_schema: string?): string?

--- A copy in another MetaData.
---@param metadata lualchemy.MetaData
---@param options? lualchemy.ToMetaDataOptions
---@return lualchemy.Table
function Table:to_metadata(metadata, options) end
Table.tometadata = Table.to_metadata

--- A column by its name alone, as la.column() makes it.
---@class lualchemy.ColumnClause: lualchemy.ColumnElement
---@field description string
---@field table? lualchemy.FromClause
---@field is_literal boolean
---@field base_columns lualchemy.ColumnElement[]
---@overload fun(text: string, type_?: lualchemy.TypeEngine, options?: lualchemy.ColumnClauseOptions): lualchemy.ColumnClause

---@class lualchemy.ColumnOptions
---@field name? string
---@field type_? lualchemy.TypeEngine
---@field key? string the name in Lua, where it is another
---@field primary_key? boolean
---@field autoincrement? boolean|"auto"|"ignore_fk"
---@field nullable? boolean true unless it is a primary key
---@field unique? boolean
---@field index? boolean
---@field default? any a value, SQL, or a function that is called at INSERT with the context
---@field insert_default? any the same
---@field onupdate? any likewise, at UPDATE
---@field server_default? string|lualchemy.ClauseElement|lualchemy.FetchedValue
---@field server_onupdate? lualchemy.FetchedValue
---@field insert_sentinel? boolean
---@field _omit_from_statements? boolean SELECT and INSERT leave it out unless they name it
---@field quote? boolean
---@field system? boolean the database makes it by itself
---@field comment? string
---@field doc? string
---@field info? table
---@field [integer] string|lualchemy.TypeEngine|lualchemy.SchemaItem name, type, foreign keys and the like, in order

--- A column of a table: `la.Column("id", la.Integer, {primary_key = true})`; of a class `la.Column{la.Integer, …}`.
---@class lualchemy.Column: lualchemy.ColumnClause, lualchemy.SchemaItem, lualchemy.DialectKWArgs
---@field table lualchemy.Table
---@field primary_key boolean
---@field nullable boolean
---@field unique? boolean
---@field index? boolean
---@field autoincrement boolean|string
---@field default? lualchemy.ColumnDefault|lualchemy.Sequence
---@field onupdate? lualchemy.ColumnDefault
---@field server_default? lualchemy.FetchedValue
---@field server_onupdate? lualchemy.FetchedValue
---@field identity? lualchemy.Identity
---@field computed? lualchemy.Computed
---@field foreign_keys lualchemy.ForeignKey[]
---@field constraints lualchemy.Constraint[]
---@field system boolean
---@field comment? string
---@field doc? string
---@overload fun(name: string, type_?: lualchemy.TypeEngine, ...: lualchemy.SchemaItem|lualchemy.ColumnOptions): lualchemy.Column
---@overload fun(type_: lualchemy.TypeEngine, ...: lualchemy.SchemaItem|lualchemy.ColumnOptions): lualchemy.Column
---@overload fun(options: lualchemy.ColumnOptions): lualchemy.Column
local Column = {}

--- Does it refer to that column?
---@param column lualchemy.Column
---@return boolean
function Column:references(column) end

---@param fk lualchemy.ForeignKey
function Column:append_foreign_key(fk) end

--- A copy that belongs to no table.
---@return lualchemy.Column
function Column:copy() end
