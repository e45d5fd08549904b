---@meta _
--- The names of the schema: those of la, and la.schema with the statements about it.

---@class lualchemy.SchemaNames
---@field BLANK_SCHEMA userdata as a schema: none, whatever the MetaData says
---@field MetaData lualchemy.MetaData
---@field CheckFirst table<string, integer> what checkfirst covers, as la.CheckFirst.TABLES: sums of them
---@field Table lualchemy.Table
---@field Column lualchemy.Column
---@field SchemaItem lualchemy.SchemaItem
---@field Constraint lualchemy.Constraint
---@field ColumnCollectionConstraint lualchemy.Constraint
---@field PrimaryKeyConstraint lualchemy.PrimaryKeyConstraint
---@field UniqueConstraint lualchemy.UniqueConstraint
---@field CheckConstraint lualchemy.CheckConstraint
---@field ForeignKey lualchemy.ForeignKey
---@field ForeignKeyConstraint lualchemy.ForeignKeyConstraint
---@field Index lualchemy.Index
---@field Sequence lualchemy.Sequence
---@field Identity lualchemy.Identity
---@field Computed lualchemy.Computed
---@field ColumnDefault lualchemy.ColumnDefault
---@field DefaultClause lualchemy.DefaultClause
---@field DefaultGenerator lualchemy.DefaultGenerator
---@field FetchedValue lualchemy.FetchedValue
---@field DDL lualchemy.DDL
---@field DDLElement lualchemy.DDLElement
---@field ExecutableDDLElement lualchemy.ExecutableDDLElement
---@field CreateView lualchemy.CreateView
---@field CreateTableAs lualchemy.CreateTableAs
---@field DropView lualchemy.DropView
local names = {}

---@class lualchemy.MappedColumnOptions: lualchemy.ColumnOptions
---@field deferred? boolean not loaded until it is read
---@field deferred_group? string
---@field deferred_raiseload? boolean
---@field active_history? boolean the old value is loaded before it is changed
---@field use_existing_column? boolean of a subclass: the column of the table that is there
---@field sort_order? integer
---@field init? boolean of dataclasses, as the next ones
---@field repr? boolean
---@field default_factory? function
---@field compare? boolean
---@field kw_only? boolean
---@field hash? boolean
---@field dataclass_metadata? table

--- A column of a declarative class: la.Column with keywords for the mapper.
---@param ... string|lualchemy.TypeEngine|lualchemy.SchemaItem|lualchemy.MappedColumnOptions
---@return lualchemy.Column
function names.mapped_column(...) end

---@class lualchemy.InsertSentinelOptions
---@field name? string
---@field type_? lualchemy.TypeEngine
---@field default? any
---@field omit_from_statements? boolean

--- A column by which rows that many INSERTs return are told apart.
---@param name? string|lualchemy.InsertSentinelOptions
---@param type_? lualchemy.TypeEngine
---@param options? lualchemy.InsertSentinelOptions
---@return lualchemy.Column
function names.insert_sentinel(name, type_, options) end

--- la.schema
---@class lualchemy.schema: lualchemy.SchemaNames
---@field RETAIN_SCHEMA userdata for to_metadata(): the schema stays
---@field SchemaConst table<string, userdata> RETAIN_SCHEMA and BLANK_SCHEMA
---@field HasConditionalDDL lualchemy.KnownClass what ddl_if() applies to
---@field CreateTable lualchemy.CreateTable
---@field DropTable lualchemy.DropElement
---@field CreateColumn lualchemy.SchemaStatement
---@field CreateSchema lualchemy.CreateSchema
---@field DropSchema lualchemy.DropSchema
---@field CreateIndex lualchemy.CreateElement
---@field DropIndex lualchemy.DropElement
---@field CreateSequence lualchemy.CreateElement
---@field DropSequence lualchemy.DropElement
---@field AddConstraint lualchemy.AddConstraint
---@field DropConstraint lualchemy.DropConstraint
---@field SetTableComment lualchemy.SchemaStatement
---@field DropTableComment lualchemy.SchemaStatement
---@field SetColumnComment lualchemy.SchemaStatement
---@field DropColumnComment lualchemy.SchemaStatement
---@field SetConstraintComment lualchemy.SchemaStatement
---@field DropConstraintComment lualchemy.SchemaStatement
---@field CreateDomainType lualchemy.SchemaStatement
---@field DropDomainType lualchemy.SchemaStatement
---@field CreateEnumType lualchemy.SchemaStatement
---@field DropEnumType lualchemy.SchemaStatement
---@field SchemaVisitor lualchemy.SchemaVisitor
---@field InvokeDDLBase lualchemy.SchemaVisitor
---@field InvokeCreateDDLBase lualchemy.SchemaVisitor
---@field InvokeDropDDLBase lualchemy.SchemaVisitor
---@field SchemaGenerator lualchemy.SchemaInvoker what create_all() runs
---@field SchemaDropper lualchemy.SchemaInvoker what drop_all() runs
local schema = {}

--- A visitor of schema items: visit_table(self, t, keywords), visit_index, visit_sequence … are called for them.
---@class lualchemy.SchemaVisitor
---@field connection? lualchemy.Connection
---@field class fun(base: lualchemy.SchemaVisitor, name: string, body?: table): any
---@field is fun(self: lualchemy.SchemaVisitor, x: any): boolean
---@field traverse_single fun(self: lualchemy.SchemaVisitor, item: any, keywords?: table): any
---@field with_ddl_events fun(self: lualchemy.SchemaVisitor, item: any, keywords: table, fn: fun())

---@class lualchemy.SchemaInvokerOptions
---@field checkfirst? boolean|integer or a sum of la.CheckFirst
---@field tables? lualchemy.Table[] these of a MetaData alone

---@class lualchemy.SchemaInvoker: lualchemy.SchemaVisitor
---@field dialect lualchemy.Dialect
---@field checkfirst boolean|integer
---@field tables? lualchemy.Table[]
---@field visit_metadata fun(self: lualchemy.SchemaInvoker, metadata: lualchemy.MetaData)
---@field visit_table fun(self: lualchemy.SchemaInvoker, t: lualchemy.Table, keywords?: table)
---@field visit_index fun(self: lualchemy.SchemaInvoker, index: lualchemy.Index, keywords?: table)
---@field visit_sequence fun(self: lualchemy.SchemaInvoker, sequence: lualchemy.Sequence, keywords?: table)
---@field visit_foreign_key_constraint fun(self: lualchemy.SchemaInvoker, constraint: lualchemy.ForeignKeyConstraint)
---@overload fun(dialect: lualchemy.Dialect, connection: any, options?: lualchemy.SchemaInvokerOptions): lualchemy.SchemaInvoker

--- A name that the naming convention leaves as it is.
---@param name string
---@return string
function schema.conv(name) end

schema.sort_tables = require("lualchemy.sql.schema_sort").sort_tables
schema.sort_tables_and_constraints = require("lualchemy.sql.schema_sort").sort_tables_and_constraints

--- A name that is quoted always (true), never (false), or as the dialect needs (nil).
---@param value string
---@param quote? boolean
---@return string
function schema.quoted_name(value, quote) end

--- A statement about the schema.
---@class lualchemy.ExecutableDDLElement: lualchemy.ClauseElement, lualchemy.HasExecutionOptions
---@field context table<string, string> of DDL()
---@field element any what it is about
---@field table? lualchemy.Table
---@field metadata? lualchemy.MetaData
---@field target any
---@field statement? string of DDL()
---@field cascade boolean
---@field if_exists boolean
---@field if_not_exists boolean
---@field materialized boolean
---@field columns lualchemy.ExecutableDDLElement[] of CreateTable: what it says of each column
---@field or_replace boolean
---@field temporary boolean
---@field selectable? lualchemy.SelectBase
---@field dialect_options table<string, table<string, any>>
---@field dialect_kwargs table<string, any>
local DDLElement = {}

--- The same, by its older name.
---@class lualchemy.DDLElement: lualchemy.ExecutableDDLElement

--- Executed only on that dialect (or one of an array), or where the function says so.
---@generic T
---@param self T
---@param options lualchemy.DDLConditionOptions
---@return T
function DDLElement:execute_if(options) end

--- Says which schema item the statement is about.
---@generic T
---@param self T
---@param target lualchemy.SchemaItem
---@return T
function DDLElement:against(target) end

---@class lualchemy.DDLOptions
---@field statement? string
---@field context? table<string, any>

--- SQL to execute when tables are created or dropped; `%(table)s`, `%(schema)s` and `%(fullname)s` are those of the
--- table that it is about, other names come from the context. A percent sign is written twice.
---@class lualchemy.DDL: lualchemy.ExecutableDDLElement
---@overload fun(statement: string, options?: lualchemy.DDLOptions): lualchemy.DDL

---@class lualchemy.SchemaStatementOptions
---@field element? any

---@class lualchemy.SchemaStatement: lualchemy.ExecutableDDLElement
---@overload fun(element: any, options?: lualchemy.SchemaStatementOptions): lualchemy.SchemaStatement

---@class lualchemy.CreateElementOptions: lualchemy.SchemaStatementOptions
---@field if_not_exists? boolean

---@class lualchemy.CreateElement: lualchemy.ExecutableDDLElement
---@overload fun(element: any, options?: lualchemy.CreateElementOptions): lualchemy.CreateElement

---@class lualchemy.DropElementOptions: lualchemy.SchemaStatementOptions
---@field if_exists? boolean

---@class lualchemy.DropElement: lualchemy.ExecutableDDLElement
---@overload fun(element: any, options?: lualchemy.DropElementOptions): lualchemy.DropElement

---@class lualchemy.CreateTableOptions: lualchemy.CreateElementOptions
---@field include_foreign_key_constraints? lualchemy.ForeignKeyConstraint[]

---@class lualchemy.CreateTable: lualchemy.ExecutableDDLElement
---@overload fun(element: lualchemy.Table, options?: lualchemy.CreateTableOptions): lualchemy.CreateTable

---@class lualchemy.CreateSchemaOptions: lualchemy.CreateElementOptions
---@field name? string

---@class lualchemy.CreateSchema: lualchemy.ExecutableDDLElement
---@overload fun(name: string, options?: lualchemy.CreateSchemaOptions): lualchemy.CreateSchema

---@class lualchemy.DropSchemaOptions: lualchemy.DropElementOptions
---@field name? string
---@field cascade? boolean

---@class lualchemy.DropSchema: lualchemy.ExecutableDDLElement
---@overload fun(name: string, options?: lualchemy.DropSchemaOptions): lualchemy.DropSchema

---@class lualchemy.AddConstraintOptions: lualchemy.SchemaStatementOptions
---@field isolate_from_table? boolean CREATE TABLE leaves the constraint out (true unless given)

---@class lualchemy.AddConstraint: lualchemy.ExecutableDDLElement
---@overload fun(element: lualchemy.Constraint, options?: lualchemy.AddConstraintOptions): lualchemy.AddConstraint

---@class lualchemy.DropConstraintOptions: lualchemy.AddConstraintOptions
---@field cascade? boolean
---@field if_exists? boolean

---@class lualchemy.DropConstraint: lualchemy.ExecutableDDLElement
---@overload fun(element: lualchemy.Constraint, options?: lualchemy.DropConstraintOptions): lualchemy.DropConstraint

---@class lualchemy.CreateAsOptions
---@field name? string
---@field selectable? lualchemy.SelectBase
---@field metadata? lualchemy.MetaData its create_all() makes it
---@field schema? string
---@field temporary? boolean

---@class lualchemy.CreateTableAsOptions: lualchemy.CreateAsOptions
---@field if_not_exists? boolean

--- `CREATE TABLE name AS SELECT …`; `.table` is the table.
---@class lualchemy.CreateTableAs: lualchemy.ExecutableDDLElement
---@overload fun(selectable: lualchemy.SelectBase, name: string, options?: lualchemy.CreateTableAsOptions): lualchemy.CreateTableAs

---@class lualchemy.CreateViewOptions: lualchemy.CreateAsOptions
---@field or_replace? boolean
---@field materialized? boolean

--- `CREATE VIEW name AS SELECT …`; `.table` is the view as a table.
---@class lualchemy.CreateView: lualchemy.ExecutableDDLElement
---@overload fun(selectable: lualchemy.SelectBase, name: string, options?: lualchemy.CreateViewOptions): lualchemy.CreateView

---@class lualchemy.DropViewOptions: lualchemy.DropElementOptions
---@field materialized? boolean

---@class lualchemy.DropView: lualchemy.ExecutableDDLElement
---@overload fun(element: lualchemy.Table, options?: lualchemy.DropViewOptions): lualchemy.DropView
