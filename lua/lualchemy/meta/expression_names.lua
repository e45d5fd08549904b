---@meta _
--- The functions that make expressions: those of la, which la.sql has, too.

---@class lualchemy.ExpressionNames
---@field func lualchemy.func functions of the database
---@field modifier lualchemy.func the same, for functions that change what an aggregate is given
---@field ClauseElement lualchemy.ClauseElement
---@field SyntaxExtension lualchemy.SyntaxExtension
---@field ColumnElement lualchemy.ColumnElement
---@field ColumnOperators lualchemy.ColumnOperators
---@field Operators lualchemy.Operators
---@field SQLColumnExpression lualchemy.SQLColumnExpression
---@field BinaryExpression lualchemy.BinaryExpression
---@field BindParameter lualchemy.BindParameter
---@field BooleanClauseList lualchemy.BooleanClauseList
---@field Case lualchemy.Case
---@field Cast lualchemy.Cast
---@field ClauseList lualchemy.ClauseList
---@field ExpressionClauseList lualchemy.ClauseList
---@field TypeClause lualchemy.ColumnElement
---@field CollectionAggregate lualchemy.CollectionAggregate
---@field ColumnClause lualchemy.ColumnClause
---@field Extract lualchemy.Extract
---@field False_ lualchemy.False_
---@field Function lualchemy.Function
---@field FunctionElement lualchemy.FunctionElement
---@field FunctionFilter lualchemy.FunctionFilter
---@field Grouping lualchemy.Grouping
---@field Label lualchemy.Label
---@field Null lualchemy.Null
---@field Over lualchemy.Over
---@field Slice lualchemy.Slice
---@field TextClause lualchemy.TextClause
---@field TString lualchemy.TString
---@field OperatorClass lualchemy.OperatorClass
---@field OrderByList lualchemy.OrderByList
---@field OrderingOperators lualchemy.ColumnElement
---@field True_ lualchemy.True_
---@field TryCast lualchemy.TryCast
---@field Tuple lualchemy.Tuple
---@field TypeCoerce lualchemy.TypeCoerce
---@field UnaryExpression lualchemy.UnaryExpression
---@field WithinGroup lualchemy.WithinGroup
---@field AggregateOrderBy lualchemy.AggregateOrderBy
---@field FrameClauseType table<string, integer> bounds of frames, as la.FrameClauseType.PRECEDING
local names = {}

--- `la.func.count(x)`, `la.func.pkg.f(x, {type_ = la.Integer})`: any name is a function; those that SQLAlchemy knows
--- have the type of their result.
---@class lualchemy.func
---@field [string] lualchemy.func|fun(...: any): lualchemy.Function

--- An operator as a value, as `la.sql.operators.lt`.
---@class lualchemy.Operator

--- A column by its name alone.
---@param text string
---@param type_? lualchemy.TypeEngine|lualchemy.ColumnClauseOptions
---@param is_literal? boolean|lualchemy.ColumnClauseOptions
---@return lualchemy.ColumnClause
function names.column(text, type_, is_literal) end

---@class lualchemy.ColumnClauseOptions
---@field type_? lualchemy.TypeEngine
---@field is_literal? boolean the name is text of SQL

--- Text of SQL that stands for a column.
---@param text string
---@param type_? lualchemy.TypeEngine|{type_: lualchemy.TypeEngine}
---@return lualchemy.ColumnClause
function names.literal_column(text, type_) end

---@class lualchemy.LiteralOptions
---@field type_? lualchemy.TypeEngine
---@field literal_execute? boolean the value is written into the SQL when it is executed

--- A value as a bind parameter.
---@param value any
---@param type_? lualchemy.TypeEngine|lualchemy.LiteralOptions
---@param literal_execute? boolean
---@return lualchemy.BindParameter
function names.literal(value, type_, literal_execute) end

---@class lualchemy.BindParameterOptions
---@field key? string
---@field value? any
---@field type_? lualchemy.TypeEngine
---@field unique? boolean its name is made unique in each statement
---@field required? boolean an error if no value is given; so by default where it has none
---@field quote? boolean
---@field callable_? fun(): any what gives the value when the statement is executed
---@field expanding? boolean the value is a list, as for IN
---@field isoutparam? boolean
---@field literal_execute? boolean the value is written into the SQL when it is executed

--- A parameter of a statement: without a value it must be given when the statement is executed.
---@param key? string|lualchemy.BindParameterOptions
---@param value? any
---@param type_? lualchemy.TypeEngine
---@param options? lualchemy.BindParameterOptions
---@return lualchemy.BindParameter
---@overload fun(key?: string, options: lualchemy.BindParameterOptions): lualchemy.BindParameter
function names.bindparam(key, value, type_, options) end

--- An output parameter of a procedure.
---@param key string
---@param type_? lualchemy.TypeEngine
---@return lualchemy.BindParameter
function names.outparam(key, type_) end

--- Text of SQL as it is; `:name` is a parameter, `\:` a colon.
---@param text string
---@return lualchemy.TextClause
function names.text(text) end

--- Text of SQL in which {name} stands for what the table has under that name: an expression, a table or a SELECT as SQL,
--- anything else as a parameter. {1} is the first of an array; `{{` and `}}` are braces.
---@param template string
---@param values? table
---@return lualchemy.TString
function names.tstring(template, values) end

--- A name that is quoted always (true), never (false), or as the dialect needs (nil).
---@param value string
---@param quote? boolean
---@return string
function names.quoted_name(value, quote) end

--- `NULL`
---@return lualchemy.Null
function names.null() end

--- `true`, or 1 where the database has no booleans.
---@return lualchemy.True_
function names.true_() end

--- `false`, or 0 where the database has no booleans.
---@return lualchemy.False_
function names.false_() end

--- Conditions joined by AND. Lua's `and` does not build SQL.
---@param ... lualchemy.Expression
---@return lualchemy.BooleanClauseList
function names.and_(...) end

--- Conditions joined by OR.
---@param ... lualchemy.Expression
---@return lualchemy.BooleanClauseList
function names.or_(...) end

--- The opposite of a condition.
---@param clause lualchemy.Expression
---@return lualchemy.ColumnElement
function names.not_(clause) end

--- `expr BETWEEN lower_bound AND upper_bound`
---@param expr lualchemy.Expression
---@param lower_bound lualchemy.Expression
---@param upper_bound lualchemy.Expression
---@param symmetric? boolean|{symmetric: boolean}
---@return lualchemy.ColumnElement
function names.between(expr, lower_bound, upper_bound, symmetric) end

---@class lualchemy.CaseOptions
---@field value? lualchemy.Expression what the conditions are compared with
---@field else_? lualchemy.Expression

--- `CASE WHEN … THEN … ELSE … END`: `la.case({condition, value}, …, {else_ = value})`.
---@param ... {[1]: lualchemy.Expression, [2]: lualchemy.Expression}|lualchemy.CaseOptions
---@return lualchemy.Case
function names.case(...) end

--- `CAST(expression AS type)`
---@param expression lualchemy.Expression
---@param type_ lualchemy.TypeEngine
---@return lualchemy.Cast
function names.cast(expression, type_) end

--- `TRY_CAST(expression AS type)`
---@param expression lualchemy.Expression
---@param type_ lualchemy.TypeEngine
---@return lualchemy.TryCast
function names.try_cast(expression, type_) end

--- The expression with another type for Lua; nothing is added to the SQL.
---@param expression lualchemy.Expression
---@param type_ lualchemy.TypeEngine
---@return lualchemy.TypeCoerce
function names.type_coerce(expression, type_) end

--- `EXTRACT(field FROM expr)`
---@param field string for example "year"
---@param expr lualchemy.Expression
---@return lualchemy.Extract
function names.extract(field, expr) end

--- `element AS name`
---@param name? string
---@param element lualchemy.Expression
---@param type_? lualchemy.TypeEngine
---@return lualchemy.Label
function names.label(name, element, type_) end

--- `element COLLATE collation`
---@param expression lualchemy.Expression
---@param collation string
---@param options? {collation_schema: string}
---@return lualchemy.ColumnElement
function names.collate(expression, collation, options) end

--- `(a, b, …)`, as of `la.tuple_(a, b):in_{{1, 2}}`.
---@param ... lualchemy.Expression|{types: lualchemy.TypeEngine[]}
---@return lualchemy.Tuple
function names.tuple_(...) end

--- `column ASC`
---@param column lualchemy.Expression
---@return lualchemy.UnaryExpression
function names.asc(column) end

--- `column DESC`
---@param column lualchemy.Expression
---@return lualchemy.UnaryExpression
function names.desc(column) end

--- `column NULLS FIRST`
---@param column lualchemy.Expression
---@return lualchemy.UnaryExpression
function names.nulls_first(column) end
names.nullsfirst = names.nulls_first

--- `column NULLS LAST`
---@param column lualchemy.Expression
---@return lualchemy.UnaryExpression
function names.nulls_last(column) end
names.nullslast = names.nulls_last

--- `DISTINCT expr`, within count() and the like.
---@param expr lualchemy.Expression
---@return lualchemy.UnaryExpression
function names.distinct(expr) end

--- `ANY (expr)`
---@param expr lualchemy.Expression
---@return lualchemy.CollectionAggregate
function names.any_(expr) end

--- `ALL (expr)`
---@param expr lualchemy.Expression
---@return lualchemy.CollectionAggregate
function names.all_(expr) end

--- `~expr`
---@param expr lualchemy.Expression
---@return lualchemy.ColumnElement
function names.bitwise_not(expr) end

--- An operator of the database's own: `x:operate(la.custom_op("%%"), y)`, or as `op` gives it.
---@param opstring string
---@param options? lualchemy.OperatorOptions
---@return lualchemy.Operator
function names.custom_op(opstring, options) end

--- `func FILTER (WHERE …)`
---@param func lualchemy.ColumnElement
---@param ... lualchemy.Expression
---@return lualchemy.FunctionFilter
function names.funcfilter(func, ...) end

--- `element OVER (…)`
---@param element lualchemy.ColumnElement
---@param options? lualchemy.OverOptions
---@return lualchemy.Over
function names.over(element, options) end

--- `element WITHIN GROUP (ORDER BY …)`
---@param element lualchemy.ColumnElement
---@param ... lualchemy.Expression
---@return lualchemy.WithinGroup
function names.within_group(element, ...) end

--- `element(… ORDER BY …)`
---@param element lualchemy.Function
---@param ... lualchemy.Expression
---@return lualchemy.AggregateOrderBy
function names.aggregate_order_by(element, ...) end

--- The frame of a window between bounds of any type.
---@overload fun(options: lualchemy.FrameClauseOptions): lualchemy.FrameClause
---@param start any how far from the row, with PRECEDING and FOLLOWING
---@param end_ any likewise
---@param start_frame_type integer of la.FrameClauseType
---@param end_frame_type integer of la.FrameClauseType
---@return lualchemy.FrameClause
function names.FrameClause(start, end_, start_frame_type, end_frame_type) end
