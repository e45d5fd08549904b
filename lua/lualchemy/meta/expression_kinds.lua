---@meta _
--- The kinds of expressions, beyond what all of them answer to.

---@class lualchemy.UnaryExpression: lualchemy.ColumnElement
---@field is_comparison boolean
---@field element lualchemy.ColumnElement
---@field operator? lualchemy.Operator
---@field modifier? lualchemy.Operator
---@overload fun(element: lualchemy.ColumnElement, options?: lualchemy.UnaryExpressionOptions): lualchemy.UnaryExpression

---@class lualchemy.CollectionAggregate: lualchemy.UnaryExpression

---@class lualchemy.BinaryExpression: lualchemy.ColumnElement
---@field is_comparison boolean
---@field group boolean
---@field modifiers table<string, any> flags, escape, symmetric …
---@field left lualchemy.ColumnElement
---@field right lualchemy.ColumnElement
---@field operator lualchemy.Operator
---@field negate? lualchemy.Operator the operator that its negation has
---@overload fun(left: lualchemy.ColumnElement, right: lualchemy.ColumnElement, operator: lualchemy.Operator, options?: lualchemy.BinaryExpressionOptions): lualchemy.BinaryExpression
local BinaryExpression = {}

---@class lualchemy.BinaryExpressionOptions
---@field type_? lualchemy.TypeEngine
---@field negate? lualchemy.Operator
---@field modifiers? table<string, any>

---@class lualchemy.UnaryExpressionOptions
---@field operator? lualchemy.Operator
---@field modifier? lualchemy.Operator
---@field type_? lualchemy.TypeEngine
---@field wraps_column_expression? boolean

--- MySQL's MATCH … AGAINST: IN BOOLEAN MODE.
---@return lualchemy.BinaryExpression
function BinaryExpression:in_boolean_mode() end

--- MySQL's MATCH … AGAINST: IN NATURAL LANGUAGE MODE.
---@return lualchemy.BinaryExpression
function BinaryExpression:in_natural_language_mode() end

--- MySQL's MATCH … AGAINST: WITH QUERY EXPANSION.
---@return lualchemy.BinaryExpression
function BinaryExpression:with_query_expansion() end

---@class lualchemy.ClauseList: lualchemy.ColumnElement
---@field is_comparison boolean
---@field group boolean
---@field group_contents boolean
---@field clauses lualchemy.ClauseElement[]
---@field operator? lualchemy.Operator
---@overload fun(...: lualchemy.Expression|lualchemy.ClauseListOptions): lualchemy.ClauseList

---@class lualchemy.ClauseListOptions
---@field operator? lualchemy.Operator
---@field group? boolean
---@field group_contents? boolean

--- What and_() and or_() give.
---@class lualchemy.BooleanClauseList: lualchemy.ClauseList

---@class lualchemy.Tuple: lualchemy.ColumnElement
---@field clauses lualchemy.ColumnElement[]
---@overload fun(...: lualchemy.Expression|{types: lualchemy.TypeEngine[]}): lualchemy.Tuple

---@class lualchemy.Grouping: lualchemy.ColumnElement
---@field element lualchemy.ClauseElement

---@class lualchemy.Label: lualchemy.ColumnElement
---@field table nil
---@field is_literal boolean
---@field element lualchemy.ColumnElement
---@overload fun(name?: string, element: lualchemy.Expression, type_?: lualchemy.TypeEngine): lualchemy.Label

---@class lualchemy.BindParameter: lualchemy.ColumnElement
---@field literal_execute boolean
---@field isoutparam boolean
---@field value any
---@field effective_value any its value, or what its callable gives
---@field callable? fun(): any
---@field required boolean
---@field unique boolean
---@field expanding boolean
---@overload fun(key?: string, value?: any, type_?: lualchemy.TypeEngine, options?: lualchemy.BindParameterOptions): lualchemy.BindParameter
local BindParameter = {}

--- The parameter with its value written into the SQL when it is executed.
---@return lualchemy.BindParameter
function BindParameter:render_literal_execute() end

---@class lualchemy.Null: lualchemy.ColumnElement
---@class lualchemy.True_: lualchemy.ColumnElement
---@class lualchemy.False_: lualchemy.ColumnElement

---@class lualchemy.Case: lualchemy.ColumnElement
---@field whens lualchemy.ColumnElement[][] {condition, result} of each
---@field value? lualchemy.ColumnElement
---@field else_? lualchemy.ColumnElement
---@overload fun(...: {[1]: lualchemy.Expression, [2]: lualchemy.Expression}|lualchemy.CaseOptions): lualchemy.Case

---@class lualchemy.CollationClause: lualchemy.ColumnElement
---@field collation string

---@class lualchemy.Cast: lualchemy.ColumnElement
---@field wrapped_column_expression lualchemy.ColumnElement
---@field clause lualchemy.ColumnElement

---@class lualchemy.TryCast: lualchemy.Cast

---@class lualchemy.TypeCoerce: lualchemy.ColumnElement
---@field wrapped_column_expression lualchemy.ColumnElement
---@field clause lualchemy.ColumnElement
---@field typed_expression lualchemy.ColumnElement the same; a value has the type that it is coerced to

---@class lualchemy.Extract: lualchemy.ColumnElement
---@field field string
---@field expr lualchemy.ColumnElement

---@class lualchemy.Slice: lualchemy.ColumnElement

--- Text of SQL as it is, with :names for parameters.
---@class lualchemy.TextClause: lualchemy.ColumnElement, lualchemy.HasExecutionOptions
---@field text string
local TextClause = {}

--- Values or types for its parameters: `:bindparams{x = 1}`, `:bindparams(la.bindparam("x", {type_ = la.Integer}))`.
---@param ... table<string, any>|lualchemy.BindParameter
---@return lualchemy.TextClause
function TextClause:bindparams(...) end

--- The columns that its rows have: `:columns{id = la.Integer}`, or columns in order.
---@param ... table<string, lualchemy.TypeEngine>|lualchemy.ColumnElement
---@return lualchemy.TextualSelect
function TextClause:columns(...) end

--- Text of SQL with values and expressions in it.
---@class lualchemy.TString: lualchemy.TextClause

--- A list in an ORDER BY: `desc()` and its kin apply to each of its elements.
---@class lualchemy.OrderByList: lualchemy.ColumnElement
---@field clauses lualchemy.ColumnElement[]
---@overload fun(clauses: lualchemy.Expression[], options?: table): lualchemy.OrderByList

---@class lualchemy.OverOptions
---@field partition_by? lualchemy.Expression|lualchemy.Expression[]
---@field order_by? lualchemy.Expression|lualchemy.Expression[]
---@field range_? table|lualchemy.FrameClause {from, to}: la.NULL for unbounded, 0 for the current row
---@field rows? table|lualchemy.FrameClause likewise
---@field groups? table|lualchemy.FrameClause likewise
---@field exclude? string "CURRENT ROW", "GROUP", "TIES" or "NO OTHERS"

---@class lualchemy.FrameClauseOptions
---@field start? any how far from the row, with PRECEDING and FOLLOWING
---@field end_? any likewise
---@field start_frame_type? integer of la.FrameClauseType
---@field end_frame_type? integer of la.FrameClauseType

--- What aggregates and other functions may be followed by.
---@class lualchemy.Windowed: lualchemy.ColumnElement
---@field order_by? lualchemy.ColumnElement of what is ordered within
---@field target? lualchemy.ColumnElement of postgresql.aggregate_order_by()
local Windowed = {}

--- `OVER (…)`
---@param options? lualchemy.OverOptions
---@return lualchemy.Over
function Windowed:over(options) end

--- `FILTER (WHERE …)`
---@param ... lualchemy.Expression
---@return lualchemy.FunctionFilter
function Windowed:filter(...) end

---@class lualchemy.Over: lualchemy.ColumnElement
---@field rows? any[] {-5, 10}, la.NULL is unbounded
---@field range_? any[] likewise
---@field groups? any[] likewise
---@field element lualchemy.ColumnElement
---@field partition_by? lualchemy.ColumnElement one, or all with commas between
---@field order_by? lualchemy.ColumnElement likewise
---@overload fun(element: lualchemy.Windowed, options?: lualchemy.OverOptions): lualchemy.Over

---@class lualchemy.FunctionFilter: lualchemy.Windowed
---@field func lualchemy.ColumnElement
---@field criterion lualchemy.ColumnElement
local FunctionFilter = {}

--- `WITHIN GROUP (ORDER BY …)`
---@param ... lualchemy.Expression
---@return lualchemy.WithinGroup
function FunctionFilter:within_group(...) end

---@class lualchemy.WithinGroup: lualchemy.Windowed
---@field element lualchemy.ColumnElement

---@class lualchemy.AggregateOrderBy: lualchemy.Windowed
---@field element lualchemy.Function

---@class lualchemy.FunctionElement: lualchemy.Windowed, lualchemy.FromClause, lualchemy.HasExecutionOptions

--- A call of a function of the database. It may be selected from, too.
---@class lualchemy.Function: lualchemy.FunctionElement
---@field clauses lualchemy.ColumnElement[] its arguments
---@field clause_expr lualchemy.Grouping the arguments in their parentheses
---@field packagenames string[]
---@field monotonic boolean
---@overload fun(name: string, ...: lualchemy.Expression|lualchemy.FunctionOptions): lualchemy.Function
local Function = {}

---@class lualchemy.FunctionOptions
---@field type_? lualchemy.TypeEngine of its result
---@field packagenames? string[]
---@field monotonic? boolean each of its values is greater than the one before

--- `WITHIN GROUP (ORDER BY …)`
---@param ... lualchemy.Expression
---@return lualchemy.WithinGroup
function Function:within_group(...) end

--- `f(… ORDER BY …)`, or `f(…) WITHIN GROUP (ORDER BY …)` where the database has but that.
---@param ... lualchemy.Expression
---@return lualchemy.AggregateOrderBy
function Function:aggregate_order_by(...) end

--- SELECT of the function.
---@return lualchemy.Select
function Function:select() end

--- The function as one that compares two of its arguments, which a relationship may join by.
---@param left_index integer
---@param right_index integer
---@return lualchemy.BinaryExpression
function Function:as_comparison(left_index, right_index) end

---@class lualchemy.AliasOptions
---@field name? string
---@field flat? boolean

--- The function as a FROM of one column.
---@param name? string|lualchemy.FunctionAliasOptions
---@param options? lualchemy.FunctionAliasOptions
---@return lualchemy.TableValuedAlias
function Function:alias(name, options) end

---@class lualchemy.FunctionAliasOptions
---@field name? string
---@field joins_implicitly? boolean

---@class lualchemy.TableValuedOptions
---@field with_ordinality? string the name of a column that counts the rows
---@field name? string
---@field joins_implicitly? boolean

--- The function as a FROM with these columns: `f:table_valued("a", "b").c.a`.
---@param ... string|lualchemy.ColumnElement|lualchemy.TableValuedOptions
---@return lualchemy.TableValuedAlias
function Function:table_valued(...) end

--- The function as a FROM that is a column at the same time.
---@param name? string|lualchemy.FunctionAliasOptions
---@param options? lualchemy.FunctionAliasOptions
---@return lualchemy.ColumnElement
function Function:column_valued(name, options) end

--- One column of the composite that the function gives: `(f(x)).name`.
---@param name string
---@param type_? lualchemy.TypeEngine|{type_: lualchemy.TypeEngine}
---@return lualchemy.ColumnElement
function Function:scalar_table_valued(name, type_) end
