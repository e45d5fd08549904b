---@meta _
--- SELECT and its kin.

--- What may have options for its execution.
---@class lualchemy.HasExecutionOptions
local HasExecutionOptions = {}

---@generic T
---@param self T
---@param options table for example stream_results, yield_per, schema_translate_map
---@return T
function HasExecutionOptions:execution_options(options) end

---@return table
function HasExecutionOptions:get_execution_options() end

---@class lualchemy.Executable: lualchemy.ReturnsRows, lualchemy.HasExecutionOptions
local Executable = {}

--- Loader options and others of the ORM.
---@generic T
---@param self T
---@param ... lualchemy.Load
---@return T
function Executable:options(...) end

---@class lualchemy.HasPrefixes: lualchemy.Executable
local HasPrefixes = {}

--- Text right after the statement's first word; for one dialect with {dialect = name}.
---@generic T
---@param self T
---@param ... string|lualchemy.ClauseElement|{dialect: string}
---@return T
function HasPrefixes:prefix_with(...) end

--- All that is executed and gives rows as a SELECT does.
---@class lualchemy.SelectBase: lualchemy.Executable, lualchemy.HasCTE
---@field c lualchemy.ColumnCollection of its subquery
---@field columns lualchemy.ColumnCollection
---@field selected_columns lualchemy.ColumnCollection
---@field inner_columns lualchemy.ColumnElement[]
---@field column_descriptions table[]
local SelectBase = {}

--- `(SELECT …) AS name`, to select from.
---@param name? string|{name: string}
---@return lualchemy.Subquery
function SelectBase:subquery(name) end

--- The same.
---@param name? string|lualchemy.AliasOptions
---@return lualchemy.Subquery
function SelectBase:alias(name) end

--- `(SELECT …)` as a value.
---@return lualchemy.ScalarSelect
function SelectBase:scalar_subquery() end
SelectBase.as_scalar = SelectBase.scalar_subquery

--- `(SELECT …) AS name` as a column.
---@param name? string|{name: string}
---@return lualchemy.Label
function SelectBase:label(name) end

--- `LATERAL (SELECT …)`
---@param name? string|{name: string}
---@return lualchemy.Lateral
function SelectBase:lateral(name) end

--- `EXISTS (SELECT …)`
---@return lualchemy.Exists
function SelectBase:exists() end

--- `CREATE TABLE name AS SELECT …`
---@param name string
---@param options? lualchemy.CreateTableAsOptions
---@return lualchemy.CreateTableAs
function SelectBase:into(name, options) end

---@return integer one of la.LABEL_STYLE_…
function SelectBase:get_label_style() end

--- SELECT of all its columns, as a subquery.
---@return lualchemy.Select
function SelectBase:select() end

--- How columns of the same name are told apart: one of la.LABEL_STYLE_….
---@generic T
---@param self T
---@param style integer
---@return T
function SelectBase:set_label_style(style) end

--- What text with columns is.
---@class lualchemy.TextualSelect: lualchemy.SelectBase
---@field element lualchemy.TextClause
---@field column_args lualchemy.ColumnClause[]
---@field positional boolean are they the text's by their order?
local TextualSelect = {}

---@param ... table<string, any>|lualchemy.BindParameter
---@return lualchemy.TextualSelect
function TextualSelect:bindparams(...) end

--- A SELECT in parentheses, within a UNION.
---@class lualchemy.SelectStatementGrouping: lualchemy.SelectBase
---@field element lualchemy.SelectBase

--- A SELECT in parentheses, as a value.
---@class lualchemy.ScalarSelect: lualchemy.ColumnElement
---@field element lualchemy.SelectBase
---@field c lualchemy.ColumnCollection
---@field columns lualchemy.ColumnCollection
---@field selected_columns lualchemy.ColumnCollection
local ScalarSelect = {}
ScalarSelect.subquery = SelectBase.subquery
ScalarSelect.alias = SelectBase.subquery
ScalarSelect.exists = SelectBase.exists

--- Itself.
---@return lualchemy.ScalarSelect
function ScalarSelect:scalar_subquery() end

---@generic T
---@param self T
---@param ... lualchemy.FromClause|lualchemy.MappedClass|nil nil: nothing
---@return T
function ScalarSelect:correlate(...) end

---@generic T
---@param self T
---@param ... lualchemy.FromClause|lualchemy.MappedClass|nil
---@return T
function ScalarSelect:correlate_except(...) end

---@generic T
---@param self T
---@param ... lualchemy.Expression
---@return T
function ScalarSelect:where(...) end

---@class lualchemy.Exists: lualchemy.UnaryExpression
local Exists = {}
Exists.where = ScalarSelect.where
Exists.correlate = ScalarSelect.correlate
Exists.correlate_except = ScalarSelect.correlate_except

--- Says what it selects from.
---@param ... lualchemy.Expression
---@return lualchemy.Exists
function Exists:select_from(...) end

--- SELECT of the EXISTS.
---@return lualchemy.Select
function Exists:select() end

--- What can be ordered and cut: a SELECT or several in a UNION.
---@class lualchemy.GenerativeSelect: lualchemy.SelectBase
local GenerativeSelect = {}

--- Adds to ORDER BY; nil alone takes it away.
---@generic T
---@param self T
---@param ... lualchemy.Expression|nil
---@return T
function GenerativeSelect:order_by(...) end

--- Adds to GROUP BY; nil alone takes it away.
---@generic T
---@param self T
---@param ... lualchemy.Expression|nil
---@return T
function GenerativeSelect:group_by(...) end

---@generic T
---@param self T
---@param limit? integer|lualchemy.Expression nil: none
---@return T
function GenerativeSelect:limit(limit) end

---@generic T
---@param self T
---@param offset? integer|lualchemy.Expression
---@return T
function GenerativeSelect:offset(offset) end

---@class lualchemy.FetchOptions
---@field with_ties? boolean
---@field percent? boolean

--- `FETCH FIRST count ROWS`
---@generic T
---@param self T
---@param count? integer|lualchemy.Expression
---@param options? lualchemy.FetchOptions
---@return T
function GenerativeSelect:fetch(count, options) end

--- The rows from start up to, not with, stop: both count from 0, as Python's slices do.
---@generic T
---@param self T
---@param start? integer
---@param stop? integer
---@return T
function GenerativeSelect:slice(start, stop) end

---@class lualchemy.ForUpdateOptions
---@field nowait? boolean
---@field read? boolean FOR SHARE
---@field of? lualchemy.Expression|lualchemy.Expression[]
---@field skip_locked? boolean
---@field key_share? boolean

--- `FOR UPDATE`
---@generic T
---@param self T
---@param options? lualchemy.ForUpdateOptions
---@return T
function GenerativeSelect:with_for_update(options) end

--- `UNION`
---@param ... lualchemy.SelectBase
---@return lualchemy.CompoundSelect
function GenerativeSelect:union(...) end

--- `UNION ALL`
---@param ... lualchemy.SelectBase
---@return lualchemy.CompoundSelect
function GenerativeSelect:union_all(...) end

--- `UNION`, `INTERSECT` and `EXCEPT`.
---@class lualchemy.CompoundSelect: lualchemy.GenerativeSelect
---@field selects lualchemy.SelectBase[]

--- The statement with a FROM that stands in another's place.
---@param old lualchemy.FromClause
---@param alias lualchemy.FromClause
---@return lualchemy.CompoundSelect
function GenerativeSelect:replace_selectable(old, alias) end

--- Statements that take extensions of their syntax.
---@class lualchemy.HasSyntaxExtensions
local HasSyntaxExtensions = {}

--- The statement with an extension.
---@generic T
---@param self T
---@param extension lualchemy.SyntaxExtension
---@return T
function HasSyntaxExtensions:ext(extension) end

--- Sets what stands at a point of the statement. For the functions of extensions, while ext() applies them.
---@param fn fun(existing: lualchemy.ClauseElement[]): lualchemy.ClauseElement[] gets what stands there
---@param position "post_select"|"pre_columns"|"post_criteria"|"post_body"|"post_values"
function HasSyntaxExtensions:apply_syntax_extension_point(fn, position) end

--- A clause of a database that statements take by ext(): a class derived from it says where it stands, la.compiles how it reads.
---@class lualchemy.SyntaxExtension: lualchemy.ClauseElement
---@field apply_to_select? fun(self: lualchemy.SyntaxExtension, select: lualchemy.Select)
---@field apply_to_insert? fun(self: lualchemy.SyntaxExtension, insert: lualchemy.Insert)
---@field apply_to_update? fun(self: lualchemy.SyntaxExtension, update: lualchemy.Update)
---@field apply_to_delete? fun(self: lualchemy.SyntaxExtension, delete: lualchemy.Delete)
---@field append_replacing_same_type fun(existing: lualchemy.ClauseElement[]): lualchemy.ClauseElement[] for apply_syntax_extension_point(): in the place of others of its class

--- SELECT, made by la.select().
---@class lualchemy.Select: lualchemy.GenerativeSelect, lualchemy.HasPrefixes, lualchemy.HasHints, lualchemy.HasSyntaxExtensions
---@field whereclause? lualchemy.ColumnElement
---@field froms lualchemy.FromClause[] what it selects from
---@field columns_clause_froms lualchemy.FromClause[] what its columns come from
local Select = {}

--- Adds conditions, joined by AND. A boolean is an error: `a == b` compares in Lua, `a:eq(b)` in SQL.
---@param ... lualchemy.Expression
---@return lualchemy.Select
function Select:where(...) end
Select.filter = Select.where

--- Adds conditions on attributes of what was joined or selected last: `{name = "x"}`.
---@param values table<string, any>
---@return lualchemy.Select
function Select:filter_by(values) end

---@param ... lualchemy.Expression
---@return lualchemy.Select
function Select:having(...) end

--- `SELECT DISTINCT`; on PostgreSQL with expressions `DISTINCT ON`.
---@param ... lualchemy.Expression
---@return lualchemy.Select
function Select:distinct(...) end

--- Joins from what is selected; a relationship says the target and the condition, else the foreign keys do.
---@param target lualchemy.FromClause|lualchemy.MappedClass|lualchemy.Expression
---@param onclause? lualchemy.Expression|lualchemy.JoinOptions
---@param options? lualchemy.JoinOptions
---@return lualchemy.Select
function Select:join(target, onclause, options) end

--- The same with LEFT OUTER JOIN.
---@param target lualchemy.FromClause|lualchemy.MappedClass|lualchemy.Expression
---@param onclause? lualchemy.Expression|lualchemy.JoinOptions
---@param options? lualchemy.JoinOptions
---@return lualchemy.Select
function Select:outerjoin(target, onclause, options) end

--- Joins from one FROM to another.
---@param from_ lualchemy.FromClause|lualchemy.MappedClass
---@param target lualchemy.FromClause|lualchemy.MappedClass|lualchemy.Expression
---@param onclause? lualchemy.Expression|lualchemy.JoinOptions
---@param options? lualchemy.JoinOptions
---@return lualchemy.Select
function Select:join_from(from_, target, onclause, options) end

--- The same with LEFT OUTER JOIN.
---@param from_ lualchemy.FromClause|lualchemy.MappedClass
---@param target lualchemy.FromClause|lualchemy.MappedClass|lualchemy.Expression
---@param onclause? lualchemy.Expression|lualchemy.JoinOptions
---@param options? lualchemy.JoinOptions
---@return lualchemy.Select
function Select:outerjoin_from(from_, target, onclause, options) end

--- Says what it selects from.
---@param ... lualchemy.Expression
---@return lualchemy.Select
function Select:select_from(...) end

---@param ... lualchemy.Expression
---@return lualchemy.Select
function Select:add_columns(...) end

---@param column lualchemy.Expression
---@return lualchemy.Select
function Select:column(column) end

---@class lualchemy.OnlyColumnsOptions
---@field maintain_column_froms? boolean what the columns came from stays in FROM

--- The same SELECT of other columns.
---@param ... lualchemy.Expression|lualchemy.OnlyColumnsOptions
---@return lualchemy.Select
function Select:with_only_columns(...) end

--- Without columns that equal others by foreign keys or conditions.
---@param only_synonyms? boolean
---@return lualchemy.Select
function Select:reduce_columns(only_synonyms) end

--- These FROMs are the enclosing statement's; nil: none of them.
---@param ... lualchemy.FromClause|lualchemy.MappedClass|nil
---@return lualchemy.Select
function Select:correlate(...) end

--- All FROMs but these are the enclosing statement's.
---@param ... lualchemy.FromClause|lualchemy.MappedClass|nil
---@return lualchemy.Select
function Select:correlate_except(...) end

--- Text after the whole statement.
---@param ... string|lualchemy.ClauseElement|{dialect: string}
---@return lualchemy.Select
function Select:suffix_with(...) end

--- Text at the end of the statement, for one dialect or all.
---@param text string
---@param dialect_name? string|lualchemy.HintOptions
---@return lualchemy.Select
function Select:with_statement_hint(text, dialect_name) end

--- The objects of these classes from the rows of that statement.
---@param statement lualchemy.ClauseElement
---@return lualchemy.Executable
function Select:from_statement(statement) end

--- What it selects from in the end.
---@return lualchemy.FromClause[]
function Select:get_final_froms() end

---@param ... lualchemy.SelectBase
---@return lualchemy.CompoundSelect
function Select:intersect(...) end

---@param ... lualchemy.SelectBase
---@return lualchemy.CompoundSelect
function Select:intersect_all(...) end

---@param ... lualchemy.SelectBase
---@return lualchemy.CompoundSelect
function Select:except_(...) end

---@param ... lualchemy.SelectBase
---@return lualchemy.CompoundSelect
function Select:except_all(...) end
