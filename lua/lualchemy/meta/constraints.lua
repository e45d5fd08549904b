---@meta _
--- Constraints, indexes, and where values come from.

---@class lualchemy.ConstraintOptions
---@field name? string
---@field deferrable? boolean
---@field initially? string "DEFERRED" or "IMMEDIATE"
---@field comment? string
---@field info? table

---@class lualchemy.DDLConditionOptions
---@field dialect? string|string[]
---@field callable_? fun(ddl: lualchemy.DDLElement, target: any, bind: lualchemy.Connection?, keywords: table): boolean
---@field state? any

--- What belongs to a table and has a name and columns.
---@class lualchemy.ColumnCollectionItem: lualchemy.SchemaItem, lualchemy.DialectKWArgs
---@field name? string
---@field table lualchemy.Table
---@field c lualchemy.ColumnCollection
---@field columns lualchemy.ColumnCollection
local ColumnCollectionItem = {}

--- Is the column one of its?
---@param column lualchemy.Column
---@return boolean
function ColumnCollectionItem:contains_column(column) end

--- Created only on that dialect, or where the function says so.
---@generic T
---@param self T
---@param options lualchemy.DDLConditionOptions
---@return T
function ColumnCollectionItem:ddl_if(options) end

---@param options? lualchemy.CompileOptions
---@return lualchemy.Compiled
function ColumnCollectionItem:compile(options) end

---@class lualchemy.Constraint: lualchemy.ColumnCollectionItem
---@field parent lualchemy.SchemaItem
---@field deferrable? boolean
---@field initially? string
---@field comment? string
---@field elements any[] of a foreign key its ForeignKeys
---@field referred_table lualchemy.Table of a foreign key
---@field column_keys string[] of a foreign key
---@field columns_autoinc_first lualchemy.Column[] of a primary key
---@field onupdate? string
---@field ondelete? string
---@field match? string
---@field use_alter boolean
---@field link_to_name boolean
---@field sqltext lualchemy.ColumnElement of CHECK
---@field is_column_level boolean
---@field using string of EXCLUDE
---@field where? lualchemy.ColumnElement of EXCLUDE
local Constraint = {}

--- A copy that belongs to no table.
---@return lualchemy.Constraint
function Constraint:copy() end

--- `PRIMARY KEY (…)` of several columns.
---@class lualchemy.PrimaryKeyConstraint: lualchemy.Constraint
---@field [integer] lualchemy.Column
---@overload fun(...: string|lualchemy.Column|lualchemy.ConstraintOptions): lualchemy.PrimaryKeyConstraint

--- `UNIQUE (…)`
---@class lualchemy.UniqueConstraint: lualchemy.Constraint
---@overload fun(...: string|lualchemy.Column|lualchemy.ConstraintOptions): lualchemy.UniqueConstraint

---@class lualchemy.CheckConstraintOptions: lualchemy.ConstraintOptions
---@field sqltext? string|lualchemy.ClauseElement
---@field table? lualchemy.Table

--- `CHECK (…)`
---@class lualchemy.CheckConstraint: lualchemy.Constraint
---@overload fun(sqltext: string|lualchemy.ClauseElement, options?: lualchemy.CheckConstraintOptions): lualchemy.CheckConstraint
---@overload fun(options: lualchemy.CheckConstraintOptions): lualchemy.CheckConstraint

---@class lualchemy.ForeignKeyOptions: lualchemy.ConstraintOptions
---@field column? string|lualchemy.Column
---@field onupdate? string for example "CASCADE"
---@field ondelete? string
---@field use_alter? boolean created by ALTER TABLE after both tables
---@field link_to_name? boolean the columns are named by name, not by key
---@field match? string

--- A column that refers to another: `la.ForeignKey("user.id")`.
---@class lualchemy.ForeignKey: lualchemy.SchemaItem, lualchemy.DialectKWArgs
---@field name? string
---@field parent lualchemy.Column the one that refers
---@field column lualchemy.Column the one that it refers to
---@field constraint lualchemy.ForeignKeyConstraint
---@field target_fullname string
---@field onupdate? string
---@field ondelete? string
---@field deferrable? boolean
---@field initially? string
---@field use_alter boolean
---@field link_to_name boolean
---@field match? string
---@field comment? string
---@overload fun(column: string|lualchemy.Column, options?: lualchemy.ForeignKeyOptions): lualchemy.ForeignKey
---@overload fun(options: lualchemy.ForeignKeyOptions): lualchemy.ForeignKey
local ForeignKey = {}

--- Does it refer to a column of that table?
---@param table lualchemy.Table
---@return boolean
function ForeignKey:references(table) end

--- The column of the table that it refers to, or nil.
---@param table lualchemy.FromClause
---@return lualchemy.Column?
function ForeignKey:get_referent(table) end

---@return lualchemy.ForeignKey
function ForeignKey:copy() end

---@class lualchemy.ForeignKeyConstraintOptions: lualchemy.ForeignKeyOptions
---@field columns? (string|lualchemy.Column)[]
---@field refcolumns? (string|lualchemy.Column)[]
---@field table? lualchemy.Table

--- `FOREIGN KEY (…) REFERENCES …` of several columns.
---@class lualchemy.ForeignKeyConstraint: lualchemy.Constraint
---@overload fun(columns: (string|lualchemy.Column)[], refcolumns: (string|lualchemy.Column)[], options?: lualchemy.ForeignKeyConstraintOptions): lualchemy.ForeignKeyConstraint
---@overload fun(options: lualchemy.ForeignKeyConstraintOptions): lualchemy.ForeignKeyConstraint

---@class lualchemy.IndexOptions
---@field name? string
---@field unique? boolean
---@field quote? boolean
---@field info? table

--- `CREATE INDEX`: `la.Index("name", t.c.a, "b", {unique = true})`. Options of dialects are named after them
--- ("postgresql_where").
---@class lualchemy.Index: lualchemy.ColumnCollectionItem
---@field unique boolean
---@field expressions lualchemy.ColumnElement[]
---@overload fun(name?: string, ...: string|lualchemy.ColumnElement|lualchemy.IndexOptions): lualchemy.Index
local Index = {}

---@param bind lualchemy.Bind
---@param options? lualchemy.CheckFirstOptions
function Index:create(bind, options) end

---@param bind lualchemy.Bind
---@param options? lualchemy.CheckFirstOptions
function Index:drop(bind, options) end

---@class lualchemy.DefaultOptions
---@field arg? any
---@field for_update? boolean

--- What all that gives a column its values tells.
---@class lualchemy.DefaultKind: lualchemy.SchemaItem
---@field is_server_default boolean
---@field is_identity boolean
---@field is_clause_element boolean

---@class lualchemy.DefaultGenerator: lualchemy.DefaultKind
---@field column lualchemy.Column
---@field for_update boolean

--- What a column's `default` and `onupdate` become.
---@class lualchemy.ColumnDefault: lualchemy.DefaultGenerator
---@field arg any
---@field is_callable boolean
---@field is_clause_element boolean
---@field is_scalar boolean
---@field is_sequence boolean
---@field is_sentinel boolean
---@field has_arg boolean
---@overload fun(arg: any, options?: lualchemy.DefaultOptions): lualchemy.ColumnDefault

--- A value that the database itself gives.
---@class lualchemy.FetchedValue: lualchemy.DefaultKind
---@field column lualchemy.Column
---@field for_update boolean
---@field has_argument boolean
---@field reflected boolean
---@field arg? any
---@overload fun(options?: lualchemy.DefaultOptions): lualchemy.FetchedValue

--- `DEFAULT …` of CREATE TABLE: what a column's `server_default` becomes.
---@class lualchemy.DefaultClause: lualchemy.FetchedValue
---@overload fun(arg: string|lualchemy.ClauseElement, options?: lualchemy.DefaultOptions): lualchemy.DefaultClause

--- The options of sequences.
---@class lualchemy.IdentityBaseOptions
---@field start? integer
---@field increment? integer
---@field minvalue? integer
---@field maxvalue? integer
---@field nominvalue? boolean
---@field nomaxvalue? boolean
---@field cycle? boolean
---@field cache? integer
---@field order? boolean

---@class lualchemy.IdentityOptions: lualchemy.IdentityBaseOptions
---@field always? boolean
---@field on_null? boolean

---@class lualchemy.SequenceBase: lualchemy.DefaultGenerator
---@field start? integer
---@field increment? integer
---@field minvalue? integer
---@field maxvalue? integer
---@field nominvalue? boolean
---@field nomaxvalue? boolean
---@field cycle? boolean
---@field cache? integer
---@field order? boolean

--- `GENERATED … AS IDENTITY`
---@class lualchemy.Identity: lualchemy.SequenceBase, lualchemy.FetchedValue
---@field always boolean
---@field on_null? boolean
---@overload fun(options?: lualchemy.IdentityOptions): lualchemy.Identity

---@class lualchemy.SequenceOptions: lualchemy.IdentityBaseOptions
---@field name? string
---@field schema? string
---@field data_type? lualchemy.TypeEngine
---@field optional? boolean only where the database has no other way
---@field quote? boolean
---@field quote_schema? boolean
---@field metadata? lualchemy.MetaData
---@field for_update? boolean

---@class lualchemy.Sequence: lualchemy.SequenceBase, lualchemy.DefaultKind
---@field is_callable boolean
---@field is_scalar boolean
---@field name string
---@field schema? string
---@field metadata? lualchemy.MetaData
---@field data_type? lualchemy.TypeEngine
---@field optional boolean
---@field is_sequence boolean
---@overload fun(name: string, options?: lualchemy.SequenceOptions): lualchemy.Sequence
---@overload fun(options: lualchemy.SequenceOptions): lualchemy.Sequence
local Sequence = {}

--- Its next value, as an expression.
---@return lualchemy.ColumnElement
function Sequence:next_value() end

---@param bind lualchemy.Bind
---@param options? lualchemy.CheckFirstOptions
function Sequence:create(bind, options) end

---@param bind lualchemy.Bind
---@param options? lualchemy.CheckFirstOptions
function Sequence:drop(bind, options) end

---@class lualchemy.ComputedOptions
---@field sqltext? string|lualchemy.ClauseElement
---@field persisted? boolean

--- `GENERATED ALWAYS AS (…)`
---@class lualchemy.Computed: lualchemy.FetchedValue
---@field column lualchemy.Column
---@field for_update boolean
---@field sqltext lualchemy.ColumnElement
---@field persisted? boolean
---@overload fun(sqltext: string|lualchemy.ClauseElement, options?: lualchemy.ComputedOptions): lualchemy.Computed
---@overload fun(options: lualchemy.ComputedOptions): lualchemy.Computed
