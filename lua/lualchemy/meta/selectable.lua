---@meta _
--- What can be selected from.

--- Columns by name, and in order by number: `t.c.name`, `t.c["a b"]`, `t.c[1]`, `#t.c`.
---@class lualchemy.ColumnCollection
---@field [string|integer] lualchemy.Column
local ColumnCollection = {}

---@return string[]
function ColumnCollection:keys() end

---@return lualchemy.Column[]
function ColumnCollection:values() end

--- {key, column} for each.
---@return table[]
function ColumnCollection:items() end

--- The column of that name, or nil.
---@param key string
---@return lualchemy.Column?
function ColumnCollection:get(key) end

--- The columns of these names, as a collection.
---@param keys (string|integer)[]
---@return lualchemy.ColumnCollection
function ColumnCollection:at(keys) end

--- Is there a column of that name?
---@param key string
---@return boolean
function ColumnCollection:contains(key) end

--- Is it one of these columns?
---@param column lualchemy.ColumnElement
---@return boolean
function ColumnCollection:contains_column(column) end

--- The column that comes from that one, or nil.
---@param column lualchemy.ColumnElement
---@param require_embedded? boolean
---@return lualchemy.Column?
function ColumnCollection:corresponding_column(column, require_embedded) end

---@param other lualchemy.ColumnCollection
---@return boolean
function ColumnCollection:compare(other) end

---@return lualchemy.ColumnCollection
function ColumnCollection:as_readonly() end

--- What gives rows.
---@class lualchemy.ReturnsRows: lualchemy.ClauseElement
---@field selectable lualchemy.ReturnsRows
---@field exported_columns lualchemy.ColumnCollection
local ReturnsRows = {}

---@class lualchemy.CorrespondingOptions
---@field require_embedded? boolean

--- The column of this one that comes from that one, or nil.
---@param column lualchemy.ColumnElement
---@param options? lualchemy.CorrespondingOptions
---@return lualchemy.ColumnElement?
function ReturnsRows:corresponding_column(column, options) end

--- Do its rows come from that one's?
---@param fromclause lualchemy.FromClause
---@return boolean
function ReturnsRows:is_derived_from(fromclause) end

--- What can stand in FROM.
---@class lualchemy.FromClause: lualchemy.ReturnsRows
---@field schema? string of tables
---@field c lualchemy.ColumnCollection
---@field entity_namespace lualchemy.ColumnCollection the same
---@field named_with_column boolean does its name stand before those of its columns?
---@field columns lualchemy.ColumnCollection
---@field primary_key any its key: of a table a PrimaryKeyConstraint, else an array of columns
---@field foreign_keys lualchemy.ForeignKey[]
---@field description string
---@field froms lualchemy.FromClause[]
---@field name string
local FromClause = {}

--- The same FROM. The name of a class of comments says what its columns are, where `---@type` or a plugin reads it.
---@param columns any
---@return lualchemy.FromClause
function FromClause:with_cols(columns) end

---@class lualchemy.NamedFromClause: lualchemy.FromClause

--- SELECT of all its columns.
---@return lualchemy.Select
function FromClause:select() end

--- `AS name`; without a name one is made.
---@param name? string|lualchemy.AliasOptions
---@param options? lualchemy.AliasOptions
---@return lualchemy.Alias
function FromClause:alias(name, options) end

---@class lualchemy.JoinOptions
---@field left? lualchemy.FromClause of la.join() alone
---@field right? lualchemy.FromClause
---@field onclause? lualchemy.Expression
---@field isouter? boolean LEFT OUTER JOIN
---@field full? boolean FULL OUTER JOIN

--- `JOIN right ON onclause`; without a condition the foreign keys say it.
---@param right lualchemy.FromClause|lualchemy.MappedClass
---@param onclause? lualchemy.Expression
---@param options? lualchemy.JoinOptions
---@return lualchemy.Join
function FromClause:join(right, onclause, options) end

--- `LEFT OUTER JOIN right ON onclause`
---@param right lualchemy.FromClause|lualchemy.MappedClass
---@param onclause? lualchemy.Expression
---@param options? lualchemy.JoinOptions
---@return lualchemy.Join
function FromClause:outerjoin(right, onclause, options) end

--- `LATERAL`
---@param name? string|{name: string}
---@return lualchemy.Lateral
function FromClause:lateral(name) end

---@class lualchemy.TableSampleOptions
---@field sampling? lualchemy.Expression the percentage, or a function of the database
---@field name? string
---@field seed? lualchemy.Expression

--- `TABLESAMPLE`
---@param sampling lualchemy.Expression|lualchemy.TableSampleOptions
---@param options? lualchemy.TableSampleOptions
---@return lualchemy.TableSample
function FromClause:tablesample(sampling, options) end

--- Its columns as values of a function: see la.Function.
---@param ... string|lualchemy.ColumnElement|lualchemy.TableValuedOptions
---@return lualchemy.ColumnElement
function FromClause:table_valued(...) end

--- The FROM with aliases of old in the place of what they stand for.
---@param old lualchemy.FromClause
---@param alias lualchemy.FromClause
---@return lualchemy.FromClause
function FromClause:replace_selectable(old, alias) end

--- What has a name of its own for something else.
---@class lualchemy.AliasedReturnsRows: lualchemy.FromClause
---@field element lualchemy.ReturnsRows
---@field original lualchemy.ReturnsRows

---@class lualchemy.Alias: lualchemy.AliasedReturnsRows, lualchemy.WritableFrom
---@overload fun(selectable: lualchemy.FromClause, name?: string, options?: lualchemy.AliasOptions): lualchemy.Alias
---@class lualchemy.Lateral: lualchemy.AliasedReturnsRows
---@overload fun(selectable: lualchemy.SelectBase|lualchemy.FromClause, name?: string|{name: string}): lualchemy.Lateral
---@class lualchemy.FromGrouping: lualchemy.AliasedReturnsRows

---@class lualchemy.TableSample: lualchemy.AliasedReturnsRows
---@field sampling lualchemy.ColumnElement
---@field seed? lualchemy.ColumnElement
---@overload fun(selectable: lualchemy.FromClause, sampling: lualchemy.Expression, options?: lualchemy.TableSampleOptions): lualchemy.TableSample

---@class lualchemy.Subquery: lualchemy.AliasedReturnsRows
---@overload fun(selectable: lualchemy.SelectBase, name?: string): lualchemy.Subquery
local Subquery = {}

--- The SELECT in it, as a value.
---@return lualchemy.ScalarSelect
function Subquery:scalar_subquery() end
Subquery.as_scalar = Subquery.scalar_subquery

---@class lualchemy.HasCTE: lualchemy.ReturnsRows
local HasCTE = {}

---@class lualchemy.CTEOptions
---@field name? string
---@field recursive? boolean
---@field nesting? boolean it stands in the WITH of the statement that uses it, not in the outermost

--- The statement as a common table expression (WITH).
---@param name? string|lualchemy.CTEOptions
---@param options? lualchemy.CTEOptions
---@return lualchemy.CTE
function HasCTE:cte(name, options) end

--- Adds common table expressions that nothing in the statement names.
---@generic T
---@param self T
---@param ... lualchemy.CTE|{nest_here: boolean}
---@return T
function HasCTE:add_cte(...) end

---@class lualchemy.CTE: lualchemy.AliasedReturnsRows, lualchemy.WritableFrom
---@field recursive boolean
---@field nesting boolean
---@overload fun(statement: lualchemy.HasCTE, name?: string, options?: lualchemy.CTEOptions): lualchemy.CTE
local CTE = {}

--- The CTE with `UNION other` in it: the second half of a recursion.
---@param ... lualchemy.SelectBase
---@return lualchemy.CTE
function CTE:union(...) end

--- The CTE with `UNION ALL other` in it.
---@param ... lualchemy.SelectBase
---@return lualchemy.CTE
function CTE:union_all(...) end

--- Text before the statement in its parentheses.
---@param ... string|{dialect: string}
---@return lualchemy.CTE
function CTE:prefix_with(...) end

--- Text after its parentheses.
---@param ... string|{dialect: string}
---@return lualchemy.CTE
function CTE:suffix_with(...) end

---@class lualchemy.TableValuedAlias: lualchemy.AliasedReturnsRows
---@field column lualchemy.ColumnElement the one column, or the whole row
local TableValuedAlias = {}

---@class lualchemy.RenderDerivedOptions
---@field name? string
---@field with_types? boolean

--- Names its columns, too: `f(…) AS name(a, b)`.
---@param name? string|lualchemy.RenderDerivedOptions
---@param options? lualchemy.RenderDerivedOptions
---@return lualchemy.TableValuedAlias
function TableValuedAlias:render_derived(name, options) end

--- Two FROMs joined.
---@class lualchemy.Join: lualchemy.WritableFrom
---@field left lualchemy.FromClause
---@field right lualchemy.FromClause
---@field onclause lualchemy.ColumnElement
---@field isouter boolean
---@field full boolean
---@overload fun(left: lualchemy.FromClause, right: lualchemy.FromClause, onclause?: lualchemy.Expression, options?: lualchemy.JoinOptions): lualchemy.Join

--- A FROM that statements can write to.
---@class lualchemy.WritableFrom: lualchemy.NamedFromClause
local WritableFrom = {}

---@return lualchemy.Insert
function WritableFrom:insert() end

---@return lualchemy.Update
function WritableFrom:update() end

---@return lualchemy.Delete
function WritableFrom:delete() end

--- `VALUES (…), (…)` as a FROM: `la.values(la.column("a", la.Integer), {name = "v"}):data{{1}}`.
---@class lualchemy.Values: lualchemy.NamedFromClause, lualchemy.HasCTE
---@overload fun(...: lualchemy.ColumnClause|lualchemy.ValuesOptions): lualchemy.Values
local Values = {}

---@class lualchemy.ValuesOptions
---@field name? string
---@field literal_binds? boolean

--- Adds rows.
---@param values any[][]
---@return lualchemy.Values
function Values:data(values) end

--- The rows as a value, for IN and the like.
---@return lualchemy.ScalarValues
function Values:scalar_values() end

---@class lualchemy.ScalarValues: lualchemy.ColumnElement
